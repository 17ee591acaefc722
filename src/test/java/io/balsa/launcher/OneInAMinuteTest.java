package io.balsa.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.api.Test;

final class OneInAMinuteTest {
    private final OneInAMinute filter = new OneInAMinute();

    @Test
    void theFirstLinePassesAndThenOneInAMinute() {
        assertThat(at(1_000_000)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(at(1_000_001)).isEqualTo(FilterReply.DENY);
        assertThat(at(1_059_999)).isEqualTo(FilterReply.DENY);
        assertThat(at(1_060_000)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(at(1_060_001)).isEqualTo(FilterReply.DENY);
    }

    private FilterReply at(long millis) {
        LoggingEvent event = new LoggingEvent();
        event.setTimeStamp(millis);
        return filter.decide(event);
    }
}
