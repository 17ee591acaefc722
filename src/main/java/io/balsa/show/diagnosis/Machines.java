package io.balsa.show.diagnosis;

import io.balsa.protocol.reply.AdminReply.Condition;
import io.balsa.protocol.reply.AdminReply.Refused;
import io.balsa.show.diagnosis.Finding.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether the machines beneath the members do what they should, and are alike where they should be. */
final class Machines {
    /** What was refused so long ago may have been put right since. */
    private static final long OF_LATE_MS = 10_000;

    private static final long SINGLE_SYNC = 10;

    private final List<Heard> there;
    private final Limits limits;
    private final List<Finding> findings = new ArrayList<>();

    Machines(Collection<Heard> heard, Limits limits) {
        this.there = heard.stream().filter(Heard::answers).toList();
        this.limits = limits;
    }

    List<Finding> check() {
        there.forEach(one -> one.condition().ifPresent(timed -> {
            checkDisk(one.id(), timed.condition());
            timed.condition().refused().stream()
                    .filter(refused -> refused.lastMillis() < OF_LATE_MS)
                    .forEach(refused -> findings.add(refusal(one.id(), refused)));
        }));
        checkClocks();
        checkVersions();
        return findings;
    }

    private void checkDisk(String id, Condition condition) {
        if (condition.fullMillis() >= 0) {
            findings.add(Finding.of(
                            Kind.DISK_FULL,
                            id,
                            "its disk has no room for more of the log",
                            "free space in its raft.data-dir; it goes on by itself")
                    .since(condition.fullMillis()));
        }
        long limit = limits.sync().toNanos() / 1000;
        if (condition.meanSyncMicros() > limit || condition.maxSyncMicros() > SINGLE_SYNC * limit) {
            findings.add(Finding.of(
                    Kind.SLOW_DISK,
                    id,
                    "a sync of its log takes %s on average and %s at most (%d in the last minutes)"
                            .formatted(
                                    millis(condition.meanSyncMicros()),
                                    millis(condition.maxSyncMicros()),
                                    condition.syncs()),
                    "see what else uses that disk (iostat -x 1), or give the log a faster one"));
        }
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f ms", micros / 1000.0);
    }

    /** The reason of a refusal ends with what to do. */
    private static Finding refusal(String id, Refused refused) {
        String[] parts = refused.reason().split("; ", 2);
        return Finding.of(
                        Kind.REFUSED,
                        refused.node(),
                        id + " does not listen to it: " + parts[0],
                        parts.length == 2 ? parts[1] : "see the log of " + id)
                .since(refused.sinceMillis());
    }

    /** Each is held against the one in the middle. */
    private void checkClocks() {
        SortedMap<String, Heard.Timed> clocks = new TreeMap<>();
        there.forEach(one -> one.condition().ifPresent(timed -> clocks.put(one.id(), timed)));
        List<Long> sorted =
                clocks.values().stream().map(Heard.Timed::ahead).sorted().toList();
        clocks.forEach((id, timed) -> {
            long ahead = timed.ahead() - sorted.get((sorted.size() - 1) / 2);
            if (Math.abs(ahead) - timed.doubt() > limits.drift().toMillis()) {
                findings.add(Finding.of(
                        Kind.CLOCK_DRIFT,
                        id,
                        "its clock is %s s %s the others'"
                                .formatted(
                                        String.format(Locale.ROOT, "%.1f", Math.abs(ahead) / 1000.0),
                                        ahead > 0 ? "ahead of" : "behind"),
                        "set it by NTP (chronyc tracking); no data rests on it, but logs are hard to compare"));
            }
        });
    }

    /** Of those that say; of one that has not come to it in time nothing is known. */
    private void checkVersions() {
        SortedMap<String, List<String>> versions = new TreeMap<>(there.stream()
                .filter(one -> one.condition().isPresent())
                .collect(Collectors.groupingBy(Machines::version, Collectors.mapping(Heard::id, Collectors.toList()))));
        if (versions.size() > 1) {
            String mix = versions.entrySet().stream()
                    .map(entry -> String.join(", ", entry.getValue()) + ": " + entry.getKey())
                    .collect(Collectors.joining("; "));
            findings.add(Finding.of(
                    Kind.VERSION_MIX,
                    "cluster",
                    "versions differ: " + mix,
                    "bring all nodes to the newest, one by one"));
        }
    }

    private static String version(Heard one) {
        return one.condition().orElseThrow().condition().version();
    }
}
