package io.balsa.show.diagnosis;

import java.time.Duration;

/**
 * From where on something is worth a finding.
 *
 * @param lag entries that a log is behind the leader's, or a state machine behind what is committed
 * @param sync the mean time of a sync; ten times as much for a single one
 * @param drift how far a clock is from those of the other members
 */
public record Limits(long lag, Duration sync, Duration drift) {}
