package io.balsa.machine;

import io.balsa.machine.snapshot.Growth;
import io.balsa.machine.snapshot.SnapshotWriter;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.Snapshot;
import io.balsa.protocol.Local;
import io.balsa.storage.snapshot.SnapshotPart;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The snapshots of an applier's state, sessions included (§7): takes one at a time when it is due, and restores.
 *
 * <p>The state of a {@link Freezable} machine is written by another actor while commands go on; that of any other is
 * written here, and commands wait.
 */
final class Snapshots {
    private final StateMachine machine;
    private final Sessions sessions;
    private final Applier.SnapshotParts parts;
    private final ActorRef<? super Local> raft;
    private final Growth growth;
    private boolean underWay;
    private boolean resting;

    Snapshots(Applier.Parts applier, Sessions sessions) {
        this.machine = applier.machine();
        this.sessions = sessions;
        this.parts = applier.snapshots();
        this.raft = applier.raft();
        this.growth = new Growth(parts.limits());
    }

    /** These entries have been applied. */
    void applied(Entries entries) {
        growth.add(entries);
    }

    /** This entry has been applied. */
    void applied(LogEntry entry) {
        growth.note(entry);
    }

    /** Takes a snapshot if so much was applied that one is due. */
    void takeIfDue() {
        if (growth.isDue() && !underWay && !resting) {
            take();
        }
    }

    /** Takes a snapshot now, unless one is being taken; says so when there is nothing new. */
    void take() {
        Optional<Snapshot> next = growth.next();
        if (underWay) {
            return; // whoever asks waits for the end of that one
        }
        if (next.isEmpty()) {
            raft.tell(new Local.SnapshotRefused("there is nothing that a snapshot could include"));
            return;
        }
        underWay = true;
        growth.cover(next.get().last());
        SnapshotPart frozenSessions = sessions.freeze();
        if (machine instanceof Freezable freezable) {
            Consumer<OutputStream> frozen = freezable.freeze();
            parts.writer().tell(new SnapshotWriter.Write(next.get(), frozenSessions, frozen::accept));
        } else {
            SnapshotWriter.Write write = new SnapshotWriter.Write(next.get(), frozenSessions, machine::snapshot);
            raft.tell(SnapshotWriter.attempt(parts.store(), write));
        }
    }

    /** The one that was being taken counts, or has come to nothing; then the next waits for {@link #rested}. */
    void ended(boolean saved) {
        underWay = false;
        resting = !saved;
    }

    /** Enough time has passed since the last that came to nothing. */
    void rested() {
        resting = false;
    }

    /**
     * Puts the state of a snapshot in place of this one.
     *
     * @throws IllegalStateException when the machine does not take it
     */
    void restore(Snapshot snapshot) {
        EntryId last = snapshot.last();
        try {
            parts.store().restore(last, in -> sessions.read(new DataInputStream(in)), machine::restore);
        } catch (IOException e) {
            throw new IllegalStateException("the state machine does not take its snapshot up to " + last, e);
        }
        growth.begin(snapshot);
    }
}
