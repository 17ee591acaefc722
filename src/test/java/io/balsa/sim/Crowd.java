package io.balsa.sim;

import io.balsa.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** All clients of a run. */
final class Crowd {
    private static final int FLOOD = 200;

    private final Cluster cluster;
    private final History history;
    private final List<Caller> callers = new ArrayList<>();
    private final List<Patron> patrons = new ArrayList<>();
    private final List<Onlooker> onlookers = new ArrayList<>();
    private final List<Flood> floods = new ArrayList<>();
    private long deaths;

    Crowd(Cluster cluster, History history, Faults faults) {
        this.cluster = cluster;
        this.history = history;
        for (int i = 1; i <= 3; i++) {
            callers.add(new Caller("c" + i, cluster, history, true));
        }
        callers.add(new Caller("c4", cluster, history, false));
        if (faults.patrons()) {
            patrons.add(new Patron("p1", cluster, history));
            patrons.add(new Patron("p2", cluster, history));
        }
        if (faults.watched() || faults.contested()) {
            onlookers.add(new Onlooker("w1", cluster));
        }
        if (faults.largeCommands()) {
            callers.forEach(Caller::sendLarge);
        }
    }

    void start() {
        callers.forEach(Caller::start);
        patrons.forEach(Patron::start);
        onlookers.forEach(Onlooker::start);
    }

    /** Nobody begins anything new. */
    void close() {
        callers.forEach(Caller::close);
        patrons.forEach(Patron::close);
        onlookers.forEach(Onlooker::close);
    }

    boolean isIdle() {
        return callers.stream().allMatch(Caller::isIdle) && patrons.stream().allMatch(Patron::isIdle);
    }

    /** Very much is asked of one server at once. */
    void flood(SplittableRandom random) {
        List<NodeId> servers = List.copyOf(cluster.ids());
        flood(cluster.server(servers.get(random.nextInt(servers.size()))), random);
    }

    void flood(Server server, SplittableRandom random) {
        Flood flood = new Flood("f" + (floods.size() + 1), cluster, history);
        floods.add(flood);
        flood.pour(server, 1 + random.nextInt(FLOOD));
    }

    /** One client ends in the middle of what it does; another begins in its place. */
    void oneDies(SplittableRandom random) {
        deaths++;
        int chosen = random.nextInt(callers.size() + patrons.size());
        if (chosen < callers.size()) {
            callers.get(chosen).die();
        } else {
            patrons.get(chosen - callers.size()).die();
        }
    }

    void count(Tally tally) {
        tally.add("retries", callers.stream().mapToLong(Caller::retries).sum());
        tally.add(
                "unknown",
                callers.stream().mapToLong(Caller::unknown).sum()
                        + patrons.stream().mapToLong(Patron::unknown).sum());
        tally.add("expired", callers.stream().mapToLong(Caller::expired).sum());
        tally.add("tooOld", callers.stream().mapToLong(Caller::tooOld).sum());
        tally.add("byRealClients", patrons.stream().mapToLong(Patron::done).sum());
        tally.add("busy", floods.stream().mapToLong(Flood::busy).sum());
    }

    long deaths() {
        return deaths;
    }
}
