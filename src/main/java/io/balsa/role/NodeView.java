package io.balsa.role;

import io.balsa.machine.AppliedIndex;
import io.balsa.measure.Measures;
import io.balsa.model.NodeId;
import java.util.Optional;

/** What one server is doing, readable by any thread at any time; no two values need be of one moment. */
public final class NodeView {
    private final AppliedIndex applied = new AppliedIndex();
    private final Measures measures = new Measures();
    private volatile String role = "Starting";
    private volatile long term;
    private volatile Optional<NodeId> leader = Optional.empty();

    /** Whether this server leads, as far as it knows; it may have been deposed a moment ago. */
    public boolean isLeader() {
        return role.equals(Leader.NAME);
    }

    /** Starting, Follower, PreCandidate, Candidate or Leader; Stopped when the server has stopped or failed. */
    public String role() {
        return role;
    }

    /** The leader it follows, itself included. */
    public Optional<NodeId> leader() {
        return leader;
    }

    public long term() {
        return term;
    }

    /** How far the state machine has come, 0 before the first entry. */
    public long appliedIndex() {
        return applied.get();
    }

    /** What the server measures of itself. */
    public Measures measures() {
        return measures;
    }

    AppliedIndex applied() {
        return applied;
    }

    /** The server has stopped or failed, and neither leads nor follows any more. */
    public void stopped() {
        show("Stopped", term, Optional.empty());
    }

    void show(String newRole, long newTerm, Optional<NodeId> newLeader) {
        leader = newLeader;
        term = newTerm;
        role = newRole;
    }
}
