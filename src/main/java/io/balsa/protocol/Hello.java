package io.balsa.protocol;

import io.balsa.model.Sender;

/**
 * Keeps a link warm, and tells configuration mistakes early. Carries no term: it is no part of the algorithm.
 *
 * @param bootstrap fingerprint of the configured first members; servers with empty logs must agree on it
 * @param fresh whether the sender is one of the first members and its log is still empty
 * @param address where the sender is reached, by whoever does not find it in its configuration yet, or no longer
 * @param priority how much the sender is preferred as a leader, 0 and up
 * @param offer the pass that the one spoken to must show to the sender from now on; 0 for none
 */
public record Hello(Sender sender, long bootstrap, boolean fresh, String address, int priority, long offer)
        implements RaftMessage {
    /** The same with an offer. */
    public Hello offering(long pass) {
        return new Hello(sender, bootstrap, fresh, address, priority, pass);
    }

    /** Without the offer, which is nobody else's business. */
    @Override
    public String toString() {
        return "Hello of " + sender + " at " + address;
    }
}
