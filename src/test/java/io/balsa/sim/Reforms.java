package io.balsa.sim;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.MembersChanged.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Operators of a run who change the members while other things go wrong: one who does as he pleases, and one who has a
 * server that lost its disk known by its new one.
 */
final class Reforms {
    private static final Duration AGAIN = Duration.ofMillis(700);
    private static final Duration NOTICED = Duration.ofMillis(1500);

    /** As long as a leader waits for new voters to catch up, and the steps of a change. */
    private static final Duration SETTLED = Duration.ofSeconds(4);

    private final Cluster cluster;
    private final List<Asked> asked = new ArrayList<>();
    private Optional<NodeId> renewing = Optional.empty();
    private Duration lostAt = Duration.ZERO;
    private long lost;

    Reforms(Cluster cluster) {
        this.cluster = cluster;
    }

    /** A wish, and which server was asked when. */
    private record Asked(long request, Server server, Duration when) {}

    /** Asks whoever leads for other members, but not before one that has just lost its disk is known to be gone. */
    String change(SplittableRandom random) {
        if (renewing.isPresent() && cluster.now().minus(lostAt).compareTo(NOTICED) < 0) {
            return "an operator looks after " + renewing.get();
        }
        Configuration now = newest();
        Members members = draw(random, now);
        ask(members);
        if (random.nextBoolean()) {
            ask(draw(random, now)); // another operator, who does not know of the first
        }
        return "an operator wishes " + members;
    }

    /**
     * A voter's disk is lost, if the others can do without it: nobody else's is, no change is under way or may be begun
     * without that voter by a leader that does not know yet, and a majority of the others runs.
     */
    String loseDisk(SplittableRandom random) {
        Configuration now = newest();
        boolean everybodyKnows =
                cluster.servers().stream().allMatch(server -> seenBy(server).equals(now) || !isMember(server, now));
        List<NodeId> victims =
                some(now, id -> now.isVoter(id) && cluster.server(id).isUp());
        if (renewing.isPresent()
                || !everybodyKnows
                || isChangeAwaited()
                || now.voters().size() < 3
                || victims.isEmpty()) {
            return "no disk can be spared";
        }
        NodeId victim = one(random, victims);
        boolean spared = Constitutions.isMajority(now, id -> !id.equals(victim) && victims.contains(id));
        if (!spared) {
            return "the disk of " + victim + " cannot be spared";
        }
        lost++;
        lostAt = cluster.now();
        renewing = Optional.of(victim);
        cluster.server(victim).loseDisk(now);
        cluster.server(victim).boot();
        renew(victim);
        return victim + " loses its disk";
    }

    /** Whether everybody who lost a disk is known by another. */
    boolean isDone() {
        return renewing.isEmpty();
    }

    void count(Tally tally) {
        tally.add("disksLost", lost);
        tally.add("changesMade", answers(answer -> answer.refusal().isEmpty()));
        tally.add("changesRefused", answers(answer -> answer.refusal()
                .filter(refusal -> refusal != Refusal.NOT_LEADER)
                .isPresent()));
    }

    private long answers(Predicate<MembersChanged> which) {
        return asked.stream()
                .map(this::answer)
                .flatMap(Optional::stream)
                .map(MembersChanged.class::cast)
                .filter(which)
                .count();
    }

    private boolean isChangeAwaited() {
        return asked.stream()
                .filter(wish -> cluster.now().minus(wish.when()).compareTo(SETTLED) < 0)
                .anyMatch(wish -> cluster.sight().leads(wish.server().id())
                        && answer(wish).isEmpty());
    }

    private Optional<AdminReply> answer(Asked wish) {
        return cluster.members().operator().answer(wish.request());
    }

    private void renew(NodeId victim) {
        Configuration now = newest();
        boolean known = cluster.properties().constitutions().counts(now, victim);
        if (!now.isJoint() && (known || !now.isVoter(victim))) {
            renewing = Optional.empty();
            return;
        }
        ask(Members.renewing(victim.name()));
        cluster.world().runtime().after(AGAIN.toNanos(), () -> renew(victim));
    }

    private void ask(Members members) {
        for (Server server : cluster.servers()) {
            long request = cluster.members().operator().change(server, members);
            asked.add(new Asked(request, server, cluster.now()));
        }
    }

    private Members draw(SplittableRandom random, Configuration now) {
        List<NodeId> voters = some(now, now::isVoter);
        List<NodeId> learners = some(now, now::isLearner);
        List<NodeId> strangers = cluster.ids().stream()
                .filter(id -> !now.isMember(id) && !renewing.equals(Optional.of(id)))
                .toList();
        int kind = random.nextInt(8);
        if (kind <= 2 && !strangers.isEmpty()) {
            return take(random, one(random, strangers), kind == 2 ? voters : List.of());
        } else if (kind <= 4 && !learners.isEmpty()) {
            return Members.promoting(one(random, learners).name());
        } else if (kind == 5) {
            return Members.demoting(one(random, voters).name());
        } else if (kind == 6) {
            return Members.removing(
                    one(random, List.copyOf(now.members().keySet())).name());
        }
        return anything(random, now);
    }

    /** Takes a server in, at once with a vote or not, now and then in the place of another. */
    private Members take(SplittableRandom random, NodeId newcomer, List<NodeId> replaceable) {
        enlist(newcomer);
        List<String> promote = random.nextBoolean() ? List.of(newcomer.name()) : List.of();
        List<String> remove = replaceable.isEmpty()
                ? List.of()
                : List.of(one(random, replaceable).name());
        Map<String, String> add = Map.of(newcomer.name(), World.address(newcomer));
        return new Members(add, promote, List.of(), remove, List.of(), false);
    }

    /** From the voters that there are to any others. */
    private Members anything(SplittableRandom random, Configuration now) {
        Map<String, String> add = new TreeMap<>();
        List<List<String>> fates = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (NodeId id : cluster.ids()) {
            int fate = random.nextInt(3);
            boolean stranger = !now.isMember(id);
            if (stranger && fate == 0 && !renewing.equals(Optional.of(id))) {
                enlist(id);
                add.put(id.name(), World.address(id));
                fates.get(0).add(id.name());
            } else if (!stranger) {
                fates.get(fate).add(id.name());
            }
        }
        return new Members(add, fates.get(0), fates.get(1), fates.get(2), List.of(), false);
    }

    private void enlist(NodeId newcomer) {
        Server server = cluster.server(newcomer);
        if (server.isSpare()) {
            server.join(newest());
            server.boot();
        }
    }

    private Configuration newest() {
        return cluster.members().newest();
    }

    private Configuration seenBy(Server server) {
        return cluster.members().seenBy(server.id());
    }

    private static boolean isMember(Server server, Configuration configuration) {
        return configuration.isMember(server.id());
    }

    private static List<NodeId> some(Configuration configuration, Predicate<NodeId> which) {
        return configuration.members().keySet().stream().filter(which).toList();
    }

    private static NodeId one(SplittableRandom random, List<NodeId> some) {
        return some.get(random.nextInt(some.size()));
    }
}
