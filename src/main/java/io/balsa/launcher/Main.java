package io.balsa.launcher;

import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.show.EffectiveConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
            "bad or address in use, 7 data folder of another or of a newer version,",
            "8 disk failed, 70 internal; and 3 from the JVM itself when it is out of memory.",
        })
public final class Main implements Callable<Integer> {
    /** The name of a file that is neither an option nor hard to read. */
    private static final Pattern PLAIN = Pattern.compile("[!-~&&[^-@]][ -~]*");

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
        int code = isOnlyAName(args)
                ? new Start(System.err::println).node(Path.of(args[0]))
                : commandLine().execute(args);
        // Only when the process is not ending already: the hook that runs then has the right code.
        System.exit(code);
    }

    /**
     * Then there is nothing to be parsed, and picocli, which no archive of classes takes because it is of Java 5, need
     * not be loaded: that is a twentieth of the start of a node.
     */
    private static boolean isOnlyAName(String... args) {
        return args.length == 1 && PLAIN.matcher(args[0]).matches();
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    @Override
    public Integer call() {
        Start start = new Start(spec.commandLine().getErr()::println);
        return print || check ? start.end(this::show) : start.node(conf);
    }

    private Exit show() {
        NodeConfig config = NodeConfig.load(Start.file(conf));
        if (print) {
            spec.commandLine().getOut().println(EffectiveConfig.lines(config.actorSystemConfig()));
            return Exit.OK;
        }
        config.requireKeys();
        Settings settings = config.settings();
        spec.commandLine()
                .getOut()
                .printf("%s of %s/%s: ok%n", settings.nodeId(), settings.clusterId(), settings.group());
        return Exit.OK;
    }
}
