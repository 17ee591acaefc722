package io.balsa.sim;

import io.balsa.machine.Applier;
import io.balsa.protocol.ClientRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One run from one seed: clients work while servers crash, stand still and lose each other; then the trouble ends, and
 * the cluster must come back to life and agree (liveness), with everything it ever acknowledged.
 */
final class Chaos {
    private static final Duration TEN_ELECTION_TIMEOUTS = Duration.ofSeconds(6);
    /** As long as nobody may lead in quiet times, when one hands over to another of a higher priority. */
    private static final Duration HAND_OVER = Duration.ofMillis(100);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double DRIFT = 0.1;

    private final Plan plan;
    private final World world;
    private final Cluster cluster;
    private final Crowd crowd;
    private final Strikes strikes;
    private final History history = new History();
    private final Tally tally = new Tally();

    private Chaos(Plan plan, Consumer<World> prepare) {
        this.plan = plan;
        Arrays.stream(Trouble.values()).forEach(kind -> tally.add(kind.name(), 0));
        world = World.of(plan.seed(), plan.faults().tuning());
        prepare.accept(world);
        world.contestedLeases(plan.faults().contested());
        world.preferences(plan.faults().preferences());
        cluster = Cluster.in(world, plan.faults().ids(), plan.faults().spares());
        world.network().alsoTap(new Repetitions());
        crowd = new Crowd(cluster, history, plan.faults());
        strikes = new Strikes(cluster, plan, crowd, tally);
    }

    /** Notes which words the network repeats by itself. */
    private final class Repetitions implements SimNetwork.Tap {
        @Override
        public void leaves(SimNetwork.Parcel parcel) {}

        @Override
        public void repeats(SimNetwork.Parcel parcel) {
            if (parcel.message() instanceof ClientRequest.Submit submit) {
                for (byte[] command : submit.commands()) {
                    history.repeats(new String(command, StandardCharsets.UTF_8));
                }
            }
        }
    }

    /** What one run did, and the hash of all that happened in it. */
    record Outcome(Tally tally, long hash) {}

    static Outcome run(long seed, Profile profile) {
        return run(Plan.of(seed, profile));
    }

    /**
     * @throws Violation when anything happened that must not, with the last moments of the run
     */
    static Outcome run(Plan plan) {
        return run(plan, world -> {});
    }

    /** A run whose world somebody wants to listen to: {@code prepare} is given it before anything happens. */
    static Outcome run(Plan plan, Consumer<World> prepare) {
        Chaos chaos = new Chaos(plan, prepare);
        try {
            chaos.play();
        } catch (AssertionError | RuntimeException failure) {
            throw Violation.of(plan, chaos.world.play(), failure);
        }
        return new Outcome(chaos.tally, chaos.world.runtime().trace().value());
    }

    private void play() {
        world.network().weather(plan.faults().weather());
        world.slowDisks(plan.faults().slowestSync());
        world.slowMachines(plan.faults().slowestApply());
        world.freezingMachines(plan.faults().freezing());
        world.driftingClocks(plan.faults().drifting() || plan.faults().contested() ? DRIFT : 0);
        cluster.boot();
        crowd.start();
        strikes.begin();
        cluster.runFor(plan.reduction().span());
        strikes.end();
        cluster.runFor(TEN_ELECTION_TIMEOUTS);
        awaitWithin(HAND_OVER, cluster.sight()::hasLeader, "a leader within ten election timeouts");
        await(strikes.reforms()::isDone, "whoever lost a disk is known by another");
        crowd.close();
        await(crowd::isIdle, "every client gets its answer");
        await(cluster.sight()::isSettled, "all logs are equal");
        judge();
        judgeStrangers();
        count();
    }

