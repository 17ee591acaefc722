package io.balsa.history;

import java.util.Optional;

/**
 * What a client did to one register, and what it was told.
 *
 * @param invoked when it asked, on a clock that all clients share
 * @param answered when it was told; {@link #NEVER} when it was not, and then it may happen at any time, or never
 */
public record Operation(long invoked, long answered, Action action) {
    public static final long NEVER = Long.MAX_VALUE;

    /** What is done to a register, which holds a value or none. */
    public sealed interface Action {
        /** Whether this could have been answered as it was when the register held {@code value}. */
        boolean fits(Optional<String> value);

        /** What the register holds afterwards. */
        Optional<String> after(Optional<String> value);
    }

    public record Put(String value) implements Action {
        @Override
        public boolean fits(Optional<String> before) {
            return true;
        }

        @Override
        public Optional<String> after(Optional<String> before) {
            return Optional.of(value);
        }
    }

    /** A read, and what it saw. */
    public record Get(Optional<String> seen) implements Action {
        @Override
        public boolean fits(Optional<String> value) {
            return value.equals(seen);
        }

        @Override
        public Optional<String> after(Optional<String> value) {
            return value;
        }
    }

    /** What a compare-and-set was told. */
    public enum Verdict {
        SWAPPED,
        REFUSED,
        UNKNOWN
    }

    /** Sets a value if the register holds the expected one. */
    public record CompareAndSet(Optional<String> expected, String value, Verdict verdict) implements Action {
        @Override
        public boolean fits(Optional<String> before) {
            return verdict == Verdict.UNKNOWN || before.equals(expected) == (verdict == Verdict.SWAPPED);
        }

        @Override
        public Optional<String> after(Optional<String> before) {
            return before.equals(expected) ? Optional.of(value) : before;
        }
    }

    boolean isAnswered() {
        return answered != NEVER;
    }
}
