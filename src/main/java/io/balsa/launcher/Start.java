package io.balsa.launcher;

import io.balsa.config.BadConfigException;
import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.http.HttpServer;
import io.balsa.http.event.Listener;
import io.balsa.kv.KeyValueMachine;
import io.balsa.role.Environment;
import io.balsa.role.RaftNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.pekko.remote.RemoteTransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the node of a configuration file, and says why when it cannot. */
final class Start {
    /** Stands in each line of the log, as conf/logback.xml says. */
    private static final String LOGGED_AS = "balsa.node";

    private static final Logger LOG = LoggerFactory.getLogger(Start.class);

    private final Consumer<String> complaint;

    /** @param complaint takes the lines for whoever has started the process */
    Start(Consumer<String> complaint) {
        this.complaint = complaint;
    }

    /** Until the node has ended; the exit code of the process. */
    int node(Path conf) {
        return end(() -> {
            NodeConfig config = NodeConfig.load(file(conf));
            config.requireKeys();
            return run(config);
        });
    }

    /** The exit code of what may fail in any way; each failure is told. */
    int end(Callable<Exit> task) {
        try {
            return task.call().code();
        } catch (BadConfigException bad) {
            complaint.accept(bad.getMessage());
            return Exit.BAD_CONFIG.code();
        } catch (Exception failure) {
            return failed(failure).code();
        }
    }

    /** The file as given; else in the folder {@code conf} of the installation, which the script names. */
    static Path file(Path conf) {
        Path installed =
                Path.of(System.getProperty("balsa.home", "")).resolve("conf").resolve(conf);
        return Files.exists(conf) ? conf : installed;
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
            complaint.accept("cannot listen at %s: %s. Is %s running already, or does another program use the port?"
                    .formatted(settings.address(), innermost(unreachable), settings.nodeId()));
            return Exit.BAD_CONFIG;
        }
    }

    private Exit failed(Exception failure) {
        Exit exit = Exit.after(failure);
        if (exit == Exit.BAD_CONFIG) {
            // One of Pekko's own settings, which only Pekko judges, and by words that need no trace.
            complaint.accept(innermost(failure));
        } else {
            LOG.error("the node could not start", failure);
        }
        return exit;
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }
}
