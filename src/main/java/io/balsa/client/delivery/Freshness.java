package io.balsa.client.delivery;

import io.balsa.Consistency;
import io.balsa.protocol.ClientRequest;
import java.time.Duration;

/**
 * How fresh the answer of a query must be, and who may give it.
 *
 * @param maxAgeMillis how old a stale answer may be: it shows all that was committed so many milliseconds before a
 *     server got the query; {@link ClientRequest.Query#ANY_AGE} when it does not matter
 * @param anywhere whether a linearizable answer may come from any server, which then asks the leader how far it must
 *     have applied, instead of from the leader itself
 */
public record Freshness(Consistency consistency, long maxAgeMillis, boolean anywhere) {

    /** By the server that usually answers queries of this kind, and however old if stale. */
    public static Freshness of(Consistency consistency) {
        return new Freshness(consistency, ClientRequest.Query.ANY_AGE, false);
    }

    /** Stale, but not older than this. */
    public static Freshness within(Duration maxAge) {
        return new Freshness(Consistency.STALE, maxAge.toMillis(), false);
    }

    /** Linearizable, by any server. */
    public static Freshness linearizableAnywhere() {
        return new Freshness(Consistency.LINEARIZABLE, ClientRequest.Query.ANY_AGE, true);
    }

    Call.Kind kind() {
        return switch (consistency) {
            case LINEARIZABLE -> anywhere ? Call.Kind.SHARED_QUERY : Call.Kind.LINEARIZABLE_QUERY;
            case LEASE -> Call.Kind.LEASE_QUERY;
            case STALE -> maxAgeMillis == ClientRequest.Query.ANY_AGE ? Call.Kind.STALE_QUERY : Call.Kind.RECENT_QUERY;
        };
    }
}
