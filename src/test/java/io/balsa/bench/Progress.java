package io.balsa.bench;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Tells on standard error what is being done, and on a terminal for how long. */
final class Progress {
    private static final boolean TERMINAL = Boolean.getBoolean("bench.terminal");
    private static String phase = "";
    private static long began;

    static {
        if (TERMINAL) {
            Thread clock = new Thread(Progress::tick, "progress");
            clock.setDaemon(true);
            clock.start();
        }
    }

    private Progress() {}

    /** Something else is being done from now on. */
    static synchronized void phase(String text, Object... values) {
        phase = String.format(Locale.ROOT, text, values);
        began = System.nanoTime();
        show();
    }

    /** Nothing more is done that need be told. */
    static synchronized void end() {
        phase = "";
        if (TERMINAL) {
            System.err.print("\r\033[K");
        }
    }

    private static void tick() {
        while (true) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            show();
        }
    }

    private static synchronized void show() {
        if (phase.isEmpty()) {
            return;
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        System.err.print(TERMINAL ? "\r\033[K" + phase + "  " + seconds + " s" : phase + "\n");
        System.err.flush();
    }
}
