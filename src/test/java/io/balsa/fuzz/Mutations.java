package io.balsa.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Inputs that are nearly right: what the build tries of each fuzz target, the same each time. {@code bin/fuzz.sh} looks
 * further, by what the code does with its input.
 */
public final class Mutations {
    private static final int TRIES = Integer.getInteger("fuzz.tries", 5_000);
    private static final byte[] TELLING = {0, 1, -1, 127, -128, '"', '{', '[', '\\', '$'};
    private static final int MOST_CHANGES = 6;

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<byte[]> seeds;

    private Mutations(List<byte[]> seeds) {
        this.seeds = seeds;
    }

    /**
     * Gives the target what was found before, the seeds, and then changed ones; names the input that it fails for.
     *
     * @param test whose target it is, under whose name Jazzer keeps what it has found
     */
    public static void feed(Class<?> test, List<byte[]> seeds, Consumer<byte[]> target) {
        feed(test, seeds, target, TRIES);
    }

    /** The same for a target that takes long for each. */
    public static void feedFew(Class<?> test, List<byte[]> seeds, Consumer<byte[]> target) {
        feed(test, seeds, target, TRIES / 20);
    }

    private static void feed(Class<?> test, List<byte[]> seeds, Consumer<byte[]> target, int tries) {
        Mutations mutations = new Mutations(seeds);
        found(test).forEach(input -> feed(input, target));
        seeds.forEach(seed -> feed(seed, target));
        for (int i = 0; i < tries; i++) {
            feed(mutations.next(), target);
        }
    }

    private static List<byte[]> found(Class<?> test) {
        Path folder = Path.of("src/test/resources", test.getName().replace('.', '/') + "Inputs");
        try (Stream<Path> files = Files.exists(folder) ? Files.walk(folder) : Stream.empty()) {
            List<byte[]> inputs = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void feed(byte[] input, Consumer<byte[]> target) {
        try {
            target.accept(input);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failure) {
            throw new AssertionError("for the input " + Arrays.toString(input), failure);
        }
    }

    private byte[] next() {
        byte[] input = seed().clone();
        for (int changes = random.nextInt(1, MOST_CHANGES); changes > 0; changes--) {
            input = changed(input);
        }
        return input;
    }

    private byte[] seed() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private byte[] changed(byte[] input) {
        int at = random.nextInt(input.length + 1);
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(input, at);
            case 1 -> spliced(input, at, seed());
            case 2 -> inserted(input, at, TELLING[random.nextInt(TELLING.length)], random.nextInt(1, 9));
            case 3 -> with(input, at, TELLING[random.nextInt(TELLING.length)]);
            case 4 -> with(input, at, (byte) (1 << random.nextInt(8)) ^ (at < input.length ? input[at] : 0));
            default -> with(input, at, random.nextInt());
        };
    }

    private static byte[] with(byte[] input, int at, int value) {
        if (at < input.length) {
            input[at] = (byte) value;
        }
        return input;
    }

    private static byte[] inserted(byte[] input, int at, byte value, int times) {
        byte[] longer = Arrays.copyOf(input, input.length + times);
        System.arraycopy(input, at, longer, at + times, input.length - at);
        Arrays.fill(longer, at, at + times, value);
        return longer;
    }

    private byte[] spliced(byte[] input, int at, byte[] other) {
        int from = random.nextInt(other.length + 1);
        byte[] both = Arrays.copyOf(input, at + other.length - from);
        System.arraycopy(other, from, both, at, other.length - from);
        return both;
    }
}
