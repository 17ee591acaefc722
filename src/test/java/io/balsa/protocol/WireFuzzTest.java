package io.balsa.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.balsa.fuzz.Mutations;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
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

/**
 * What arrives from other processes: bytes, and the name of the class that they claim to be. It becomes a message that
 * may be sent, or none at all.
 */
final class WireFuzzTest {
    private static final ActorTestKit KIT = ActorTestKit.create("fuzz", WireFormatTest.config("jackson-cbor"));
    private static final Serialization WIRE = SerializationExtension.get(KIT.system());
    private static final Sender SENDER = new Sender("c", "g", NodeId.of("n1"), NodeId.of("n2"), 1, 2);
    private static final EntryId LAST = new EntryId(7, 3);
    private static final List<RaftMessage> MESSAGES = List.of(
            new AppendEntries.Request(SENDER, 3, LAST, new byte[] {1, 2}, 5, 9),
            new AppendEntries.Response(SENDER, 3, 9, false, LAST, 0, EntryId.NONE),
            new RequestVote.Request(SENDER, 3, LAST, true),
            new InstallSnapshot.Request(SENDER, 3, LAST, 1, new byte[] {1}, 4, true),
            new Hello(SENDER, 42, true, "pekko://raft@127.0.0.1:7999/user/raft", 1, 3));

    /** Besides those, what must never be made of bytes. */
    private static final List<String> FOREIGN =
            List.of("java.util.ArrayList", "io.balsa.protocol.Local$Persisted", "javax.script.ScriptEngineManager");

    private static final int FORMAT = format();

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
        if (arrived != null && !(ours && arrived instanceof RaftMessage)) {
            throw new IllegalStateException(name + " came out of bytes: " + arrived);
        }
    }

    @Test
    void nearlyRight() {
        List<byte[]> seeds = new ArrayList<>();
        for (int kind = 0; kind < MESSAGES.size(); kind++) {
            ByteArrayOutputStream seed = new ByteArrayOutputStream();
            seed.write(kind);
            seed.writeBytes(WIRE.serialize(MESSAGES.get(kind)).get());
            seeds.add(seed.toByteArray());
        }

        Mutations.feed(getClass(), seeds, this::read);
    }
}
