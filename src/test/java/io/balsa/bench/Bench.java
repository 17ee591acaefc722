package io.balsa.bench;

import io.balsa.cli.local.LocalFailure;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bin/bench.sh}: whoever called it cleans up; the process ids are in {@code FOLDER/*.pid}. */
@Command(
        name = "bench.sh",
        description = "Measures a cluster of processes on this machine. One line of CSV for each run.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "TEST",
        subcommands = {
            Loads.Closed.class,
            Loads.Open.class,
            Takeovers.Election.class,
            Takeovers.Handover.class,
            Recovery.class,
            Idle.class
        },
        footer = {
            "",
            "bench.sh micro [OPTIONS] [PATTERN] runs the micro-benchmarks, by JMH; -h lists its options.",
            "The nodes write below TMPDIR, on the disk that is measured. JAVA_OPTS has flags for their JVMs.",
        })
final class Bench {
    private static final int FAILED = 1;

    private Bench() {}

    public static void main(String... args) {
        // Before any thread logs: otherwise its lines are held back, and that is told on standard error.
        LoggerFactory.getILoggerFactory();
        CommandLine line = new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, where, parsed) -> {
            if (!(failure instanceof LocalFailure)) {
                throw failure;
            }
            System.err.println("error: " + failure.getMessage());
            return FAILED;
        });
        // The clients' threads are of no use any more, and whoever called this one ends the nodes.
        Runtime.getRuntime().halt(line.execute(args));
    }
}
