package io.balsa.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.model.Sender;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Local;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.Target;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.trace.Happening.Sent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How each event reads, to programs and to people; {@code trace.md} promises it. */
final class TraceEventTest {
    private static final NodeId N3 = NodeId.of("n3");
    private static final Sender SELF = new Sender("c", "main", NodeId.of("n1"), N3, 1, 0);
    private static final EntryId LAST = new EntryId(7, 2);
    private static final Target TARGET = new Target("c", "main");

    @TempDir
    private Path folder;

    @Test
    void aVote() throws IOException {
        TraceEvent event = by("Candidate", 3, new Sent(N3, new RequestVote.Request(SELF, 3, LAST, false)));

        assertThat(event).hasToString("n1@3 Candidate → n3 RequestVote last=(7@2)");
        assertThat(json(event)).isEqualTo("""
                        {"t":5,"node":"n1","role":"Candidate","term":3,"event":"send","to":"n3",\
                        "message":{"kind":"RequestVote","term":3,"last":{"index":7,"term":2}}}""");
    }

    @Test
    void whatIsSaidOfAnotherTermSaysSo() {
        assertThat(by("PreCandidate", 2, new Sent(N3, new PreVote.Request(SELF, 3, LAST))))
                .hasToString("n1@2 PreCandidate → n3 PreVote term=3 last=(7@2)");
        assertThat(by("Follower", 3, new Happening.Received(new PreVote.Response(SELF, 2, false))))
                .hasToString("n1@3 Follower ← n1 PreVoteResponse term=2 granted=false");
        assertThat(by("Leader", 3, new Sent(N3, new TimeoutNow(SELF, 3)))).hasToString("n1@3 Leader → n3 TimeoutNow");
        assertThat(by("Candidate", 3, new Sent(N3, new RequestVote.Request(SELF, 3, LAST, true))))
                .hasToString("n1@3 Candidate → n3 RequestVote last=(7@2) transfer=true");
        assertThat(by("Follower", 3, new Sent(N3, new RequestVote.Response(SELF, 3, true))))
                .hasToString("n1@3 Follower → n3 RequestVoteResponse granted=true");
    }

    @Test
    void entriesAreShownByTerm() throws IOException {
        byte[] block = entries(1, 1, 2, 3).toByteArray();
        TraceEvent event = by("Leader", 3, new Sent(N3, new AppendEntries.Request(SELF, 3, EntryId.NONE, block, 2, 9)));

        String bytes = String.valueOf(block.length);
        assertThat(event)
                .hasToString("n1@3 Leader → n3 AppendEntries previous=(0@0) entries=[1–2@1, 3@2, 4@3] bytes=" + bytes
                        + " commit=2 round=9");
        assertThat(json(event))
                .contains("\"entries\":[{\"from\":1,\"to\":2,\"term\":1},{\"from\":3,\"to\":3,\"term\":2},"
                        + "{\"from\":4,\"to\":4,\"term\":3}],\"bytes\":" + bytes + ",\"commit\":2,\"round\":9");
        assertThat(by("Leader", 3, new Happening.Appended(entries(3))).toString())
                .startsWith("n1@3 Leader append entries=[1@3] bytes=");
    }

    @Test
    void damagedEntriesAreNoReasonToStop() throws IOException {
        byte[] block = entries(1, 1).toByteArray();
        block[block.length - 1] ^= 1;

        TraceEvent event = by("Leader", 1, new Sent(N3, new AppendEntries.Request(SELF, 1, EntryId.NONE, block, 0, 1)));
        assertThat(json(event)).contains("\"damaged\":\"no valid entry").doesNotContain("\"entries\"");
    }

    @Test
    void anAnswerSaysHowFarTheLogsAgree() {
        Rpc match = new AppendEntries.Response(SELF, 3, 9, true, LAST, 8, EntryId.NONE);
        assertThat(by("Follower", 3, new Sent(N3, match)))
                .hasToString("n1@3 Follower → n3 AppendEntriesResponse success=true match=8 previous=(7@2) round=9");
        Rpc conflict = new AppendEntries.Response(SELF, 3, 9, false, LAST, 0, new EntryId(4, 1));
        assertThat(by("Follower", 3, new Sent(N3, conflict)))
                .hasToString("n1@3 Follower → n3 AppendEntriesResponse success=false match=0 previous=(7@2)"
                        + " hint=(4@1) round=9");
    }

