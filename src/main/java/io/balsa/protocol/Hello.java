package io.balsa.protocol;

import io.balsa.model.Sender;

/**
 * Keeps a link warm, and tells configuration mistakes early. Carries no term: it is no part of the algorithm.
 *
 * @param bootstrap fingerprint of the configured first members; servers with empty logs must agree on it
 * @param fresh whether the sender is one of the first members and its log is still empty
 * @param address where the sender is reached, by whoever does not find it in its configuration yet, or no longer
 * @param priority how much the sender is preferred as a leader, 0 and up
 */
public record Hello(Sender sender, long bootstrap, boolean fresh, String address, int priority)
        implements RaftMessage {}
