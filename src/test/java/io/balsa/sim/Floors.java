package io.balsa.sim;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How often each kind of thing must at least have happened, for each hundred seeds: a run below proves nothing about
 * it. About a third of what an ordinary run shows.
 */
final class Floors {
    private static final int SEEDS = 100;
    private static final long USUAL = 25;

    /** Never together with trouble among the members. */
    private static final long RARE = 12;

    private static final Map<String, Long> PER_HUNDRED_SEEDS = Map.ofEntries(
            Map.entry("hashes", 100L),
            Map.entry("events", 1_000_000L),
            Map.entry("virtualSeconds", 1000L),
            Map.entry("elections", 100L),
            Map.entry("votes", 200L),
            Map.entry("appendAcks", 100_000L),
            Map.entry("handedOver", 20L),
            Map.entry("logsReadBack", 1000L),
            Map.entry("committed", 50_000L),
            Map.entry("truncated", 200L),
            Map.entry("snapshots", 2500L),
            Map.entry("compactions", 800L),
            Map.entry("chunks", 500L),
            Map.entry("installed", 20L),
            Map.entry("delivered", 300_000L),
            Map.entry("lost", 3000L),
            Map.entry("duplicated", 8000L),
            Map.entry("cut", 1500L),
            Map.entry("bytesLost", 2000L),
            Map.entry("tornWrites", 5L),
            Map.entry("namesLost", 2L),
            Map.entry("flipsFound", 7L),
            Map.entry("writes", 40_000L),
            Map.entry("reads", 8000L),
            Map.entry("confirmedReads", 4000L),
            Map.entry("leaseReads", 1800L),
            Map.entry("followerReads", 2300L),
            Map.entry("recentReads", 2100L),
            Map.entry("tooOld", 200L),
            Map.entry("refused", 2000L),
            Map.entry("retries", 1000L),
            Map.entry("unknown", 100L),
            Map.entry("expired", 70L),
            Map.entry("expiredByTime", 70L),
            Map.entry("byRealClients", 5000L),
            Map.entry("busy", 500L),
            Map.entry("configurations", 120L),
            Map.entry("promoted", 25L),
            Map.entry("disksLost", 15L),
            Map.entry("changesMade", 30L),
            Map.entry("changesRefused", 20L),
            Map.entry("dedupeHits", 1000L));

    private Floors() {}

    /** What happened less often than it must, with how often and the floor; empty when nothing did. */
    static String below(Tally total) {
        return below(total, Plan.TROUBLE);
    }

    /** As {@link #below(Tally)}, in runs whose trouble lasts for so long; what it needs is less in a shorter one. */
    static String below(Tally total, Duration span) {
        double hundreds = (double) total.get("seeds") / SEEDS * span.toMillis() / Plan.TROUBLE.toMillis();
        Map<String, Long> floors = new TreeMap<>(PER_HUNDRED_SEEDS);
        for (Trouble trouble : Trouble.values()) {
            floors.put(trouble.name(), trouble == Trouble.BIT_FLIP ? RARE : USUAL);
        }
        return floors.entrySet().stream()
                .filter(floor -> total.get(floor.getKey()) < (long) (floor.getValue() * hundreds))
                .map(floor -> floor.getKey() + "=" + total.get(floor.getKey()) + " (at least "
                        + (long) (floor.getValue() * hundreds) + ")")
                .collect(Collectors.joining(", "));
    }
}
