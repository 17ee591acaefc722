package io.balsa.launcher;

import io.balsa.config.BadConfigException;
import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.http.HttpServer;
import io.balsa.http.event.Listener;
import io.balsa.kv.KeyValueMachine;
import io.balsa.role.Environment;
import io.balsa.role.RaftNode;
import io.balsa.show.EffectiveConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.pekko.remote.RemoteTransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/node.sh}: runs one node in the foreground until it is asked to stop. */
@Command(
        name = "node.sh",
        mixinStandardHelpOptions = true,
        version = "balsa 0.1.0-SNAPSHOT",
        sortOptions = false,
        description = "Runs one node of a cluster in the foreground. SIGTERM stops it in order.",
        footer = {
            "",
            "Exit codes: 0 stopped when asked, 2 usage, 5 data damaged, 6 configuration",
            "bad or address in use, 7 data folder of another, 8 disk failed, 70 internal;",
            "and 3 from the JVM itself when it is out of memory.",
        })
public final class Main implements Callable<Integer> {
    /** Stands in each line of the log, as conf/logback.xml says. */
    private static final String LOGGED_AS = "balsa.node";

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONF", description = "The node's file; if there is none of this name, the one in conf/.")
    private Path conf;

    @Option(names = "--check", description = "Only read the configuration and say what is wrong with it.")
    private boolean check;

    @Option(
            names = "--print-config",
            description = "Only print the effective configuration: each key, and where it is set.")
    private boolean print;

    private Main() {}

    public static void main(String... args) {
        int code = commandLine().execute(args);
        // Only when the process is not ending already: the hook that runs then has the right code.
        System.exit(code);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((failure, line, parsed) -> {
            Exit exit = Exit.after(failure);
            if (exit == Exit.BAD_CONFIG) {
                // One of Pekko's own settings, which only Pekko judges, and by words that need no trace.
                line.getErr().println(innermost(failure));
            } else {
                LOG.error("the node could not start", failure);
            }
            return exit.code();
        });
    }

    @Override
    public Integer call() {
        try {
            return act(NodeConfig.load(file())).code();
        } catch (BadConfigException bad) {
            complain(bad.getMessage());
            return Exit.BAD_CONFIG.code();
        }
    }

    private Exit act(NodeConfig config) {
        if (print) {
            spec.commandLine().getOut().println(EffectiveConfig.lines(config.actorSystemConfig()));
            return Exit.OK;
        }
        config.requireKeys();
        Settings settings = config.settings();
        if (check) {
            spec.commandLine()
                    .getOut()
                    .printf("%s of %s/%s: ok%n", settings.nodeId(), settings.clusterId(), settings.group());
            return Exit.OK;
        }
        return run(config);
    }

    private Exit run(NodeConfig config) {
        Settings settings = config.settings();
        System.setProperty(LOGGED_AS, settings.group() + "/" + settings.nodeId());
        try {
            Environment world = Environment.production(settings, new KeyValueMachine());
            Optional<HttpServer.Setup> http = Optional.of(config)
                    .filter(serving -> serving.http().enabled())
                    .map(serving -> new HttpServer.Setup(serving, world.view(), Listener.of(serving), true));
            return NodeProcess.run(config, RaftNode.create(world), http);
        } catch (RemoteTransportException unreachable) {
            complain("cannot listen at %s: %s. Is %s running already, or does another program use the port?"
                    .formatted(settings.address(), innermost(unreachable), settings.nodeId()));
            return Exit.BAD_CONFIG;
        }
    }

    /** As given; else in the folder {@code conf} of the installation, which the script names. */
    private Path file() {
        Path installed =
                Path.of(System.getProperty("balsa.home", "")).resolve("conf").resolve(conf);
        return Files.exists(conf) ? conf : installed;
    }

    private void complain(String text) {
        spec.commandLine().getErr().println(text);
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }
}
