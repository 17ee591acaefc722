package io.balsa.example;

import static io.balsa.example.LockMachine.bytes;
import static io.balsa.example.LockMachine.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class LockMachineTest {
    private final LockMachine machine = new LockMachine();

    // begin unit
    @Test
    void oneOwnerAtATimeAndTokensGrow() {
        assertThat(apply(5, "acquire door ann")).isEqualTo("granted 5");
        assertThat(apply(6, "acquire door bob")).isEqualTo("held by ann");
        assertThat(apply(7, "acquire door ann")).isEqualTo("granted 5");
        assertThat(apply(8, "release door bob")).isEqualTo("not yours");
        assertThat(apply(9, "release door ann")).isEqualTo("released");
        assertThat(apply(10, "acquire door bob")).isEqualTo("granted 10");
    }

    @Test
    void aSnapshotHoldsItAll() throws IOException {
        apply(5, "acquire door ann");
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        machine.snapshot(snapshot);

        LockMachine other = new LockMachine();
        other.restore(new ByteArrayInputStream(snapshot.toByteArray()));

        assertThat(text(other.query(bytes("door")))).isEqualTo("held by ann");
        assertThat(text(other.apply(6, bytes("acquire door ann")))).isEqualTo("granted 5");
    }

    @Test
    void nonsenseIsAnsweredAndThrowsNothing() {
        assertThat(apply(5, "acquire door")).isEqualTo("what?");
        assertThat(apply(6, "steal door ann")).isEqualTo("what?");
    }

    private String apply(long index, String command) {
        return text(machine.apply(index, bytes(command)));
    }
    // end unit
}
