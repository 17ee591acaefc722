package io.balsa.show.diagnosis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that looks wrong.
 *
 * @param where a member, an address, or the cluster
 * @param since how long it has been so, if anybody knows
 * @param what in one line, without a full stop
 * @param next what to do about it
 */
public record Finding(Kind kind, String where, Optional<Duration> since, String what, String next) {
    /** What may be wrong; the worst comes first. */
    public enum Kind {
        NO_QUORUM,
        NO_LEADER,
        NODE_DOWN,
        WRONG_ENTRY,
        REFUSED,
        CUT_OFF,
        DISK_FULL,
        SLOW_DISK,
        LAGGING,
        APPLY_LAG,
        NOT_PROMOTED,
        NOT_A_MEMBER,
        CLOCK_DRIFT,
        VERSION_MIX;

        /** {@code no-quorum}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Finding of(Kind kind, String where, String what, String next) {
        return new Finding(kind, where, Optional.empty(), what, next);
    }

    /** The same, known to have been so for a while. */
    Finding since(long millis) {
        return new Finding(kind, where, Optional.of(Duration.ofMillis(millis)), what, next);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", kind.toString());
        fields.put("where", where);
        fields.put("sinceMs", since.map(Duration::toMillis).orElse(null));
        fields.put("what", what);
        fields.put("next", next);
        return fields;
    }

    /** {@code 12 s}; nothing when it is not known. */
    String age() {
        return since.map(Finding::rounded).orElse(null);
    }

    private static String rounded(Duration age) {
        long seconds = age.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? age.toMinutes() + " min" : age.toHours() + " h";
    }
}
