package io.balsa.sim;

import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/** Encodes and decodes with the serializers of production: what two parties share is bytes, never an object. */
final class Wire {
    private final Serialization serialization;

    Wire(ActorSystem<?> system) {
        serialization = SerializationExtension.get(Adapter.toClassic(system));
    }

    /** A message as it travels. */
    record Frame(int serializer, String manifest, byte[] bytes) {}

    Frame encode(Object message) {
        Serializer serializer = serialization.findSerializerFor(message);
        byte[] bytes = serialization.serialize(message).get();
        return new Frame(serializer.identifier(), Serializers.manifestFor(serializer, message), bytes);
    }

    Object decode(Frame frame) {
        return serialization
                .deserialize(frame.bytes(), frame.serializer(), frame.manifest())
                .get();
    }
}
