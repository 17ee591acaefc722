package io.balsa.sim;

/** Something that must never be was seen in a run. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String rule, String seen) {
        super(rule + ": " + seen);
    }

    /** What was seen in the first place, in one line. */
    String innermost() {
        Throwable first = this;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return String.valueOf(first.getMessage()).lines().findFirst().orElse("") + " ("
                + first.getClass().getSimpleName() + ")";
    }

    Violation(String rule, Throwable cause) {
        super(rule + ": " + cause, cause);
    }
}
