package io.balsa.role.membership;

import java.time.Duration;

/**
 * Judges whether a server that is to vote keeps up with the leader (thesis §4.2.1).
 *
 * <p>Catching up goes in rounds: each ends when the server holds what the log held at the round's beginning. Once a
 * round takes less than an election timeout, what is still missing then delays nobody for longer than an election does.
 */
public final class CatchUp {
    private final Limits limits;
    private final long began;
    private long roundBegan;
    private long goal;
    private int roundsLeft;
    private Verdict verdict = Verdict.WAIT;

    /**
     * @param now monotonic, ns
     * @param last index of the last entry of the leader's log
     */
    public CatchUp(Limits limits, long now, long last) {
        this.limits = limits;
        this.began = now;
        this.roundBegan = now;
        this.goal = last;
        this.roundsLeft = limits.rounds();
    }

    /**
     * @param rounds how many may take too long before the server counts as too slow
     * @param enough a round that takes no longer is short enough
     * @param timeout for all rounds together
     */
    public record Limits(int rounds, Duration enough, Duration timeout) {}

    /** Whether the server may be given a vote. */
    public enum Verdict {
        CAUGHT_UP,
        WAIT,
        TOO_SLOW
    }

    /**
     * What is to be thought of the server now; once it has caught up, or is too slow, this does not change any more.
     *
     * @param match how far its log is known to be like the leader's, on its disk
     */
    public Verdict judge(long now, long match, long last) {
        if (verdict == Verdict.WAIT && match >= goal) {
            finishRound(now, last);
        }
        if (verdict == Verdict.WAIT && now - began > limits.timeout().toNanos()) {
            verdict = Verdict.TOO_SLOW;
        }
        return verdict;
    }

    private void finishRound(long now, long last) {
        roundsLeft--;
        if (now - roundBegan <= limits.enough().toNanos()) {
            verdict = Verdict.CAUGHT_UP;
        } else if (roundsLeft == 0) {
            verdict = Verdict.TOO_SLOW;
        }
        roundBegan = now;
        goal = last;
    }
}
