package io.balsa.role.membership;

import io.balsa.model.NodeId;
import io.balsa.protocol.reply.AdminReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whose messages were refused of late, and why; what has not happened again for a minute is forgotten. */
public final class Refusals {
    private static final long MEMORY = Duration.ofMinutes(1).toNanos();

    private final Map<NodeId, Case> cases = new TreeMap<>();
    private final int max;

    /**
     * @param max how many are remembered; of more, the one that is longest ago is forgotten
     */
    public Refusals(int max) {
        this.max = max;
    }

    private record Case(String reason, long since, long last) {}

    /** One more. */
    public void add(NodeId peer, String reason, long now) {
        Case before = cases.get(peer);
        boolean same = before != null && before.reason().equals(reason) && now - before.last() < MEMORY;
        cases.put(peer, new Case(reason, same ? before.since() : now, now));
        if (cases.size() > max) {
            cases.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().last()))
                    .map(Map.Entry::getKey)
                    .ifPresent(cases::remove);
        }
    }

    /** Those of the last minute. */
    public List<AdminReply.Refused> at(long now) {
        cases.values().removeIf(refusal -> now - refusal.last() >= MEMORY);
        List<AdminReply.Refused> refused = new ArrayList<>();
        cases.forEach((peer, refusal) -> refused.add(new AdminReply.Refused(
                peer.name(), refusal.reason(), millis(now - refusal.since()), millis(now - refusal.last()))));
        return refused;
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }
}
