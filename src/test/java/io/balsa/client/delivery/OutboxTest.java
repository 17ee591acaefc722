package io.balsa.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much goes into one message. */
final class OutboxTest {
    /** The default of {@code raft.replication.max-batch-size}. */
    private static final int BATCH = 60 * 1024;

    /** Else the leader would send every full message on as two. */
    @ParameterizedTest
    @ValueSource(ints = {16, 256, 4096})
    void aFullMessageMakesOneBatchForFollowers(int bytes) {
        Outbox outbox = new Outbox();
        for (int i = 0; i < 5000; i++) {
            outbox.add(new Call(Call.Kind.COMMAND, new byte[bytes], Long.MAX_VALUE, outcome -> {}));
        }

        List<Call> message = outbox.take(Call.Kind.COMMAND, Long.MAX_VALUE);
        List<LogEntry> entries = new ArrayList<>();
        for (Call call : message) {
            long index = 1_000_000_000L + entries.size();
            Payload command = new Payload.Command(index, index, index, call.bytes());
            entries.add(new LogEntry(new EntryId(index, 1000), index, command));
        }
        assertThat(Entries.of(entries).bytes()).isBetween(BATCH * 3 / 4, BATCH);
    }
}
