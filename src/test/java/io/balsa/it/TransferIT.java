package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.Connection;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.protocol.reply.AdminReply.Transferred.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The office goes round under load (thesis §3.10): to voters that are well, that lag behind, that have stopped, and to
 * one that nobody knows. Clients contend for a few keys meanwhile, and one more adds to a number, so as to see for how
 * long nothing is acknowledged. {@code -Dbalsa.transfer.rounds=200} runs it long.
 *
 * <p>Election timeouts are those of {@code reference.conf}, from 500 ms to 1 s.
 */
final class TransferIT {
    private static final int ROUNDS = Integer.getInteger("balsa.transfer.rounds", 0);
    private static final int CLIENTS = 2;
    private static final int CALM_BEATS = 10;
    private static final int LEAST_ELECTION_TIMEOUT = 500;
    private static final int MOST_ELECTION_TIMEOUT = 1000;
    private static final int MOST_LAG_MILLIS = 1500;

    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<Target, List<Long>> gaps = new EnumMap<>(Target.class);
    private NodeProcesses nodes;
    private Connection operator;
    private Pulse pulse;
    private int missed;

    /** Whom the office is offered. */
    private enum Target {
        HEALTHY,
        LAGGING,
        STOPPED,
        UNKNOWN
    }

    @Test
    @EnabledIfSystemProperty(named = "balsa.transfer.rounds", matches = "[1-9][0-9]*")
    void theOfficeGoesToWhoeverCanTakeIt() throws Exception {
        try (NodeProcesses processes = new NodeProcesses(folder)) {
            nodes = processes;
            nodes.startAll();
            nodes.awaitLeader();
            Contention.judge(offerUnderLoad());
        }
        verify();
    }

    private List<Contender.Note> offerUnderLoad() throws Exception {
        List<Connection> connections = List.of(nodes.connect(), nodes.connect());
        try (Connection asking = nodes.connect();
                Pulse beat = Pulse.start(nodes.connect(), "pulse");
                Contention contention = new Contention(connections, CLIENTS)) {
            operator = asking;
            pulse = beat;
            for (int round = 0; round < ROUNDS; round++) {
                Target target = Target.values()[round < 4 ? round : random.nextInt(4)];
                offer(target)
                        .ifPresentOrElse(
                                gap -> gaps.computeIfAbsent(target, first -> new ArrayList<>())
                                        .add(gap),
                                () -> missed++);
            }
            List<Contender.Note> notes = contention.end();
            pulse.endAndVerify();
            return notes;
        }
    }

    /**
     * For how long nothing was acknowledged then, ms; nothing when the node that was asked to hand over led no more,
     * because another had been elected meanwhile.
     */
    private Optional<Long> offer(Target target) throws Exception {
        String leader = nodes.awaitLeader();
        pulse.awaitMore(CALM_BEATS);
        if (!nodes.leads(leader)) {
            return Optional.empty();
        }
        String heir = nodes.others(leader).get(random.nextInt(2));
        long begin =
                switch (target) {
                    case HEALTHY -> offerToHealthy(leader, heir);
                    case LAGGING -> offerToLagging(leader, heir);
                    case STOPPED -> offerToStopped(leader, heir);
                    case UNKNOWN -> offerToUnknown(leader);
                };
        pulse.awaitMore(CALM_BEATS);
        long gap = pulse.longestGapMillis(begin, System.nanoTime());
        bringBack(heir);
        return Optional.of(gap);
    }

    private long offerToHealthy(String leader, String heir) throws Exception {
        long begin = System.nanoTime();
        assertThat(transfer(leader, heir)).as("%s to %s", leader, heir).isEmpty();
        nodes.await(heir + " leads", () -> nodes.leads(heir));
        return begin;
    }

    /** It takes over, or the leader leads on. */
    private long offerToLagging(String leader, String heir) throws Exception {
        nodes.freeze(heir);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_LAG_MILLIS));
        nodes.thaw(heir);
        long begin = System.nanoTime();
        Optional<Refusal> refusal = transfer(leader, heir);
        String next = refusal.isEmpty() ? heir : leader;
        nodes.await(next + " leads, by the answer " + refusal, () -> nodes.leads(next));
        return begin;
    }

    private long offerToStopped(String leader, String heir) throws Exception {
        if (random.nextBoolean()) {
            nodes.freeze(heir);
        } else {
            nodes.kill(heir);
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_LAG_MILLIS));
        long begin = System.nanoTime();
        assertThat(transfer(leader, heir)).as("%s to %s", leader, heir).isPresent();
        assertThat(nodes.leads(leader)).as(leader + " leads on").isTrue();
        return begin;
    }

    private long offerToUnknown(String leader) {
        long begin = System.nanoTime();
        Shell.Result refused = nodes.verb("leader", "transfer", "node-9");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("node-9 is not a member");
        assertThat(transfer(leader, "node-9")).contains(Refusal.NOT_A_VOTER);
        assertThat(nodes.leads(leader)).as(leader + " leads on").isTrue();
        return begin;
    }

    /** Why the leader did not give its office away, if so. */
    private Optional<Refusal> transfer(String leader, String heir) {
        return KeyValueClient.join(operator.transfer(nodes.address(leader), Optional.of(heir)))
                .refusal();
    }

    private void bringBack(String heir) throws Exception {
        if (nodes.running().contains(heir)) {
            nodes.thaw(heir);
        } else {
            nodes.start(heir);
        }
        long end = nodes.status(nodes.awaitLeader()).map(Status::commitIndex).orElse(0L);
        nodes.await(
                heir + " holds what there was",
                () -> nodes.status(heir).map(Status::applied).orElse(-1L) >= end);
    }

    private void verify() {
        assertThat(20 * missed)
                .as("%s of %s offers came too late", missed, ROUNDS)
                .isLessThanOrEqualTo(ROUNDS);
        gaps.forEach((target, all) -> {
            long p99 = Pulse.percentile(all, 99);
            long p50 = Pulse.percentile(all, 50);
            System.out.printf("%s: %d times, p50 %d ms, p99 %d ms%n", target, all.size(), p50, p99);
            boolean well = target == Target.HEALTHY || target == Target.UNKNOWN;
            int most = well ? LEAST_ELECTION_TIMEOUT : MOST_ELECTION_TIMEOUT;
            assertThat(p99)
                    .as("without an acknowledgement, %s of %s", target, all)
                    .isLessThan(most);
        });
    }
}
