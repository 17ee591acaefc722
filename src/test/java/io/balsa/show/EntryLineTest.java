package io.balsa.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.kv.KvCommand;
import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EntryLineTest {
    @Test
    void namesEveryKindOfEntry() {
        Configuration members = Configuration.of(Map.of(NodeId.of("n1"), "a1"));

        assertThat(kind(new Payload.NoOp())).isEqualTo("no-op:");
        assertThat(kind(new Payload.OpenSession(1, 1))).isEqualTo("session-open:session 0007");
        assertThat(kind(new Payload.CloseSession(3))).isEqualTo("session-close:session 0003");
        assertThat(kind(new Payload.Reconfigure(members))).isEqualTo("configuration:voters [n1]");
    }

    /** Who may read the log must not be able to speak in a session because of that. */
    @Test
    void showsWhatBelongsTogetherAndNoIdOfASession() {
        long id = Payload.OpenSession.id(0x123456789abcdefL);
        Payload.OpenSession open = new Payload.OpenSession(id, 1, 1, 1, 1);
        String name = kind(open).substring("session-open:session ".length());
        EntryLine command = EntryLine.of(entry(new Payload.Command(id, 3, 1, bytes("x"))), true);

        assertThat(name).hasSize(4);
        assertThat(kind(new Payload.CloseSession(id))).isEqualTo("session-close:session " + name);
        assertThat(command.toAnswer().in(Answer.Format.JSON))
                .asString(StandardCharsets.UTF_8)
                .contains("\"session\":\"" + name + "\",\"sequence\":3")
                .doesNotContain(Long.toString(id));
    }

    @Test
    void showsAnAppendedTextAsItIs() {
        EntryLine line = line(new KvCommand.Append(bytes("put k v")));

        assertThat(line.operation()).isEqualTo("append");
        assertThat(line.command()).isEqualTo("put k v");
    }

    @Test
    void showsOtherCommandsAsTheirVerbs() {
        byte[] key = bytes("k");

        assertThat(line(new KvCommand.Put(key, bytes("v"))).command()).isEqualTo("put k v");
        assertThat(line(new KvCommand.Delete(key)).command()).isEqualTo("del k");
        assertThat(line(new KvCommand.Increment(key, -3)).command()).isEqualTo("incr k -3");
        assertThat(line(new KvCommand.CompareAndSet(key, Optional.of(bytes("a")), bytes("b")))
                        .command())
                .isEqualTo("cas k a b");
    }

    @Test
    void showsBytesThatAreNoTextAsBase64AndSaysSo() {
        EntryLine line = line(new KvCommand.Append(new byte[] {(byte) 0xff}));

        assertThat(line.toAnswer().in(Answer.Format.JSON))
                .asString(StandardCharsets.UTF_8)
                .contains("\"command\":\"/w==\",\"encoding\":\"base64\"");
    }

    @Test
    void showsTheCommandsOfAnotherMachine() {
        EntryLine line = EntryLine.of(entry(new Payload.Command(0, 0, 0, bytes("anything"))), true);

        assertThat(line.operation()).isNull();
        assertThat(line.command()).isEqualTo("anything");
    }

    @Test
    void marksWhatMayStillBeReplaced() {
        EntryLine line = EntryLine.of(entry(new Payload.NoOp()), false);

        assertThat(line.toAnswer().in(Answer.Format.JSON))
                .asString(StandardCharsets.UTF_8)
                .contains("\"committed\":false");
    }

    private static String kind(Payload payload) {
        EntryLine line = EntryLine.of(entry(payload), true);
        return line.kind() + ":" + line.command();
    }

    private static EntryLine line(KvCommand command) {
        return EntryLine.of(entry(new Payload.Command(0, 0, 0, command.encode())), true);
    }

    private static LogEntry entry(Payload payload) {
        return new LogEntry(new EntryId(7, 2), 0, payload);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
