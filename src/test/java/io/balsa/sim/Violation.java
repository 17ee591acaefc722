package io.balsa.sim;

/** Something that must never be was seen in a run. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String rule, String seen) {
        super(rule + ": " + seen);
    }

    Violation(String rule, Throwable cause) {
        super(rule + ": " + cause, cause);
    }
}