    @Test
    void whatHappensWithinAServer() throws IOException {
        Optional<NodeId> vote = Optional.of(N3);
        assertThat(by("Leader", 3, new Happening.RoleChanged("Candidate", "Leader", "2 of 3 votes")))
                .hasToString("n1@3 Leader (was Candidate) 2 of 3 votes");
        assertThat(by("Follower", 3, new Happening.BallotSaved(vote)))
                .hasToString("n1@3 Follower saves term 3 and its vote for n3");
        assertThat(by("Follower", 3, new Happening.BallotSaved(Optional.empty())))
                .hasToString("n1@3 Follower saves term 3 and no vote");
        assertThat(json(by("Follower", 3, new Happening.BallotSaved(vote)))).endsWith("\"votedFor\":\"n3\"}");
        assertThat(json(by("Follower", 3, new Happening.BallotSaved(Optional.empty()))))
                .endsWith("\"event\":\"ballot\"}");
        assertThat(json(by("Starting", 3, new Happening.Started(LAST, vote))))
                .endsWith("\"event\":\"started\",\"last\":{\"index\":7,\"term\":2},\"votedFor\":\"n3\"}");
        assertThat(json(by("Follower", 3, new Happening.Truncated(8, LAST))))
                .endsWith("\"event\":\"truncate\",\"from\":8,\"last\":{\"index\":7,\"term\":2}}");
        assertThat(by("Follower", 3, new Happening.Persisted(LAST))).hasToString("n1@3 Follower persisted last=(7@2)");
        assertThat(by("Follower", 3, new Happening.Committed(LAST))).hasToString("n1@3 Follower commit last=(7@2)");
        assertThat(json(by("Follower", 3, new Happening.Applied(7)))).endsWith("\"event\":\"applied\",\"index\":7}");
        assertThat(json(by("Leader", 3, new Happening.StorageFull(true))))
                .endsWith("\"event\":\"storage\",\"full\":true}");
        assertThat(by("Leader", 3, new Happening.Failed("no disk"))).hasToString("n1@3 Leader fails: no disk");
        assertThat(by("Leader", 3, new Happening.Stopped())).hasToString("n1@3 Leader stopped");
    }

    @Test
    void whatClientsSay() throws IOException {
        byte[][] commands = {{1}, {2, 3}};
        RaftMessage submit = new ClientRequest.Submit(TARGET, 4, null, 12, 5, 3, commands);
        assertThat(by("Leader", 3, new Happening.Received(submit)))
                .hasToString("n1@3 Leader ← client Submit request=4 session=12 firstSequence=5 firstUnacknowledged=3"
                        + " commands=2 bytes=3");
        RaftMessage query =
                new ClientRequest.Query(TARGET, 4, null, Consistency.STALE, ClientRequest.Query.ANY_AGE, commands);
        assertThat(json(by("Leader", 3, new Happening.Received(query))))
                .endsWith("\"event\":\"receive\",\"message\":{\"kind\":\"Query\",\"request\":4,"
                        + "\"consistency\":\"STALE\",\"queries\":2}}");
        ClientReply.Status[] statuses = {ClientReply.Status.DONE};
        assertThat(Messages.text(
                        Messages.describe(new ClientReply.Submitted(4, statuses, new long[] {9}, new byte[1][0]))))
                .isEqualTo("Submitted request=4 statuses=[DONE] indexes=[9]");
        assertThat(Messages.text(
                        Messages.describe(new ClientReply.Rejected(4, ClientReply.Reason.BUSY, Optional.of("there")))))
                .isEqualTo("Rejected request=4 reason=BUSY leader=there");
    }

    @Test
    void clocksAreNotOfInterest() {
        assertThat(Messages.areOfInterest(Local.Tick.HEARTBEAT)).isFalse();
        assertThat(Messages.areOfInterest(new TimeoutNow(SELF, 3))).isTrue();
    }

    private static TraceEvent by(String role, long term, Happening happening) {
        return new TraceEvent("n1", role, term, happening);
    }

    private String json(TraceEvent event) throws IOException {
        Path file = Files.createTempFile(folder, "one", ".jsonl");
        try (JsonLines lines = JsonLines.open(file, 10_000, new Fields())) {
            lines.write(5, event);
        }
        return Files.readAllLines(file).get(1);
    }

    /** Entries from index 1 on, of these terms. */
    private static Entries entries(long... terms) {
        List<LogEntry> entries = new ArrayList<>();
        for (long term : terms) {
            entries.add(new LogEntry(new EntryId(entries.size() + 1, term), 0, new Payload.NoOp()));
        }
        return Entries.of(entries);
    }
}
