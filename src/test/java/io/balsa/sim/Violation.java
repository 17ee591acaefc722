package io.balsa.sim;

/** Something that must never be was seen in a run. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final long nanos;
    private final long events;

    Violation(String rule, String seen) {
        this(rule + ": " + seen, null, "");
    }

    Violation(String rule, Throwable cause) {
        this(rule + ": " + cause, cause, "");
    }

    private Violation(String seen, Throwable cause, String play) {
        super(seen + play, cause);
        this.nanos = SimRuntime.INSTANCE.nanos();
        this.events = SimRuntime.INSTANCE.events();
    }

    /** A run has ended with this failure. */
    static Violation of(Plan plan, Play play, Throwable failure) {
        return new Violation(plan + "\n", failure, play.toString());
    }

    /** When it was seen, in virtual time since the run began. */
    long nanos() {
        return nanos;
    }

    /** After how many events. */
    long events() {
        return events;
    }

    /** The name of the check that saw it. */
    String rule() {
        return innermost().split(":", 2)[0];
    }

    /** The check that saw it, and what was seen in the first place, in one line. */
    String innermost() {
        Throwable first = this;
        String check = "";
        while (first.getCause() != null) {
            first = first.getCause();
            check = first instanceof Violation && first.getCause() != null ? line(first.getMessage()) : check;
        }
        String seen = first instanceof Violation ? "" : first.getClass().getSimpleName() + ": ";
        return (check.isEmpty() ? "" : check.split(":", 2)[0] + ": ") + seen + line(first.getMessage());
    }

    private static String line(String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
