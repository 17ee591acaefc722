package io.balsa.trace;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Rpc;
import java.util.Optional;

/**
 * What happened. Those below are what servers do; a simulation adds what befalls them. They keep what they were told
 * and describe it only when somebody reads or writes it.
 */
public interface Happening {
    /** The value of {@code event} in the trace. */
    String name();

    Fields fields();

    /**
     * For people.
     *
     * @param term of the server, which need not be said again
     */
    default String text(long term) {
        return (name() + " " + fields()).strip();
    }

    /** About how many bytes it keeps from being freed. */
    default int bytes() {
        return 0;
    }

    /** Whether the server's process has nothing to tell after it. */
    default boolean isLast() {
        return false;
    }

    /** It has recovered from its disk, which holds the term, this vote in it, and a log up to {@code last}. */
    record Started(EntryId last, Optional<NodeId> votedFor) implements Happening {
        @Override
        public String name() {
            return "started";
        }

        @Override
        public Fields fields() {
            return new Fields().with("last", last).with("votedFor", votedFor.map(NodeId::name));
        }

        @Override
        public String text(long term) {
            return "has recovered, " + fields();
        }
    }

    /** It has been stopped in order. */
    record Stopped() implements Happening {
        @Override
        public String name() {
            return "stopped";
        }

        @Override
        public Fields fields() {
            return new Fields();
        }

        @Override
        public boolean isLast() {
            return true;
        }
    }

    /** It has failed, and its process ends. */
    record Failed(String reason) implements Happening {
        @Override
        public String name() {
            return "failed";
        }

        @Override
        public Fields fields() {
            return new Fields().with("reason", reason);
        }

        @Override
        public String text(long term) {
            return "fails: " + reason;
        }

        @Override
        public boolean isLast() {
            return true;
        }
    }

    /** It has another role than before, or the same once more in a new term. */
    record RoleChanged(String from, String to, String reason) implements Happening {
        @Override
        public String name() {
            return "role";
        }

        @Override
        public Fields fields() {
            return new Fields().with("from", from).with("to", to).with("reason", reason);
        }

        @Override
        public String text(long term) {
            return "(was " + from + ") " + reason;
        }
    }

    /** It has sent a message to a peer. */
    record Sent(NodeId to, RaftMessage message) implements Happening {
        @Override
        public String name() {
            return "send";
        }

        @Override
        public Fields fields() {
            return new Fields().with("to", to.name()).with("message", Messages.describe(message));
        }

        @Override
        public String text(long term) {
            return "→ " + to + " " + Messages.text(message, term);
        }

        @Override
        public int bytes() {
            return Messages.bytes(message);
        }
    }

    /** It has taken a message out of its mailbox, of a peer or of a client, and is about to act on it. */
    record Received(RaftMessage message) implements Happening {
        @Override
        public String name() {
            return "receive";
        }

        @Override
        public Fields fields() {
            return new Fields().with("from", from()).with("message", Messages.describe(message));
        }

        @Override
        public String text(long term) {
            return "← " + from().orElse("client") + " " + Messages.text(message, term);
        }

        @Override
        public int bytes() {
            return Messages.bytes(message);
        }

        private Optional<String> from() {
            return message instanceof Rpc rpc ? Optional.of(rpc.from().name()) : Optional.empty();
        }
    }

    /** Its current term, with this vote in it, is on disk. */
    record BallotSaved(Optional<NodeId> votedFor) implements Happening {
        @Override
        public String name() {
            return "ballot";
        }

        @Override
        public Fields fields() {
            return new Fields().with("votedFor", votedFor.map(NodeId::name));
        }

        @Override
        public String text(long term) {
            return "saves term " + term
                    + votedFor.map(id -> " and its vote for " + id).orElse(" and no vote");
        }
    }

    /** Its log has taken in entries; they are not on disk yet. */
    record Appended(Entries entries) implements Happening {
        @Override
        public String name() {
            return "append";
        }

        @Override
        public Fields fields() {
            return new Fields().with("entries", Span.of(entries)).with("bytes", entries.bytes());
        }

        @Override
        public int bytes() {
            return entries.bytes();
        }
    }

    /** Its log has dropped the entry at {@code from} and all behind it, and now ends at {@code last}. */
    record Truncated(long from, EntryId last) implements Happening {
        @Override
        public String name() {
            return "truncate";
        }

        @Override
        public Fields fields() {
            return new Fields().with("from", from).with("last", last);
        }
    }

    /** It has learnt that its log is on the synced disk up to here. */
    record Persisted(EntryId last) implements Happening {
        @Override
        public String name() {
            return "persisted";
        }

        @Override
        public Fields fields() {
            return new Fields().with("last", last);
        }
    }

    /** It has learnt that its log is committed up to here. */
    record Committed(EntryId last) implements Happening {
        @Override
        public String name() {
            return "commit";
        }

        @Override
        public Fields fields() {
            return new Fields().with("last", last);
        }
    }

    /** It has learnt that its state machine has applied everything up to here. */
    record Applied(long index) implements Happening {
        @Override
        public String name() {
            return "applied";
        }

        @Override
        public Fields fields() {
            return new Fields().with("index", index);
        }
    }

    /** It has learnt that its disk has no room for more of the log, or has again. */
    record StorageFull(boolean full) implements Happening {
        @Override
        public String name() {
            return "storage";
        }

        @Override
        public Fields fields() {
            return new Fields().with("full", full);
        }
    }

    /** So many events are missing here, because the trace's disk did not keep up. */
    record Dropped(long count) implements Happening {
        @Override
        public String name() {
            return "dropped";
        }

        @Override
        public Fields fields() {
            return new Fields().with("count", count);
        }
    }

    /** The file has reached its greatest size: whatever the server did next is not in it. */
    record Full(long maxBytes) implements Happening {
        @Override
        public String name() {
            return "full";
        }

        @Override
        public Fields fields() {
            return new Fields().with("maxBytes", maxBytes);
        }
    }
}
