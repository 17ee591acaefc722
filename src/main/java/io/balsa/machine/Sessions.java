package io.balsa.machine;

import io.balsa.model.Invariant;
import io.balsa.model.Payload;
import io.balsa.protocol.reply.ClientReply.Status;
import io.balsa.storage.snapshot.SnapshotPart;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Exactly once: applies each command of a session at most once, and answers the same to every repetition (§8, thesis
 * §6.3).
 *
 * <p>The table is part of the replicated state. All that is decided here follows from the log alone: limits stand in
 * the entry that opens a session; when there are too many, or their replies are too large, those go that were used
 * longest ago by the order of the log; and one expires when too much time has passed by the entries' own times. A
 * command of a session that is gone is never applied, for it may be a repetition.
 *
 * <p>An expired session is as good as gone from the moment of its expiry on; when it is taken out makes no difference.
 */
final class Sessions {
    private static final long NEVER = -1;

    /** Least recently used first. */
    private final LinkedHashMap<Long, Session> table = new LinkedHashMap<>(16, 0.75f, true);

    /** The session used last, which is therefore the last of the table; saves a look-up per command of a batch. */
    private long recentId;

    private Session recent = new Session(1, Payload.OpenSession.UNLIMITED, 0);

    /** Log time of the entry that is being applied, ms. */
    private long now;

    private long cleanedAt = NEVER;
    private long replyBytes;
    private long maxReplyBytes = Payload.OpenSession.UNLIMITED;

    /** The entries that follow are of this log time, ms. */
    void at(long time) {
        now = Math.max(now, time);
    }

    /** Opens a session, and evicts what has become too much. */
    void open(long id, Payload.OpenSession limits) {
        clean();
        Session session = new Session(limits.window(), limits.expireAfterMillis(), now);
        close(id);
        table.put(id, session);
        recentId = id;
        recent = session;
        maxReplyBytes = limits.maxReplyBytes();
        evict(Math.max(1, limits.maxSessions()));
    }

    void close(long session) {
        Session closed = table.remove(session);
        if (closed != null) {
            forget(session, closed);
        }
    }

    int count() {
        clean();
        return table.size();
    }

    /** What all kept replies hold, in bytes. */
    long replyBytes() {
        clean();
        return replyBytes;
    }

    /** Lets the machine apply the command that stands at {@code index}, unless it was applied before or must not be. */
    Outcome apply(long index, Payload.Command command, StateMachine machine) {
        if (command.session() == 0) {
            return Outcome.done(index, applied(index, command, machine));
        }
        if (!use(command.session())) {
            return Outcome.refused(Status.SESSION_EXPIRED, index);
        }
        replyBytes -= recent.settle(command.firstUnacknowledged());
        return applyOnce(index, command, machine);
    }

    void write(DataOutput out) throws IOException {
        clean();
        out.writeLong(now);
        out.writeLong(maxReplyBytes);
        out.writeInt(table.size());
        for (Map.Entry<Long, Session> session : table.entrySet()) {
            out.writeLong(session.getKey());
            session.getValue().write(out);
        }
    }

    /** The table as it is now, to be written on any thread while this one goes on changing. */
    SnapshotPart freeze() {
        clean();
        Sessions frozen = new Sessions();
        frozen.now = now;
        frozen.maxReplyBytes = maxReplyBytes;
        table.forEach((id, session) -> frozen.table.put(id, session.copy()));
        return out -> frozen.write(new DataOutputStream(out));
    }

    /** Replaces the whole table by one that {@link #write} wrote. */
    void read(DataInput in) throws IOException {
        table.clear();
        recentId = 0;
        replyBytes = 0;
        cleanedAt = NEVER;
        now = in.readLong();
        maxReplyBytes = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            long id = in.readLong();
            Session session = Session.read(in);
            replyBytes += session.bytes();
            table.put(id, session);
        }
    }

    /** Equal on all replicas that have applied the same entries. */
    long hash() {
        StateHash hash = new StateHash();
        try {
            write(new DataOutputStream(hash));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return hash.value();
    }

    private Outcome applyOnce(long index, Payload.Command command, StateMachine machine) {
        long sequence = command.sequence();
        if (recent.isSettled(sequence)) {
            return Outcome.refused(Status.SETTLED, index);
        }
        if (recent.isBeyondWindow(sequence)) {
            return Outcome.refused(Status.BEYOND_WINDOW, index);
        }
        int kept = recent.find(sequence);
        if (kept >= 0) {
            return recent.kept(kept);
        }
        Outcome outcome = Outcome.done(index, applied(index, command, machine));
        replyBytes += recent.keep(sequence, outcome);
        if (replyBytes > maxReplyBytes) {
            clean();
            evict(Integer.MAX_VALUE);
        }
        return outcome;
    }

    /** Makes the session the recent one, used now; false when there is no such session. */
    private boolean use(long session) {
        Session found = session == recentId ? recent : table.get(session);
        if (found == null) {
            return false;
        }
        recentId = session;
        recent = found;
        if (found.isExpired(now)) {
            close(session);
            return false;
        }
        found.usedAt(now);
        return true;
    }

    /** Takes out those used longest ago, until no more than {@code most} are left and their replies have room. */
    private void evict(int most) {
        Iterator<Map.Entry<Long, Session>> eldest = table.entrySet().iterator();
        while (eldest.hasNext() && (table.size() > most || replyBytes > maxReplyBytes)) {
            Map.Entry<Long, Session> evicted = eldest.next();
            eldest.remove();
            forget(evicted.getKey(), evicted.getValue());
        }
    }

    /** Takes out what has expired. Nothing more can have expired before the time goes on. */
    private void clean() {
        if (cleanedAt == now) {
            return;
        }
        cleanedAt = now;
        table.entrySet().removeIf(entry -> {
            boolean expired = entry.getValue().isExpired(now);
            if (expired) {
                forget(entry.getKey(), entry.getValue());
            }
            return expired;
        });
    }

    private void forget(long id, Session session) {
        replyBytes -= session.bytes();
        if (id == recentId) {
            recentId = 0;
        }
    }

    private static byte[] applied(long index, Payload.Command command, StateMachine machine) {
        byte[] reply = reply(index, command, machine);
        Invariant.check(reply != null, "%s answered null to the command at index %s", machine.getClass(), index);
        return reply;
    }

    /** Pekko lets an actor go on behind an error; it would go on here with a machine that has done half a command. */
    private static byte[] reply(long index, Payload.Command command, StateMachine machine) {
        try {
            return machine.apply(index, command.command());
        } catch (Error fatal) {
            throw new IllegalStateException("the state machine has failed at index " + index, fatal);
        }
    }
}
