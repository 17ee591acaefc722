package io.balsa.journal;

import io.balsa.storage.SegmentedLog;
import io.balsa.storage.StorageFullException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Prepares the next segment of a log while the journal still fills the current one. It blocks in the disk. */
final class SpareSegments {
    private SpareSegments() {}

    /** Answered when a segment is ready, or the disk has no room for one. */
    record Prepare(ActorRef<Journal.Signal> replyTo) {}

    static Behavior<Prepare> create(SegmentedLog log) {
        return Behaviors.receiveMessage(prepare -> {
            prepare.replyTo().tell(attempt(log));
            return Behaviors.same();
        });
    }

    private static Journal.Signal attempt(SegmentedLog log) {
        try {
            log.prepareSpare();
            return Journal.Signal.SPARE_READY;
        } catch (StorageFullException e) {
            return Journal.Signal.SPARE_REFUSED;
        }
    }
}
