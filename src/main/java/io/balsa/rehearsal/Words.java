package io.balsa.rehearsal;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Hello;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.Subscription;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.ClientReply;
import java.io.NotSerializableException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperProvider;

/** The messages between processes. What writes and reads a kind of them is slow to make, and made for its first one. */
final class Words {
    private Words() {}

    /**
     * Has all of it made now, for one actor system: each has its own.
     *
     * @param binding the serializer that the messages are bound to
     */
    static void learn(ActorSystem system, String binding) throws NotSerializableException {
        SerializationExtension.get(system).serializerFor(Hello.class);
        ObjectMapper mapper = JacksonObjectMapperProvider.get(system).getOrCreate(binding, Optional.empty());
        all().forEach(word -> {
            mapper.writerFor(word);
            mapper.readerFor(word);
        });
    }

    static Stream<Class<?>> all() {
        return Stream.of(
                        Rpc.class,
                        Hello.class,
                        ClientRequest.class,
                        ClientReply.class,
                        AdminRequest.class,
                        AdminReply.class,
                        Subscription.Deliver.class,
                        Subscription.Processed.class)
                .flatMap(Words::kindsOf);
    }

    private static Stream<Class<?>> kindsOf(Class<?> word) {
        return word.isSealed() ? Stream.of(word.getPermittedSubclasses()).flatMap(Words::kindsOf) : Stream.of(word);
    }
}
