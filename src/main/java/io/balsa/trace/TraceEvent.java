package io.balsa.trace;

/**
 * One thing that happened on a server.
 *
 * @param node the server, or a client of a simulation; empty for what befell all of them
 * @param role of the server at that moment, as the status shows it; empty for a client
 * @param term the server's current term at that moment
 */
public record TraceEvent(String node, String role, long term, Happening happening) {
    /** An event of no server. */
    public static TraceEvent of(String node, Happening happening) {
        return new TraceEvent(node, "", 0, happening);
    }

    /** About how many bytes of memory it keeps from being freed. */
    int bytes() {
        return 200 + happening.bytes();
    }

    /** What comes before the fields of the happening itself. */
    Fields head(long nanos) {
        Fields head = new Fields().with("t", nanos);
        if (!node.isEmpty()) {
            head.with("node", node);
        }
        if (!role.isEmpty()) {
            head.with("role", role).with("term", term);
        }
        return head.with("event", happening.name());
    }

    /** For people: {@code n1@2 Candidate → n3 RequestVote last=(1@4)}. */
    @Override
    public String toString() {
        String who = role.isEmpty() ? node : node + "@" + term + " " + role;
        return (who + " " + happening.text(term)).strip();
    }
}
