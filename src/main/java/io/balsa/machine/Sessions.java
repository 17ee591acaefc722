package io.balsa.machine;

import io.balsa.model.Invariant;
import io.balsa.model.Payload;
import io.balsa.protocol.reply.ClientReply.Status;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Exactly once: applies each command of a session at most once, and answers the same to every repetition (§8, thesis
 * §6.3).
 *
 * <p>The table is part of the replicated state. All that is decided here follows from the log alone: limits stand in
 * the entry that opens a session, and when there are too many, the one goes that was used longest ago by the order of
 * the log. A command of a session that is gone is never applied, for it may be a repetition.
 */
final class Sessions {
    /** Least recently used first. */
    private final LinkedHashMap<Long, Session> table = new LinkedHashMap<>(16, 0.75f, true);

    /** The session used last, which is therefore the last of the table; saves a look-up per command of a batch. */
    private long recentId;

    private Session recent = new Session(1);

    /** Opens the session whose id is {@code index}, and evicts what has become too much. */
    void open(long index, Payload.OpenSession limits) {
        Session session = new Session(limits.window());
        table.put(index, session);
        recentId = index;
        recent = session;
        var eldest = table.keySet().iterator();
        for (int tooMany = table.size() - Math.max(1, limits.maxSessions()); tooMany > 0; tooMany--) {
            eldest.next();
            eldest.remove();
        }
    }

    void close(long session) {
        table.remove(session);
        if (session == recentId) {
            recentId = 0;
        }
    }

    int count() {
        return table.size();
    }

    /** Lets the machine apply the command that stands at {@code index}, unless it was applied before or must not be. */
    Outcome apply(long index, Payload.Command command, StateMachine machine) {
        if (command.session() == 0) {
            return Outcome.done(index, applied(index, command, machine));
        }
        if (!use(command.session())) {
            return Outcome.refused(Status.SESSION_EXPIRED, index);
        }
        recent.settle(command.firstUnacknowledged());
        return applyOnce(index, command, machine);
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(table.size());
        for (Map.Entry<Long, Session> session : table.entrySet()) {
            out.writeLong(session.getKey());
            session.getValue().write(out);
        }
    }

    /** Replaces the whole table by one that {@link #write} wrote. */
    void read(DataInput in) throws IOException {
        table.clear();
        recentId = 0;
        for (int left = in.readInt(); left > 0; left--) {
            table.put(in.readLong(), Session.read(in));
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
        recent.keep(sequence, outcome);
        return outcome;
    }

    /** Makes the session the recent one; false when there is no such session. */
    private boolean use(long session) {
        if (session == recentId) {
            return true;
        }
        Session found = table.get(session);
        if (found == null) {
            return false;
        }
        recentId = session;
        recent = found;
        return true;
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
