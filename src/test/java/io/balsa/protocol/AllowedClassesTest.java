package io.balsa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of bytes that arrive nothing is made but messages, whatever they claim to be. */
final class AllowedClassesTest {
    /** Of Java's own serialization, in Pekko. */
    private static final int JAVA = 1;

    private static final ActorTestKit KIT = ActorTestKit.create("allowed", WireFormatTest.config("jackson-json"));
    private static final Serialization WIRE = SerializationExtension.get(KIT.system());

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void javaSerializationIsOff() throws Exception {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(sent)) {
            out.writeObject(new ArrayList<>(List.of("x")));
        }

        assertThat(KIT.system().settings().config().getBoolean("pekko.actor.allow-java-serialization"))
                .isFalse();
        assertThat(WIRE.deserialize(sent.toByteArray(), JAVA, "").isFailure()).isTrue();
        assertThat(WIRE.serialize(new ArrayList<>(List.of("x"))).isFailure()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.util.ArrayList",
                "java.util.LinkedHashMap",
                "javax.script.ScriptEngineManager",
                "com.sun.rowset.JdbcRowSetImpl",
                "io.balsa.protocol.Local$Persisted",
                "io.balsa.config.Settings",
            })
    void noOtherClassIsMadeOfBytes(String name) throws Exception {
        int format = WIRE.serializerFor(Hello.class).identifier();
        byte[] sent = "{}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> WIRE.deserialize(sent, format, name).get()).hasMessageContaining(name);
    }

    @Test
    void aMessageIsNotDeeperThanAnyThatThereIs() throws Exception {
        int format = WIRE.serializerFor(Hello.class).identifier();
        byte[] deep = ("{\"extra\":" + "[".repeat(100) + "]".repeat(100) + "}").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() ->
                        WIRE.deserialize(deep, format, Hello.class.getName()).get())
                .hasMessageContaining("nesting depth");
    }
}
