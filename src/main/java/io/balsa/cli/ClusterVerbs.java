package io.balsa.cli;

import io.balsa.cli.show.Durations;
import io.balsa.measure.Program;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.protocol.reply.AdminReply.Transferred.Refusal;
import io.balsa.show.Answer;
import io.balsa.show.ClusterView;
import io.balsa.show.Followers;
import io.balsa.show.Table;
import io.balsa.show.diagnosis.Diagnosis;
import io.balsa.show.diagnosis.Examination;
import io.balsa.show.diagnosis.Finding;
import io.balsa.show.diagnosis.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who is there, who leads, and how far everybody is. */
final class ClusterVerbs {
    /** How often it is asked who leads now. */
    private static final long PAUSE = Duration.ofMillis(50).toNanos();

    private ClusterVerbs() {}

    @Command(name = "status", description = "Shows every member, also those that do not answer.")
    static final class ShowStatus extends Verb {
        private static final String CLEAR = "\u001b[H\u001b[2J";

        @Option(
                names = {"-w", "--watch"},
                paramLabel = "TIME",
                arity = "0..1",
                fallbackValue = "1s",
                converter = Durations.class,
                description = "Shows it again and again, until interrupted.")
        private Duration watch;

        @Override
        void run(Client client) {
            print(client, client.cluster().view().toAnswer());
            if (watch != null) {
                untilInterrupted(() -> watch(client));
            }
        }

        private void watch(Client client) {
            LockSupport.parkNanos(watch.toNanos());
            while (!Thread.interrupted()) {
                again(client);
                LockSupport.parkNanos(watch.toNanos());
            }
        }

        /** Nobody answering now is no reason to stop watching. */
        private static void again(Client client) {
            try {
                Answer answer = client.cluster().view().toAnswer();
                if (client.clearsScreen()) {
                    client.output().print(CLEAR.getBytes(StandardCharsets.US_ASCII));
                }
                print(client, answer);
            } catch (Failure failure) {
                Verbs.report(client, failure);
            }
        }
    }

    @Command(
            name = "diagnose",
            description = "Says what looks wrong and what to do next: one line for each finding, the worst first.",
            footer = {"", "Exit code 0 when nothing looks wrong, 9 when something does, whoever is down."})
    static final class Diagnose extends Verb {
        private static final Duration PATIENCE = Duration.ofSeconds(2);

        @Option(names = "--json", description = "The same as -o json.")
        private boolean json;

        @Option(
                names = "--lag",
                paramLabel = "N",
                description = "Entries that a node may be behind; default: ${DEFAULT-VALUE}.")
        private long lag = 10_000;

        @Option(
                names = "--slow-sync",
                paramLabel = "TIME",
                converter = Durations.class,
                description = "What a sync may take on average, and ten times as much a single one; default: 100ms.")
        private Duration sync = Duration.ofMillis(100);

        @Option(
                names = "--drift",
                paramLabel = "TIME",
                converter = Durations.class,
                description = "How far a clock may be from those of the other nodes; default: 1s.")
        private Duration drift = Duration.ofSeconds(1);

        @Option(
                names = "--except",
                paramLabel = "KIND,…",
                split = ",",
                description = "What is not worth a finding here: ${COMPLETION-CANDIDATES}.")
        private List<Finding.Kind> except = List.of();

        @Override
        void run(Client client) {
            Examination examination = new Examination(client.cluster(), PATIENCE, Program::wallClockMillis);
            Diagnosis diagnosis = await(examination.examine(client.where().addresses(), new Limits(lag, sync, drift)))
                    .without(except);
            client.output().print(diagnosis.toAnswer(), json ? Answer.Format.JSON : client.format());
            List<Finding> findings = diagnosis.findings();
            if (!findings.isEmpty()) {
                String next = findings.get(0).next();
                String count = findings.size() == 1 ? "one thing looks wrong" : findings.size() + " things look wrong";
                throw new Failure(
                        Exit.FOUND,
                        count,
                        "begin with " + findings.get(0).kind() + ": "
                                + (diagnosis.view().isPresent()
                                        ? next
                                        : client.cluster().whyNobodyAnswers().orElse(next)));
            }
        }
    }

    @Command(
            name = "leader",
            description = "The leader.",
            subcommands = {LeaderShow.class, LeaderTransfer.class})
    static final class Leader {}

    @Command(name = "show", description = "Shows who leads.")
    static final class LeaderShow extends Verb {
        @Override
        void run(Client client) {
            show(client, client.cluster().view());
        }

