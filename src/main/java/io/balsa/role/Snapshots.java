package io.balsa.role;

import io.balsa.config.Settings;
import io.balsa.journal.Journal;
import io.balsa.machine.Applier;
import io.balsa.machine.snapshot.SnapshotWriter;
import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.model.Snapshot;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.reply.AdminReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a server's snapshots cover, and what they let go of the log (§7). A snapshot of its own state counts only when
 * the entries it includes are on this server's own disk; the log before it goes only when it counts.
 */
final class Snapshots {
    private static final int MOST_WAITING = 100;

    private final Node node;
    private final Node.Parts parts;
    private final Settings.Snapshots limits;
    private final List<AdminRequest.TriggerSnapshot> waiting = new ArrayList<>();
    private Optional<Snapshot> newest;
    private Optional<Snapshot> written = Optional.empty();

    Snapshots(Node node, Node.Parts parts) {
        this.node = node;
        this.parts = parts;
        this.limits = node.settings().snapshots();
        this.newest = parts.storage().snapshot().map(file -> file.snapshot());
    }

    /** The last entry that the newest snapshot includes; {@link EntryId#NONE} when there is none. */
    EntryId last() {
        return newest.map(Snapshot::last).orElse(EntryId.NONE);
    }

    /** The log time of that entry, ms. */
    long time() {
        return newest.map(Snapshot::time).orElse(0L);
    }

    /** Has one taken now; whoever asks is answered when it counts, or why not. */
    void trigger(AdminRequest.TriggerSnapshot request) {
        if (waiting.size() >= MOST_WAITING) {
            answer(request, Optional.of("too many have asked"));
            return;
        }
        waiting.removeIf(request::equals); // asked again by one who waits
        waiting.add(request);
        parts.applier().tell(new Applier.TakeSnapshot());
    }

    /** One is written; it waits until the log has come to the disk as far as it reaches. */
    void written(Snapshot snapshot) {
        written = Optional.of(snapshot);
        persisted();
    }

    /** The log has come to the disk a little further. */
    void persisted() {
        boolean isDue = written.isPresent()
                && written.get().last().index() <= node.log().durable().index();
        if (isDue) {
            Snapshot snapshot = written.get();
            written = Optional.empty();
            boolean isNew = snapshot.last().index() > last().index();
            parts.writer()
                    .tell(isNew ? new SnapshotWriter.Publish(snapshot) : new SnapshotWriter.Discard(snapshot.last()));
        }
    }

    /** One of this server's own counts. */
    void saved(Snapshot snapshot) {
        parts.applier().tell(new Applier.SnapshotEnded(true));
        counts(snapshot);
        answerAll(Optional.empty());
    }

    /** One of this server's own has come to nothing. */
    void failed(String reason) {
        parts.applier().tell(new Applier.SnapshotEnded(false));
        answerAll(Optional.of(reason));
    }

    /** There is nothing that the newest one does not include. */
    void refused(String reason) {
        answerAll(newest.isPresent() ? Optional.empty() : Optional.of(reason));
    }

    /**
     * Goes on from a leader's snapshot, which is durable; one that reaches no further than what is committed here
     * changes nothing (Figure 13, receiver, steps 6 to 8).
     */
    void install(Snapshot snapshot) {
        if (snapshot.last().index() > node.commitIndex()) {
            node.feed().install(snapshot);
            node.log().install(snapshot);
            node.recorder().snapshotInstalled(snapshot.last());
            node.useConfiguration();
        }
        counts(snapshot);
    }

    private void counts(Snapshot snapshot) {
        if (snapshot.last().index() > last().index()) {
            newest = Optional.of(snapshot);
        }
        long covered = last().index() - limits.retainEntries();
        if (covered >= node.log().firstIndex()) {
            Invariant.check(covered <= last().index(), "%s would be dropped, the snapshot ends at %s", covered, last());
            parts.journal().tell(new Journal.Compact(covered, limits.retainBytes()));
        }
    }

    private void answerAll(Optional<String> refusal) {
        waiting.forEach(request -> answer(request, refusal));
        waiting.clear();
    }

    private void answer(AdminRequest.TriggerSnapshot request, Optional<String> refusal) {
        request.replyTo().tell(new AdminReply.SnapshotTaken(request.request(), last(), refusal));
    }
}
