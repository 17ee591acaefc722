package io.balsa.sim;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.model.Sender;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One unchanged server, S1, among peers whose part the test itself plays, message by message. */
public final class Solo {
    private final Cluster cluster;
    private final Server server;
    private final List<Rpc> said = new ArrayList<>();

    private Solo(Cluster cluster) {
        this.cluster = cluster;
        this.server = cluster.server(Cluster.S1);
        cluster.world().network().alsoTap(parcel -> {
            if (parcel.message() instanceof Rpc rpc && rpc.from().equals(Cluster.S1)) {
                said.add(rpc);
            }
        });
    }

    /** S1 in a cluster with these others, of which none runs; its own log is empty and it may vote. */
    public static Solo among(NodeId... others) {
        List<NodeId> all = new ArrayList<>(List.of(Cluster.S1));
        all.addAll(Arrays.asList(others));
        Solo solo = new Solo(Cluster.in(World.of(1, World.Tuning.ORDINARY), all, List.of()));
        solo.cluster.properties().peersArePlayed();
        solo.cluster.restart(Cluster.S1);
        return solo;
    }

    /** Lets the time pass during which a server that has just started grants no votes. */
    public Solo mayVote() {
        return runFor(Duration.ofMillis(300));
    }

    public Solo runFor(Duration span) {
        cluster.runFor(span);
        return this;
    }

    public Solo until(String role) {
        cluster.until(() -> server.view().role().equals(role), "S1 is " + role);
        return this;
    }

    public Solo restart() {
        cluster.crash(Cluster.S1).restart(Cluster.S1);
        return this;
    }

    public Solo restartAfterPowerCut() {
        cluster.crashPower(Cluster.S1).restart(Cluster.S1);
        return this;
    }

    /** The next sync fails; the process is expected to end by itself. */
    public Solo breakDisk() {
        server.drive().failNextSync();
        return this;
    }

    public boolean isUp() {
        return server.isUp();
    }

    public Expectation expect() {
        return cluster.expect(Cluster.S1);
    }

    public Cluster cluster() {
        return cluster;
    }

    public long term() {
        return cluster.term(Cluster.S1);
    }

    /** Delivers a message and lets S1 do all it does about it at once. */
    public Solo hears(RaftMessage message) {
        said.clear();
        server.receive(message);
        cluster.world().runtime().drain();
        return this;
    }

    /** What S1 said since it last heard something, of this kind. */
    public <T extends Rpc> List<T> said(Class<T> kind) {
        return said.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The one thing of this kind that S1 said. */
    public <T extends Rpc> T answer(Class<T> kind) {
        List<T> answers = said(kind);
        if (answers.size() != 1) {
            throw new AssertionError("expected one " + kind + ", heard " + said);
        }
        return answers.get(0);
    }

    public boolean grants(RequestVote.Request request) {
        return hears(request).answer(RequestVote.Response.class).granted();
    }

    public boolean grants(PreVote.Request request) {
        return hears(request).answer(PreVote.Response.class).granted();
    }

    public AppendEntries.Response answers(AppendEntries.Request request) {
        return hears(request).answer(AppendEntries.Response.class);
    }

    public Optional<AppendEntries.Response> lastAnswer() {
        List<AppendEntries.Response> answers = said(AppendEntries.Response.class);
        return answers.isEmpty() ? Optional.empty() : Optional.of(answers.get(answers.size() - 1));
    }

    public static Sender from(NodeId peer) {
        return new Sender(
                World.CLUSTER, World.GROUP, peer, Cluster.S1, peer.name().hashCode(), 0);
    }

    public static RequestVote.Request requestVote(NodeId candidate, long term, EntryId last) {
        return new RequestVote.Request(from(candidate), term, last, false);
    }

    public static PreVote.Request preVote(NodeId candidate, long term, EntryId last) {
        return new PreVote.Request(from(candidate), term, last);
    }

    public static AppendEntries.Request heartbeat(NodeId leader, long term) {
        return append(leader, term, EntryId.NONE);
    }

    /** An append of entries behind {@code previous} whose terms are these, each with a word that names its place. */
    public static AppendEntries.Request append(NodeId leader, long term, EntryId previous, long... terms) {
        byte[] block = entries(previous, terms).toByteArray();
        return new AppendEntries.Request(from(leader), term, previous, block, 0, 1);
    }

    /** The same request, telling another commit index. */
    public static AppendEntries.Request committing(long leaderCommit, AppendEntries.Request request) {
        return new AppendEntries.Request(
                request.sender(), request.term(), request.previous(), request.block(), leaderCommit, request.round());
    }

    /** Entries of these terms behind {@code previous}. */
    static Entries entries(EntryId previous, long... terms) {
        List<LogEntry> entries = new ArrayList<>();
        long index = previous.index();
        for (long term : terms) {
            index++;
            byte[] word = (index + "@" + term).getBytes(StandardCharsets.UTF_8);
            entries.add(new LogEntry(new EntryId(index, term), 0, new Payload.Command(0, 0, 0, word)));
        }
        return terms.length == 0 ? Entries.EMPTY : Entries.of(entries);
    }
}
