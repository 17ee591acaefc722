package io.balsa.tls;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what strangers can cause without end: a line in a second at most, and how many were left out before it. */
public final class Seldom {
    private static final long BETWEEN = TimeUnit.SECONDS.toNanos(1);

    private final Logger log;
    private long due = System.nanoTime();
    private long unsaid;

    /**
     * @param speaker the name of the logger
     */
    public Seldom(String speaker) {
        this.log = LoggerFactory.getLogger(speaker);
    }

    /** Warns of something, or counts it only. */
    public synchronized void warn(String what) {
        long now = System.nanoTime();
        if (now - due < 0) {
            unsaid++;
            return;
        }
        due = now + BETWEEN;
        String before = unsaid == 0 ? "" : " (and " + unsaid + " more like it before)";
        unsaid = 0;
        log.warn("{}{}", what.replaceAll("[\\r\\n]+", " "), before);
    }
}
