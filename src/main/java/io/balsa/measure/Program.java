package io.balsa.measure;

import java.util.Optional;

/** What this program says of itself and of the machine it runs on. */
public final class Program {
    private static final String UNPACKED = "unpacked";

    private Program() {}

    /** The version that it was packed as; {@code unpacked} when it runs from a folder of classes. */
    public static String version() {
        return Optional.ofNullable(Program.class.getPackage().getImplementationVersion())
                .orElse(UNPACKED);
    }

    /** What the clock on the wall shows, milliseconds since 1970, right or wrong. To be shown, and for nothing else. */
    public static long wallClockMillis() {
        return System.currentTimeMillis();
    }
}
