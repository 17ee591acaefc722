package io.balsa.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.TimeUnit;

/** Lets the first line through and then one in a minute: for what a stranger at the port can cause without end. */
public final class OneInAMinute extends Filter<ILoggingEvent> {
    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);

    private long due;

    @Override
    public synchronized FilterReply decide(ILoggingEvent event) {
        if (event.getTimeStamp() < due) {
            return FilterReply.DENY;
        }
        due = event.getTimeStamp() + MINUTE;
        return FilterReply.NEUTRAL;
    }
}
