package io.balsa.model;

/**
 * What a snapshot says of itself (§7, Figure 12): it takes the place of all entries up to {@code last}.
 *
 * @param last the last entry included: {@code lastIncludedIndex} and {@code lastIncludedTerm}
 * @param time the log time of that entry, ms
 * @param configuration the newest entry up to {@code last} that holds a configuration (§6); the entry itself, so that
 *     a log that begins behind the snapshot knows it as if it had it still
 */
public record Snapshot(EntryId last, long time, LogEntry configuration) {

    /**
     * @throws IllegalArgumentException when it includes nothing, or the entry holds no configuration or is not included
     */
    public Snapshot {
        boolean included = configuration.index() <= last.index() && configuration.term() <= last.term();
        if (last.index() == 0 || !included || !(configuration.payload() instanceof Payload.Reconfigure)) {
            throw new IllegalArgumentException("no snapshot ends at " + last + " with " + configuration);
        }
    }

    /** Who was a member when the last entry had been applied. */
    public Configuration members() {
        return ((Payload.Reconfigure) configuration.payload()).configuration();
    }
}
