package io.balsa.sim;

/**
 * What one command costs all servers and the client together.
 *
 * @param allocated bytes
 * @param events messages that actors handle, timers and arrivals
 * @param messages between servers, and from the client
 * @param writes to the disks
 * @param syncs of the disks
 */
record Cost(double allocated, double events, double messages, double writes, double syncs) {

    /** The same of everything so far, as it is counted. */
    record Sum(long allocated, long events, long messages, long writes, long syncs) {
        Sum since(Sum before) {
            return new Sum(
                    allocated - before.allocated,
                    events - before.events,
                    messages - before.messages,
                    writes - before.writes,
                    syncs - before.syncs);
        }

        Cost per(double commands) {
            return new Cost(
                    allocated / commands, events / commands, messages / commands, writes / commands, syncs / commands);
        }
    }
}
