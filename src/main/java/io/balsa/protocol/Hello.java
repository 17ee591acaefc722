package io.balsa.protocol;

import io.balsa.model.Sender;

/**
 * Keeps a link warm, and tells configuration mistakes early. Carries no term: it is no part of the algorithm.
 *
 * @param bootstrap fingerprint of the configured first members; servers with empty logs must agree on it
 * @param fresh whether the sender's log is still empty
 */
public record Hello(Sender sender, long bootstrap, boolean fresh) implements RaftMessage {}
