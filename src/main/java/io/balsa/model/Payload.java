package io.balsa.model;

/** What an entry carries. Each kind has a number that is part of the format of wire and disk. */
public sealed interface Payload {

    /** The first entry of every leader's term; committing it commits everything before it (§8, §5.4.2). */
    record NoOp() implements Payload {}

    /**
     * A command for the state machine.
     *
     * @param session the client session it belongs to, 0 for a command without one (§8)
     * @param sequence its number within the session, 1 and up; 0 without a session
     * @param firstUnacknowledged the lowest sequence whose reply the client may still ask for; 0 when it does not say
     * @param command what the state machine is given
     */
    record Command(long session, long sequence, long firstUnacknowledged, byte[] command) implements Payload {}

    /**
     * Opens a client session (thesis §6.3).
     *
     * <p>The limits travel in the entry, because replicas must decide alike whatever their own settings say; and so
     * does the session's id, which the leader draws at random: whoever could guess it could use up its sequences.
     *
     * @param id of the session; 0 as entries of earlier versions say: the index of the entry
     * @param maxSessions how many sessions may be open at once before the least recently used is evicted
     * @param window how many sequences above the lowest kept one a session may use
     * @param expireAfterMillis how much log time may pass from one command of the session to the next
     * @param maxReplyBytes how large all kept replies may be before the least recently used sessions are evicted
     */
    record OpenSession(long id, int maxSessions, int window, long expireAfterMillis, long maxReplyBytes)
            implements Payload {
        /** What does not end. */
        public static final long UNLIMITED = Long.MAX_VALUE;

        /** As entries of earlier versions say: a session that never expires, and replies of any size. */
        public OpenSession(int maxSessions, int window) {
            this(0, maxSessions, window, UNLIMITED, UNLIMITED);
        }

        /**
         * The id that is made of a random number: the same size for all, and no larger than what a program in
         * JavaScript counts without a mistake (2^53).
         */
        public static long id(long random) {
            return (1L << 52) | (random >>> 12);
        }

        /** The id of the session that the entry at {@code index} opens. */
        public long idAt(long index) {
            return id == 0 ? index : id;
        }
    }

    /** Ends a client session and forgets its replies. */
    record CloseSession(long session) implements Payload {}

    /** A new configuration; it counts from the moment it stands in a log, committed or not (§6). */
    record Reconfigure(Configuration configuration) implements Payload {}
}