    /**
     * Whoever is no member disturbs nobody, whatever it still believes to be. One more term is that of who is to lead
     * rather than another, and may be begun at this very moment.
     */
    private void judgeStrangers() {
        awaitWithin(HAND_OVER, cluster.sight()::hasLeader, "a leader");
        long term = cluster.term(cluster.leader());
        cluster.runFor(TEN_ELECTION_TIMEOUTS);
        awaitWithin(HAND_OVER, cluster.sight()::hasLeader, "a leader still");
        require(cluster.term(cluster.leader()) <= term + 1, "a quiet life from term " + term + " on");
    }

    private List<Server> running() {
        return cluster.sight().citizens();
    }

    private void judge() {
        List<String> words = List.copyOf(running().get(0).machine().words());
        for (Server server : running()) {
            boolean same = server.machine().words().equals(words);
            require(same, server.id() + " has the same state as the others");
        }
        history.judge(words);
        Ledger ledger = cluster.properties().ledger();
        cluster.promises().lifetimes().judge(ledger.committed(), ledger.applied());
        judgeHashes();
    }

    /** Also of what no answer shows: the sessions and the replies they keep. */
    private void judgeHashes() {
        List<Applier.Hashed> hashes = new ArrayList<>();
        running().forEach(server -> server.askHash(hashes::add));
        await(() -> hashes.size() == running().size(), "every server tells its state hash");
        if (new HashSet<>(hashes).size() != 1) {
            throw new Violation("State hashes", "they differ: " + hashes);
        }
        tally.add("hashes", hashes.size());
    }

    private void count() {
        tally.add("events", world.runtime().events());
        tally.add("virtualSeconds", cluster.now().toSeconds());
        tally.add("elections", cluster.properties().elections());
        tally.add("votes", cluster.promises().votes());
        tally.add("appendAcks", cluster.promises().acknowledgements());
        tally.add("handedOver", cluster.promises().transfers());
        tally.add("logsReadBack", cluster.promises().logsReadBack());
        countMembers();
        tally.add("committed", cluster.properties().ledger().committed().size());
        tally.add("truncated", cluster.properties().truncations());
        countSnapshots();
        countTraffic();
        countDisks();
        tally.add("writes", history.acknowledgements());
        tally.add("reads", history.readCount());
        Confirmations reads = cluster.promises().confirmations();
        tally.add("confirmedReads", reads.reads());
        tally.add("leaseReads", reads.leaseReads());
        tally.add("followerReads", reads.followerReads());
        tally.add("recentReads", reads.recentReads());
        tally.add("expiredByTime", cluster.promises().lifetimes().expired());
        tally.add("refused", history.refusals());
        crowd.count(tally);
        int applied = running().get(0).machine().words().size();
        tally.add("dedupeHits", cluster.properties().ledger().committedCommands() - applied);
    }

    private void countTraffic() {
        SimNetwork.Traffic traffic = world.network().traffic();
        tally.add("delivered", traffic.delivered);
        tally.add("lost", traffic.lost);
        tally.add("duplicated", traffic.duplicated);
        tally.add("cut", traffic.cut);
    }

    private void countMembers() {
        tally.add("configurations", cluster.properties().constitutions().changes());
        tally.add("promoted", cluster.properties().constitutions().promotions());
        strikes.reforms().count(tally);
    }

    private void countSnapshots() {
        tally.add("snapshots", cluster.properties().snapshots());
        tally.add("compactions", cluster.properties().compactions());
        tally.add("chunks", cluster.promises().chunks());
        tally.add("installed", cluster.promises().installed());
    }

    private void countDisks() {
        for (Server server : cluster.servers()) {
            SimFile.Losses losses = server.disk().losses();
            tally.add("bytesLost", losses.bytes());
            tally.add("tornWrites", losses.torn());
            tally.add("namesLost", server.disk().namesLost());
            tally.add("flipsFound", server.isRetired() ? 1 : 0);
        }
    }

    private void await(BooleanSupplier condition, String what) {
        awaitWithin(PATIENCE, condition, what);
    }

    private void awaitWithin(Duration patience, BooleanSupplier condition, String what) {
        require(world.runtime().runUntil(condition, patience), what);
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new Violation("Liveness: " + what, cluster.toString());
        }
    }
}