        static void show(Client client, ClusterView view) {
            String leader = view.leader().orElseThrow(() -> noLeader(view));
            String address = view.leaderAddress().orElse(null);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("leader", leader);
            json.put("address", address);
            json.put("term", view.term());
            Table table = new Table("LEADER", "ADDRESS", "TERM").row(leader, address, view.term());
            print(client, Answer.of(json, leader, table.aligned().stripTrailing()));
        }
    }

    @Command(name = "replication", description = "Shows what the leader knows of its followers: what each needs next.")
    static final class Replication extends Verb {
        @Override
        void run(Client client) {
            ClusterView view = client.cluster().view();
            Status leader = view.leading().orElseThrow(() -> noLeader(view));
            print(client, Followers.of(leader));
        }
    }

    @Command(name = "transfer", description = "Has the leader give its office to another member, and shows who leads.")
    static final class LeaderTransfer extends Verb {
        @Parameters(arity = "0..1", paramLabel = "ID", description = "Who is to lead; default: whoever is best placed.")
        private String id;

        @Override
        void run(Client client) {
            transfer(client, Optional.ofNullable(id));
        }
    }

    @Command(name = "goLeader", description = "Has the one member that --endpoints names become the leader.")
    static final class GoLeader extends Verb {
        @Override
        void run(Client client) {
            Collection<String> asked = client.where().addresses().values();
            if (asked.size() != 1) {
                throw Failure.usage(
                        "goLeader needs one member, and " + asked.size() + " are named",
                        "client.sh --endpoints HOST:PORT goLeader, or client.sh leader transfer ID");
            }
            String address = asked.iterator().next();
            ClusterView.Node member = client.cluster().view().nodes().values().stream()
                    .filter(node -> address.equals(node.address()))
                    .findFirst()
                    .orElseThrow(() -> Failure.unavailable("no member has the address " + address));
            transfer(client, Optional.of(member.id()));
        }
    }

    private static void transfer(Client client, Optional<String> heir) {
        ClusterView view = client.cluster().view();
        heir.filter(id -> !view.nodes().containsKey(id)).ifPresent(id -> {
            throw Failure.usage(id + " is not a member", "client.sh member list shows who is");
        });
        Status leader = view.leading().orElseThrow(() -> noLeader(view));
        String address = view.leaderAddress().orElseThrow(() -> noLeader(view));
        Optional<Refusal> refusal =
                Verb.await(client.cluster().transfer(address, heir)).refusal();
        // A repeated question finds the office given up already: who leads next tells.
        refusal.filter(why -> why != Refusal.NOT_LEADER).ifPresent(why -> {
            throw failure(why, leader.node(), heir.orElse("nobody"));
        });
        boolean leadsAlready = heir.equals(Optional.of(leader.node()));
        ClusterView after = leadsAlready
                ? view
                : awaitNext(client, leader.term())
                        .orElseThrow(
                                () -> Failure.unavailable(leader.node() + " gave up its office to nobody in time"));
        LeaderShow.show(client, after);
        heir.filter(id -> !after.leader().equals(heir)).ifPresent(id -> {
            throw Failure.unavailable(after.leader().orElseThrow() + " leads instead of " + id);
        });
    }

    /** The view once somebody leads in a newer term, if that happens before the patience of the command line ends. */
    private static Optional<ClusterView> awaitNext(Client client, long term) {
        long end =
                System.nanoTime() + client.where().config().settings().timeout().toNanos();
        ClusterView view = client.cluster().view();
        while (view.term() <= term || view.leading().isEmpty()) {
            if (System.nanoTime() > end) {
                return Optional.empty();
            }
            LockSupport.parkNanos(PAUSE);
            view = client.cluster().view();
        }
        return Optional.of(view);
    }

    private static Failure failure(Refusal refusal, String leader, String heir) {
        return switch (refusal) {
            case NOT_A_VOTER ->
                new Failure(Exit.UNSAFE, heir + " has no vote and cannot lead", "client.sh member list shows who has");
            case NOBODY_ELSE ->
                new Failure(Exit.UNSAFE, leader + " is the only voter", "client.sh member list shows who has a vote");
            case IN_VAIN ->
                Failure.unavailable("nobody took over from " + leader + " within an election timeout; it leads on");
            case UNDER_WAY -> Failure.unavailable("another transfer is under way");
            case NOT_LEADER -> Failure.unavailable(leader + " has just lost its office");
        };
    }

    private static Failure noLeader(ClusterView view) {
        return view.leader()
                .map(silent -> Failure.unavailable("the leader " + silent + " does not answer"))
                .orElseGet(() -> Failure.unavailable("there is no leader in term " + view.term()));
    }
}
