package io.balsa.machine;

import io.balsa.protocol.reply.ClientReply.Status;

/**
 * What became of one command that stands in the log.
 *
 * @param status whether it was applied, now or before
 * @param index where it was first applied; where it stands, if it was refused
 * @param reply what the state machine answered; empty if it was refused
 */
record Outcome(Status status, long index, byte[] reply) {
    private static final byte[] NOTHING = new byte[0];

    static Outcome refused(Status why, long index) {
        return new Outcome(why, index, NOTHING);
    }

    static Outcome done(long index, byte[] reply) {
        return new Outcome(Status.DONE, index, reply);
    }
}
