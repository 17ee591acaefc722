package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.role.Observer.Inspection;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** What a play expects of one server at this moment. */
public final class Expectation {
    private final Cluster cluster;
    private final Server server;

    Expectation(Cluster cluster, Server server) {
        this.cluster = cluster;
        this.server = server;
    }

    /** Reads well where a play expects that nothing was committed. */
    public static String[] nothing() {
        return new String[0];
    }

    /** Exactly these commands are committed and applied here, in this order. */
    public Expectation committed(String... words) {
        assertThat(server.machine().words())
                .as("committed on %s; %s", server.id(), cluster)
                .containsExactly(words);
        return this;
    }

    /** No entry at all is known to be committed here. */
    public Expectation committedNothing() {
        assertThat(inspection().commitIndex())
                .as("commitIndex of %s; %s", server.id(), cluster)
                .isZero();
        return this;
    }

    public Expectation commitIndex(long index) {
        assertThat(inspection().commitIndex())
                .as("commitIndex of %s; %s", server.id(), cluster)
                .isEqualTo(index);
        return this;
    }

    /** The terms of the log's entries, the first at index 1, as in the figures of the paper. */
    public Expectation log(long... terms) {
        assertThat(terms()).as("log of %s; %s", server.id(), cluster).isEqualTo(boxed(terms));
        return this;
    }

    /** As {@link #log}, with more entries behind. */
    public Expectation logStartsWith(long... terms) {
        assertThat(terms())
                .as("log of %s; %s", server.id(), cluster)
                .startsWith(boxed(terms).toArray(Long[]::new));
        return this;
    }

    /** Its newest snapshot includes everything up to here. */
    public Expectation snapshot(EntryId last) {
        assertThat(inspection().snapshot())
                .as("snapshot of %s; %s", server.id(), cluster)
                .isEqualTo(last);
        return this;
    }

    /** The first entry of its log has this index; a snapshot includes all before. */
    public Expectation logBegins(long index) {
        assertThat(inspection().base().index() + 1)
                .as("first index of %s; %s", server.id(), cluster)
                .isEqualTo(index);
        return this;
    }

    public Expectation leads() {
        return role("Leader");
    }

    public Expectation role(String role) {
        assertThat(inspection().role())
                .as("role of %s; %s", server.id(), cluster)
                .isEqualTo(role);
        return this;
    }

    public Expectation follows(NodeId leader) {
        assertThat(server.view().leader())
                .as("leader of %s; %s", server.id(), cluster)
                .contains(leader);
        return role("Follower");
    }

    public Expectation term(long term) {
        assertThat(inspection().currentTerm())
                .as("term of %s; %s", server.id(), cluster)
                .isEqualTo(term);
        return this;
    }

    public Expectation votedFor(NodeId candidate) {
        assertThat(inspection().votedFor())
                .as("vote of %s; %s", server.id(), cluster)
                .isEqualTo(Optional.of(candidate));
        return this;
    }

    private List<Long> terms() {
        Inspection now = inspection();
        return LongStream.rangeClosed(now.base().index() + 1, now.last().index())
                .mapToObj(now::termAt)
                .toList();
    }

    private static List<Long> boxed(long... terms) {
        return LongStream.of(terms).boxed().toList();
    }

    private Inspection inspection() {
        return server.inspection().orElseThrow(() -> new AssertionError(server.id() + " does not run; " + cluster));
    }
}
