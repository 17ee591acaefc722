package io.balsa.journal;

import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.Local;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.StorageFullException;
import io.balsa.storage.snapshot.IncomingSnapshot;
import io.balsa.storage.snapshot.SnapshotFile;
import io.balsa.storage.snapshot.SnapshotStore;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Writes the chunks of a leader's snapshot to disk (Figure 13, receiver, steps 2 to 5), one snapshot at a time; each
 * chunk is answered by {@link Local.ChunkTaken}.
 *
 * <p>Spawn it on the dispatcher for blocking work. It fails when the disk does; a full disk, and chunks that are not
 * what they should be, are no failure.
 */
public final class SnapshotReceiver extends AbstractBehavior<SnapshotReceiver.Take> {
    private final SnapshotStore store;
    private final ActorRef<? super Local> raft;
    private final int keep;
    private Optional<IncomingSnapshot> incoming = Optional.empty();
    private long term;

    private SnapshotReceiver(ActorContext<Take> context, SnapshotStore store, Setup setup) {
        super(context);
        this.store = store;
        this.raft = setup.raft();
        this.keep = setup.keep();
    }

    /**
     * A chunk that this server has found to be its leader's. It has a type of its own, which nobody can send from
     * elsewhere: this actor too has an address.
     */
    public record Take(InstallSnapshot.Request chunk) {}

    private record Setup(ActorRef<? super Local> raft, int keep) {}

    /**
     * @param keep how many snapshots stay on disk
     */
    public static Behavior<Take> create(SnapshotStore store, ActorRef<? super Local> raft, int keep) {
        return Behaviors.setup(context -> new SnapshotReceiver(context, store, new Setup(raft, keep)));
    }

    @Override
    public Receive<Take> createReceive() {
        return newReceiveBuilder()
                .onMessage(Take.class, take -> onChunk(take.chunk()))
                .build();
    }

    private Behavior<Take> onChunk(InstallSnapshot.Request chunk) {
        if (chunk.offset() == 0 && begins(chunk)) {
            incoming.ifPresent(store::abandon);
            incoming = Optional.of(store.receive(chunk.snapshot()));
            term = chunk.term();
        }
        boolean taken = continues(chunk) && add(chunk);
        Optional<SnapshotFile> whole = taken && chunk.done() ? accept() : Optional.empty();
        boolean refused = chunk.done() && whole.isEmpty();
        long length = incoming.filter(one -> chunk.term() == term && one.last().equals(chunk.snapshot()))
                .map(IncomingSnapshot::length)
                .orElse(0L);
        raft.tell(new Local.ChunkTaken(chunk, length, taken && !refused, whole.map(SnapshotFile::snapshot)));
        if (whole.isPresent()) {
            incoming = Optional.empty();
        }
        return this;
    }

    /** Another snapshot takes the place of the one that is arriving, unless it is a late chunk of an older one. */
    private boolean begins(InstallSnapshot.Request chunk) {
        return incoming.isEmpty()
                || chunk.term() > term
                || chunk.snapshot().index() > incoming.get().last().index();
    }

    private boolean continues(InstallSnapshot.Request chunk) {
        return incoming.isPresent()
                && chunk.term() == term
                && incoming.get().last().equals(chunk.snapshot())
                && incoming.get().length() == chunk.offset()
                && InstallSnapshot.checksum(chunk.data()) == chunk.checksum();
    }

    private boolean add(InstallSnapshot.Request chunk) {
        try {
            incoming.orElseThrow().add(chunk.data());
            return true;
        } catch (StorageFullException full) {
            getContext().getLog().warn("no room for the leader's snapshot up to {}", chunk.snapshot());
            return false;
        }
    }

    /** One that is not sound as a whole is asked for once more, from the beginning. */
    private Optional<SnapshotFile> accept() {
        try {
            return Optional.of(store.accept(incoming.orElseThrow(), keep));
        } catch (CorruptionException damaged) {
            getContext().getLog().warn("the leader's snapshot is not taken: {}", damaged.getMessage());
            incoming = Optional.empty();
            return Optional.empty();
        }
    }
}
