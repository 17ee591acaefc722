package io.balsa;

/**
 * What became of a submitted command.
 *
 * @param index where it stands in the log, 1 and up
 * @param reply what the state machine answered
 */
public record Applied(long index, byte[] reply) {}
