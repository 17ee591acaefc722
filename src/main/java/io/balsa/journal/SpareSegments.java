package io.balsa.journal;

import io.balsa.storage.SegmentedLog;
import io.balsa.storage.StorageFullException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Prepares the next segment of a log, and takes away those that were dropped, while the journal writes the current one.
 * It blocks in the disk.
 */
final class SpareSegments {
    private SpareSegments() {}

    /** What it can be asked for. */
    sealed interface Command {}

    /** Answered when a segment is ready, or the disk has no room for one. */
    record Prepare(ActorRef<Journal.Signal> replyTo) implements Command {}

    /** Not answered: nobody waits for it. */
    record Tidy() implements Command {}

    static Behavior<Command> create(SegmentedLog log) {
        return Behaviors.setup(context -> Behaviors.receive(Command.class)
                .onMessage(Prepare.class, prepare -> {
                    prepare.replyTo().tell(attempt(log));
                    return Behaviors.same();
                })
                .onMessage(Tidy.class, tidy -> {
                    if (log.tidy()) {
                        context.getSelf().tell(tidy); // behind a spare that is wanted meanwhile
                    }
                    return Behaviors.same();
                })
                .build());
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
