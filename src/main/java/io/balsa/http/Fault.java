package io.balsa.http;

import java.util.Locale;

/** What may be wrong with a request, as programs are told: a word, a status, and whether to ask again. */
enum Fault {
    BAD_REQUEST(400, "the request makes no sense"),
    UNSUPPORTED_PRECONDITION(400, "this condition cannot be kept"),
    UNAUTHENTICATED(401, "nobody knows who sends it"),
    FORBIDDEN(403, "whoever sends it may not do this"),
    FOREIGN_ORIGIN(403, "the page that sends it is of another server"),
    NO_SUCH_RESOURCE(404, "there is nothing under this path"),
    NO_SUCH_KEY(404, "the key has no value"),
    NO_SUCH_MEMBER(404, "there is no such member"),
    METHOD_NOT_ALLOWED(405, "the path does not take this method"),
    TIMEOUT(408, "the body was too slow to come"),
    SESSION_EXPIRED(409, "the session is not open"),
    SETTLED(409, "the sequence was settled before, and its answer is gone"),
    BEYOND_WINDOW(409, "the sequence is too far above the others of its session"),
    NOT_A_NUMBER(409, "the value is no number that can be added to"),
    CONFLICT(409, "the cluster is not in a state to do this"),
    OUT_OF_RANGE(410, "the log does not hold these entries"),
    MISMATCH(412, "the value is another one than expected"),
    TOO_LARGE(413, "too large"),
    TARGET_TOO_LONG(414, "the target is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "the body is of a type that is not taken here"),
    HEAD_TOO_LARGE(431, "a field of the head is too large"),
    INTERNAL(500, "a mistake in the node"),
    OTHER_MACHINE(501, "the state machine of this cluster does not offer it"),
    UNAVAILABLE(503, "not done: there is no leader, no quorum, or too much under way"),
    NOT_READY(503, "the node is not ready"),
    OUTCOME_UNKNOWN(504, "sent and not confirmed");

    private final int status;
    private final String title;

    Fault(int status, String title) {
        this.status = status;
        this.title = title;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** {@code no-such-key}. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the same request may succeed a moment later. */
    boolean isPassing() {
        return status == 503 || this == TIMEOUT;
    }

    /**
     * Whether it may have been done all the same: now, or when it was first sent, which a session that has ended or a
     * reply that is gone can no longer tell.
     */
    boolean leavesDoubt() {
        return this == OUTCOME_UNKNOWN || this == INTERNAL || this == SESSION_EXPIRED || this == SETTLED;
    }
}
