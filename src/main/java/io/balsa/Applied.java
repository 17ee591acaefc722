package io.balsa;

/**
 * What became of a submitted command.
 *
 * @param index where it stands in the log, 1 and up
 * @param reply what the state machine answered; must not be changed, as a server of this process may keep the same
 *     bytes for whoever asks again
 */
public record Applied(long index, byte[] reply) {}
