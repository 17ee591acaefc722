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
     * Opens a client session; its id is the index of this entry (thesis §6.3).
     *
     * <p>The limits travel in the entry, because replicas must decide alike whatever their own settings say.
     *
     * @param maxSessions how many sessions may be open at once before the least recently used is evicted
     * @param window how many sequences above the lowest kept one a session may use
     * @param expireAfterMillis how much log time may pass from one command of the session to the next
     * @param maxReplyBytes how large all kept replies may be before the least recently used sessions are evicted
     */
    record OpenSession(int maxSessions, int window, long expireAfterMillis, long maxReplyBytes) implements Payload {
        /** What does not end. */
        public static final long UNLIMITED = Long.MAX_VALUE;

        /** As entries of earlier versions say: a session that never expires, and replies of any size. */
        public OpenSession(int maxSessions, int window) {
            this(maxSessions, window, UNLIMITED, UNLIMITED);
        }
    }

    /** Ends a client session and forgets its replies. */
    record CloseSession(long session) implements Payload {}

    /** A new configuration; it counts from the moment it stands in a log, committed or not (§6). */
    record Reconfigure(Configuration configuration) implements Payload {}
}
