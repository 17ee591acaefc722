package io.balsa.http.access;

import io.balsa.config.access.Identity;
import io.balsa.tls.Seldom;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each administrative act: who did what, and how it ended. The logger {@code io.balsa.audit}. */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.balsa.audit");

    /** The longest body, in bytes, of an administrative act: all of it is put down. */
    public static final int MOST = 16 * 1024;

    private final Seldom refused = new Seldom("io.balsa.audit");

    /**
     * @param who empty when nobody was asked
     * @param what method and path
     * @param body of the request
     * @param outcome a word: ok, or what was wrong
     */
    public void done(Optional<Identity> who, String what, byte[] body, String outcome) {
        LOG.info("{}: {}{}: {}", name(who), line(what), line(" " + text(body)).stripTrailing(), outcome);
    }

    /** Somebody has tried; there may be many who do. */
    public void refused(Optional<Identity> who, String what, String outcome) {
        refused.warn(name(who) + ": " + line(what) + ": " + outcome);
    }

    private static String name(Optional<Identity> who) {
        return who.map(Identity::toString).orElse("somebody unknown");
    }

    private static String text(byte[] body) {
        return new String(body, 0, Math.min(body.length, MOST), StandardCharsets.UTF_8);
    }

    /** Nobody writes a second line into the log. */
    private static String line(String text) {
        String line = text.replaceAll("[\\p{Cntrl} ]+", " ");
        return line.length() > MOST ? line.substring(0, MOST) + "…" : line;
    }
}
