package io.balsa.cli;

import io.balsa.cli.offline.BackupTools;
import io.balsa.cli.offline.Recover;
import io.balsa.cli.show.Console;
import io.balsa.cli.show.Durations;
import io.balsa.cli.show.Output;
import io.balsa.config.ClientConfig;
import io.balsa.show.Answer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The options that all verbs share, and what a verb needs to do its work. */
@Command(
        name = "client.sh",
        description = "Asks a Balsa cluster. Any node will do; the leader is found.",
        synopsisSubcommandLabel = "VERB",
        sortOptions = false,
        subcommands = {
            KeyValueVerbs.Put.class,
            KeyValueVerbs.Get.class,
            KeyValueVerbs.Del.class,
            KeyValueVerbs.Cas.class,
            KeyValueVerbs.Incr.class,
            KeyValueVerbs.Scan.class,
            LogVerbs.class,
            LogVerbs.Subscribe.class,
            LogVerbs.Snapshot.class,
            ClusterVerbs.ShowStatus.class,
            ClusterVerbs.Diagnose.class,
            MemberVerbs.Member.class,
            ClusterVerbs.Leader.class,
            ClusterVerbs.Replication.class,
            SessionVerbs.class,
            Bench.class,
            Verbs.Completion.class,
            BackupTools.class,
            Recover.class
        },
        footer = {
            "",
            "Without a verb: a prompt with history and completion, or else the verbs on standard input,",
            "         one on each line, until one of them fails.",
            "Aliases: currentLeader (leader show), goLeader (leader transfer to the one member asked),",
            "         addLog (log append), showLog and logs (log show), showPrevLogIndex (replication),",
            "         nodes (member list).",
            "Exit codes: 0 done, 1 refused by the state machine, 2 usage, 3 unavailable and nothing was done,",
            "            4 sent but not confirmed, 5 corruption, 6 bad configuration, 7 refused for safety,",
            "            8 a disk has failed, 9 diagnose has found something."
        })
public final class Client implements Callable<Integer>, Console, AutoCloseable {
    @Option(
            names = "--endpoints",
            scope = ScopeType.INHERIT,
            paramLabel = "HOST:PORT,…",
            description = "Nodes to ask; default: RAFT_ENDPOINTS, else conf/cluster.conf.")
    private String endpoints;

    @Option(
            names = "--config",
            scope = ScopeType.INHERIT,
            paramLabel = "CONF",
            description = "The configuration that names the cluster and its members.")
    private Path config;

    @Option(
            names = "--cluster",
            scope = ScopeType.INHERIT,
            paramLabel = "ID",
            description = "The cluster that must answer; default: from the configuration, else whichever answers.")
    private String clusterId;

    @Option(
            names = "--group",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "The Raft group that must answer.")
    private String group;

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            paramLabel = "FORM",
            description = "table, json, or text: for scripts, a value byte for byte; default: table.")
    private Answer.Format format = Answer.Format.TABLE;

    @Option(
            names = "--timeout",
            scope = ScopeType.INHERIT,
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long to try, as in 500ms or 5s; default: raft.client.timeout, 5s.")
    private Duration timeout;

    @Spec
    private CommandSpec spec;

    private final Surroundings surroundings;

    /** Where this line was typed; empty for a command line of its own. */
    private final Optional<Client> prompt;

    private Cluster cluster;

    private Client(Surroundings surroundings, Optional<Client> prompt) {
        this.surroundings = surroundings;
        this.prompt = prompt;
    }

    /** A command line of its own. */
    static Client of(Surroundings surroundings) {
        return new Client(surroundings, Optional.empty());
    }

    /** One line of this prompt: the options given to the prompt hold unless the line says otherwise. */
    Client line() {
        Client line = new Client(surroundings.withoutInput(), Optional.of(this));
        line.format = format;
        return line;
    }

    public static void main(String... args) {
        // Before any thread logs: otherwise its lines are held back, and that is told on standard error.
        LoggerFactory.getILoggerFactory();
        Client client = Client.of(Surroundings.ofProcess());
        int code = Verbs.execute(client, args);
        client.close();
        // Nothing is left to be done; a hook that waits for connections to end would only take time.
        Runtime.getRuntime().halt(code);
    }

    @Override
    public Integer call() {
        Prompt lines = Prompt.of(this);
        return surroundings.terminal()
                ? lines.run()
                : surroundings
                        .input()
                        .flatMap(lines::follow)
                        .orElseThrow(() -> new ParameterException(spec.commandLine(), "a verb is missing"));
    }

    /** The cluster, contacted only when it is asked something. The lines of a prompt share a connection. */
    Cluster cluster() {
        boolean shared = prompt.isPresent() && timeout == null;
        return shared ? prompt.get().cluster() : ownCluster();
    }

    /** The cluster over a connection that ends with this line. */
    Cluster ownCluster() {
        if (cluster == null) {
            cluster = surroundings.opener().open(where());
        }
        return cluster;
    }

    /**
     * Before a line is carried out.
     *
     * @throws Failure when it names another cluster than its prompt is connected to
     */
    void requireSameCluster() {
        boolean another = endpoints != null || config != null || clusterId != null || group != null;
        if (prompt.isPresent() && another) {
            throw Failure.usage(
                    "a prompt stays with its cluster: --endpoints, --config, --cluster and --group cannot be used here",
                    "leave it with exit, then: client.sh --endpoints HOST:PORT,… or --config CONF");
        }
    }

    @Override
    public Output output() {
        return surroundings.output();
    }

    /** An answer for programs only; people are told in other words. */
    void printIfJson(Map<String, ?> json) {
        if (format == Answer.Format.JSON) {
            output().print(Answer.of(json, ""), format);
        }
    }

    @Override
    public Answer.Format format() {
        return format;
    }

    @Override
    public Optional<Path> configuration() {
        return Optional.ofNullable(config).map(this::found);
    }

    /** Whether what is shown repeatedly should replace what was shown before. */
    boolean clearsScreen() {
        return surroundings.terminal() && format == Answer.Format.TABLE;
    }

    /** Standard input, unless somebody types verbs there. */
    Optional<InputStream> input() {
        return surroundings.input();
    }

    @Override
    public void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Where the cluster is that this was told of, and how long to try. */
    Endpoints where() {
        Endpoints told = prompt.map(Client::where).orElseGet(() -> given().named(clusterId, group));
        return timeout == null ? told : told.within(timeout);
    }

    private Endpoints given() {
        Map<String, String> environment = surroundings.environment();
        String listed = endpoints != null || config != null ? endpoints : environment.get("RAFT_ENDPOINTS");
        if (listed != null && !listed.isBlank()) {
            return Endpoints.parse(
                    listed,
                    config == null ? ClientConfig.of(environment) : ClientConfig.load(found(config), environment));
        }
        Path file = found(config == null ? Path.of("cluster.conf") : config);
        if (config == null && !Files.exists(file)) {
            throw Failure.usage(
                    "no cluster is named", "give --endpoints 127.0.0.1:7051, --config FILE, or set RAFT_ENDPOINTS");
        }
        return Endpoints.of(ClientConfig.load(file, environment));
    }

    /** Like {@code bin/node.sh}: a file as it is named, else the one of that name in {@code conf/}. */
    private Path found(Path file) {
        if (config != null && Files.exists(file)) {
            return file;
        }
        return surroundings
                .home()
                .map(home -> home.resolve("conf").resolve(file))
                .filter(Files::exists)
                .orElse(file);
    }
}
