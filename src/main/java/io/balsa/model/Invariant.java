package io.balsa.model;

/**
 * States that must never be: a violated one is a bug in this program, and the process ends rather than go on.
 *
 * <p>The process comes back through its disk, never with a fresh memory.
 */
public final class Invariant {
    private Invariant() {}

    /** What a violated invariant throws; nobody catches it but the guardian, which ends the process. */
    public static final class Violated extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Violated(String message) {
            super(message);
        }
    }

    /**
     * @throws Violated unless {@code holds}
     */
    public static void check(boolean holds, String rule) {
        if (!holds) {
            throw new Violated(rule);
        }
    }

    /**
     * As {@link #check(boolean, String)}; the message is only built when it is needed.
     *
     * @throws Violated unless {@code holds}
     */
    public static void check(boolean holds, String rule, Object first, Object second) {
        if (!holds) {
            throw new Violated(String.format(rule, first, second));
        }
    }
}
