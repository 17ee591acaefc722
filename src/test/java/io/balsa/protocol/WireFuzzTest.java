package io.balsa.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.balsa.fuzz.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What arrives from other processes: bytes, and the name of the class that they claim to be. It becomes a message that
 * may be sent, or none at all.
 */
final class WireFuzzTest {
    private static final ActorTestKit KIT = ActorTestKit.create("fuzz", quiet(WireFormatTest.config("jackson-cbor")));
    private static final Serialization WIRE = SerializationExtension.get(KIT.system());
    private static final List<Object> MESSAGES = WireFormatTest.messages().toList();

    /** Besides those, what must never be made of bytes. */
    private static final List<String> FOREIGN =
            List.of("java.util.ArrayList", "io.balsa.protocol.Local$Persisted", "javax.script.ScriptEngineManager");

    private static final int FORMAT = format();

    /** Each refusal would be told, and what is told faster than it is written down fills the memory. */
    private static Config quiet(Config config) {
        return config.withValue("pekko.loglevel", ConfigValueFactory.fromAnyRef("OFF"));
    }

    private static int format() {
        try {
            return WIRE.serializerFor(Hello.class).identifier();
        } catch (NotSerializableException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    /** The first byte chooses the class. */
    @MethodSource("seeds")
    @FuzzTest
    void read(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        int kind = Byte.toUnsignedInt(bytes[0]) % (MESSAGES.size() + FOREIGN.size());
        boolean ours = kind < MESSAGES.size();
        String name = ours ? MESSAGES.get(kind).getClass().getName() : FOREIGN.get(kind - MESSAGES.size());
        byte[] body = Arrays.copyOfRange(bytes, 1, bytes.length);
        Object arrived = WIRE.deserialize(body, FORMAT, name).getOrElse(() -> null);
        if (arrived != null && !(ours && MESSAGES.get(kind).getClass().isInstance(arrived))) {
            throw new IllegalStateException(name + " came out of bytes: " + arrived);
        }
    }

    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int kind = 0; kind < MESSAGES.size(); kind++) {
            ByteArrayOutputStream seed = new ByteArrayOutputStream();
            seed.write(kind);
            seed.writeBytes(WireFormatTest.encoded(MESSAGES.get(kind)));
            seeds.add(seed.toByteArray());
        }
        return seeds;
    }

    @Test
    void nearlyRight() {
        Mutations.feed(getClass(), seeds(), this::read);
    }
}
