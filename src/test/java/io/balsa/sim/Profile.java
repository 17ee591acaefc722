package io.balsa.sim;

import java.util.EnumSet;
import java.util.Set;

/** Which kinds of trouble a run may get into. {@link #PLAIN} has all but those that wait for a moment. */
enum Profile {
    ALL,
    PLAIN,
    DISK,
    NETWORK,
    CLIENT,
    MEMBERS,
    SNAPSHOTS,
    LEASES;

    private static final Set<Trouble> OF_DISKS = EnumSet.of(
            Trouble.CRASH,
            Trouble.POWER_CUT,
            Trouble.FULL_DISK,
            Trouble.FAILED_SYNC,
            Trouble.FAILED_WRITE,
            Trouble.FAILED_READ,
            Trouble.NO_SPACE,
            Trouble.HANGING_SYNC,
            Trouble.BIT_FLIP);
    private static final Set<Trouble> OF_NETWORKS = EnumSet.of(
            Trouble.PARTITION,
            Trouble.ONE_WAY,
            Trouble.BRIDGE,
            Trouble.FLAPPING,
            Trouble.CLOG,
            Trouble.COUP,
            Trouble.PAUSE);
    private static final Set<Trouble> FOR_CLIENTS =
            EnumSet.of(Trouble.CRASH, Trouble.PARTITION, Trouble.PAUSE, Trouble.OVERLOAD, Trouble.CLIENT_DIES);

    private static final Set<Trouble> OF_SNAPSHOTS = EnumSet.of(
            Trouble.LATECOMER,
            Trouble.OVERTAKEN,
            Trouble.UNHEARD,
            Trouble.SCHISM,
            Trouble.SNAPSHOT,
            Trouble.CRASH,
            Trouble.POWER_CUT,
            Trouble.HANGING_SYNC,
            Trouble.ONE_WAY);

    private static final Set<Trouble> OF_LEASES = EnumSet.of(
            Trouble.COMEBACK, Trouble.COUP, Trouble.PARTITION, Trouble.TRANSFER, Trouble.PAUSE, Trouble.CRASH);

    private static final Set<Trouble> FOR_MEMBERS = EnumSet.of(
            Trouble.REFORM,
            Trouble.LOST_DISK,
            Trouble.CRASH,
            Trouble.PARTITION,
            Trouble.BRIDGE,
            Trouble.PAUSE,
            Trouble.POWER_CUT,
            Trouble.TRANSFER);

    /** Whether its worlds are also made for what only happens when everything fits. */
    boolean isAimed() {
        return this == ALL || this == SNAPSHOTS || this == LEASES;
    }

    boolean allows(Trouble trouble) {
        return switch (this) {
            case ALL -> true;
            case PLAIN -> !trouble.isAimed();
            case DISK -> OF_DISKS.contains(trouble);
            case NETWORK -> OF_NETWORKS.contains(trouble);
            case SNAPSHOTS -> OF_SNAPSHOTS.contains(trouble);
            case LEASES -> OF_LEASES.contains(trouble);
            case MEMBERS -> FOR_MEMBERS.contains(trouble);
            case CLIENT -> FOR_CLIENTS.contains(trouble);
        };
    }
}
