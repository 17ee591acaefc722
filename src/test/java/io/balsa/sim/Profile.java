package io.balsa.sim;

import java.util.EnumSet;
import java.util.Set;

/** Which kinds of trouble a run may get into. */
enum Profile {
    ALL,
    DISK,
    NETWORK,
    CLIENT,
    MEMBERS;

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

    private static final Set<Trouble> FOR_MEMBERS = EnumSet.of(
            Trouble.REFORM,
            Trouble.LOST_DISK,
            Trouble.CRASH,
            Trouble.PARTITION,
            Trouble.BRIDGE,
            Trouble.PAUSE,
            Trouble.POWER_CUT,
            Trouble.TRANSFER);

    boolean allows(Trouble trouble) {
        return switch (this) {
            case ALL -> true;
            case DISK -> OF_DISKS.contains(trouble);
            case NETWORK -> OF_NETWORKS.contains(trouble);
            case MEMBERS -> FOR_MEMBERS.contains(trouble);
            case CLIENT -> FOR_CLIENTS.contains(trouble);
        };
    }
}
