package io.balsa.sim;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.sim.Ledger.Committed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When sessions end, told by the entries that travel and their times alone: of a session that nobody has opened, that
 * was closed, or that was left unused for too long, no command is ever applied again (thesis §6.3).
 */
final class Lifetimes {
    private final Map<EntryId, LogEntry> travelled = new HashMap<>();
    private final Map<Long, Life> open = new HashMap<>();
    private long now;
    private long expired;

    /** A session that is open. */
    private static final class Life {
        private final long expireAfter;
        private long usedAt;

        Life(long expireAfter, long usedAt) {
            this.expireAfter = expireAfter;
            this.usedAt = usedAt;
        }
    }

    void travel(Entries entries) {
        entries.forEach(entry -> travelled.putIfAbsent(entry.id(), entry));
    }

    /** Sessions that were used after they had expired. */
    long expired() {
        return expired;
    }

    /**
     * @param committed in the order of the log
     * @param applied what machines were made to apply, by index
     */
    void judge(List<Committed> committed, Map<Long, String> applied) {
        for (Committed one : committed) {
            LogEntry entry = travelled.get(one.id());
            if (entry == null) {
                return; // nobody needed it of another: what it did is not known here
            }
            now = Math.max(now, entry.time());
            judge(entry, applied.get(entry.index()));
        }
    }

    private void judge(LogEntry entry, String word) {
        if (entry.payload() instanceof Payload.OpenSession limits) {
            open.put(limits.idAt(entry.index()), new Life(limits.expireAfterMillis(), now));
        } else if (entry.payload() instanceof Payload.CloseSession close) {
            open.remove(close.session());
        } else if (entry.payload() instanceof Payload.Command command && command.session() != 0) {
            boolean alive = use(command.session());
            if (!alive && word != null) {
                String seen = word + " at " + entry.index() + ", of session " + command.session();
                throw new Violation("Nothing of a session that is gone is applied", seen);
            }
        }
    }

    private boolean use(long session) {
        Life life = open.get(session);
        if (life == null) {
            return false;
        }
        if (now - life.usedAt > life.expireAfter) {
            expired++;
            open.remove(session);
            return false;
        }
        life.usedAt = now;
        return true;
    }
}
