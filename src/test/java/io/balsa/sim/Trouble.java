package io.balsa.sim;

/** What can happen to a cluster while its clients work. */
enum Trouble {
    /** Two sides that do not hear each other, for a while. */
    PARTITION,
    /** One server that another no longer hears, for a while. */
    ONE_WAY,
    /** Two sides that hear each other only through one server that both hear, for a while. */
    BRIDGE,
    /** A link that is cut and heals again and again. */
    FLAPPING,
    /** A route on which everything takes seconds, for a while, and then arrives all the same. */
    CLOG,
    /** Nobody hears the leader any more, who may go on hearing what they had said before, for a while. */
    COUP,
    /** {@code kill -9} of one server, now and then of all. */
    CRASH,
    /** The power of one server goes, now and then of all. */
    POWER_CUT,
    /** A process stands still (SIGSTOP). */
    PAUSE,
    /** A disk has no room for another segment, for a while. */
    FULL_DISK,
    /** A sync fails, and the process must end. */
    FAILED_SYNC,
    /** Any other operation that changes the disk fails, and the process must end. */
    FAILED_WRITE,
    /** A read fails, and the process must end. */
    FAILED_READ,
    /** Any one operation finds the disk full; the process may or may not go on. */
    NO_SPACE,
    /** A sync takes longer than an election. */
    HANGING_SYNC,
    /** While a process is down a bit of its files turns over, on a minority of the servers. */
    BIT_FLIP,
    /** An operator wishes another leader, whether it can lead or not. */
    TRANSFER,
    /** An operator has a server take a snapshot, whatever it is doing. */
    SNAPSHOT,
    /** Far more is asked at once than is taken. */
    OVERLOAD,
    /** A client ends in the middle of what it does. */
    CLIENT_DIES,
    /** An operator wishes other members. */
    REFORM,
    /** A voter's disk is lost with all that is on it, and the cluster is told to know it by its next one. */
    LOST_DISK,
    /** A server is away until the others have dropped what it lacks, and is struck while it catches up. */
    LATECOMER,
    /** A server gets a snapshot of one leader and the entries in it from the next, who knows less of them. */
    OVERTAKEN,
    /** A leader does not hear for a moment how far a server has got, which compacts that, and repeats itself. */
    UNHEARD,
    /** A leader that nobody hears takes on much that will be dropped, while the others take snapshots. */
    SCHISM,
    /** A leader that was away speaks for a moment in the middle of the election that its silence has begun. */
    COMEBACK;

    /** Whether it waits for a moment; the others come at any. */
    boolean isAimed() {
        return compareTo(LATECOMER) >= 0;
    }
}
