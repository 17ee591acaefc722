package io.balsa.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/sim.sh}: runs many seeds in several processes and says what they did. */
@Command(
        name = "sim.sh",
        description = "Runs clusters of the unchanged servers in virtual time, a life under faults for each seed.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class Simulate implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int VACUOUS = 3;
    private static final int ENOUGH = 100;

    @Option(names = "--seeds", paramLabel = "N", description = "How many seeds; default: 100.")
    private long seeds = 100;

    @Option(names = "--seed", paramLabel = "S", description = "The first of them; default: 1.")
    private long first = 1;

    @Option(names = "--minutes", paramLabel = "M", description = "Ends after so long, however many seeds are left.")
    private long minutes = 60L * 24 * 365;

    @Option(names = "--jobs", paramLabel = "J", description = "How many processes at a time; default: one per core.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--profile", description = "Kinds of trouble: ${COMPLETION-CANDIDATES}; default: all.")
    private Profile profile = Profile.ALL;

    @Option(names = "--until-failure", description = "Ends with the first seed that fails.")
    private boolean untilFailure;

    @Option(names = "--again", paramLabel = "P", description = "Runs P percent of the seeds again in another process.")
    private int percentAgain = 1;

    @Option(names = "--without", paramLabel = "N,N", description = "Leaves out these strikes.")
    private String without = "";

    @Option(names = "--calm", paramLabel = "W,W", description = "Leaves out: ${COMPLETION-CANDIDATES}", split = ",")
    private Set<Reduction.Calm> calm = EnumSet.noneOf(Reduction.Calm.class);

    @Option(names = "--span", paramLabel = "MS", description = "Ends the trouble after so many ms; default: 12000.")
    private long spanMillis;

    @Option(names = "--shrink", paramLabel = "S", description = "Tries so many seconds to make a failure smaller.")
    private long shrinkSeconds = 30;

    private final boolean terminal = Boolean.getBoolean("sim.terminal");
    private final Tally total = new Tally();
    private final Map<Long, String> hashes = new TreeMap<>();
    private final Map<Long, List<String>> failures = new TreeMap<>();
    private final List<Process> workers = new ArrayList<>();
    private int different;
    private int broken;
    private boolean stopped;

    public static void main(String... args) {
        CommandLine line = new CommandLine(new Simulate()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(line.execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seeds < 1 || jobs < 1 || percentAgain < 0 || percentAgain > 100) {
            System.err.println("error: --seeds and --jobs must be 1 or more, --again a percentage");
            return CommandLine.ExitCode.USAGE;
        }
        long began = System.nanoTime();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> workers.forEach(Process::destroyForcibly)));
        runAll(began);
        runAgain();
        report(began);
        if (!failures.isEmpty() || different > 0 || broken > 0) {
            System.out.println("FAIL");
            return FAILED;
        }
        String missing = wholeLives() ? Floors.below(total, reduction().span()) : "";
        System.out.println(missing.isEmpty() ? "PASS" : "VACUOUS: happened too seldom: " + missing);
        return missing.isEmpty() ? CommandLine.ExitCode.OK : VACUOUS;
    }

    private void runAll(long began) throws IOException, InterruptedException {
        CountDownLatch running = new CountDownLatch(jobs);
        for (int job = 0; job < jobs; job++) {
            long mine = (seeds - job + jobs - 1) / jobs;
            start(task(first + job, jobs, mine), this::count, running);
        }
        long end = began + Duration.ofMinutes(minutes).toNanos();
        while (!running.await(terminal ? 1 : 30, TimeUnit.SECONDS)) {
            progress(began);
            if (System.nanoTime() > end) {
                stopAll();
            }
        }
        if (terminal) {
            System.err.println();
        }
    }

    /** What becomes of the line on one seed: its words are {@code seed N hash H COUNTERS}. */
    @FunctionalInterface
    private interface Result {
        void of(long seed, String... words);
    }

    /** A share of the seeds once more, each in another JVM and behind other seeds than before. */
    private void runAgain() throws IOException, InterruptedException {
        if (percentAgain == 0) {
            return;
        }
        long stride = 100L / percentAgain;
        long known = hashes.size();
        CountDownLatch running = new CountDownLatch(jobs);
        for (int job = 0; job < jobs; job++) {
            long mine = (known - job * stride + jobs * stride - 1) / (jobs * stride);
            start(task(first + job * stride, jobs * stride, Math.max(0, mine)), this::compare, running);
        }
        running.await();
    }

    private void count(long seed, String... words) {
        hashes.put(seed, words[3]);
        total.add("seeds", 1);
        for (String word : List.of(words).subList(4, words.length)) {
            int end = word.indexOf('=');
            total.add(word.substring(0, end), Long.parseLong(word.substring(end + 1)));
        }
    }

    /** Nothing is known of a seed that {@code --minutes} cut off. */
    private void compare(long seed, String... words) {
        String before = hashes.get(seed);
        if (before == null) {
            return;
        }
        total.add("seedsAgain", 1);
        if (!words[3].equals(before)) {
            different++;
            System.out.println("seed " + seed + " had hash " + before + ", in another JVM " + words[3]);
        }
    }

    private Task task(long from, long step, long count) {
        return new Task(profile, reduction(), from, step, count, untilFailure ? 0 : shrinkSeconds);
    }

    private void start(Task task, Result result, CountDownLatch done) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        List<String> command = new ArrayList<>(List.of(java, "-XX:+UseSerialGC", "-Xmx1g", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(SimWorker.class.getName());
        command.addAll(task.arguments());
        Process worker = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        synchronized (this) {
            workers.add(worker);
        }
        new Thread(() -> listen(worker, result, done), "worker").start();
    }

    private void listen(Process worker, Result result, CountDownLatch done) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8))) {
            long failed = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                failed = take(line, failed, result);
            }
        } catch (IOException e) {
            if (!isStopped()) {
                throw new UncheckedIOException(e);
            }
        } finally {
            checkEnd(worker);
            done.countDown();
        }
    }

    /** A process that was not stopped must have run all its seeds. */
    private synchronized void checkEnd(Process worker) {
        int code = worker.onExit().join().exitValue();
        if (code != 0 && !stopped) {
            broken++;
            System.out.println("a process that runs seeds ended with " + code + "; what it says stands above");
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized void stopAll() {
        stopped = true;
        workers.forEach(Process::destroyForcibly);
    }

    /** Returns the seed that the lines that follow are about. */
    private synchronized long take(String line, long failed, Result result) {
        String[] words = line.split(" ", -1);
        if (line.startsWith("|")) {
            failures.get(failed).add(line.substring(1));
        } else if (words[0].equals("failed")) {
            failures.put(Long.parseLong(words[1]), new ArrayList<>(List.of(line)));
            if (untilFailure) {
                stopAll();
            }
            return Long.parseLong(words[1]);
        } else if (words[0].equals("seed")) {
            result.of(Long.parseLong(words[1]), words);
        }
        return failed;
    }

    private synchronized void progress(long began) {
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        System.err.printf(
                "%s%d of %d seeds, %d events, %d violations, %d s%s",
                terminal ? "\r" : "",
                hashes.size(),
                seeds,
                total.get("events"),
                failures.size(),
                seconds,
                terminal ? " " : "\n");
    }

    private Reduction reduction() {
        return Reduction.of(without, Reduction.joined(calm), spanMillis);
    }

    /** Whether all kinds of trouble are to be expected: no seed by itself, and no profile, has them all. */
    private boolean wholeLives() {
        return seeds >= ENOUGH && profile == Profile.ALL;
    }

    private void report(long began) {
        failures.values().forEach(lines -> lines.forEach(System.out::println));
        TraceHash all = new TraceHash();
        hashes.values().forEach(all::add);
        System.out.println("simulator: " + total + " violations=" + failures.size() + " differentHashes=" + different
                + " seconds=" + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " hash="
                + Long.toHexString(all.value()));
    }
}
