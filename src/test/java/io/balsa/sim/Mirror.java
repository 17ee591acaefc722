package io.balsa.sim;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.role.Observer.Inspection;
import io.balsa.sim.Ledger.Committed;
import java.util.ArrayList;
import java.util.List;

/**
 * What one server looked like after the last event, over all its incarnations, to be compared with what it looks like
 * now. All checks here concern one server and the {@link Ledger}.
 */
final class Mirror {
    private static final String LEADER = "Leader";

    private final NodeId id;
    private final Ledger ledger;
    private final List<Long> terms = new ArrayList<>(List.of(0L));
    private long term;
    private long commitIndex;
    private long truncations;
    private long durable;
    private boolean leading;

    Mirror(NodeId id, Ledger ledger) {
        this.id = id;
        this.ledger = ledger;
    }

    /** Entries that were taken back so far. */
    long truncations() {
        return truncations;
    }

    boolean isLeading() {
        return leading;
    }

    long term() {
        return term;
    }

    /** Whether it has confirmed that this entry is on its synced disk. */
    boolean holdsDurably(EntryId entry) {
        return entry.index() <= durable && holds(entry);
    }

    /** How far two logs are the same. */
    long lastCommonWith(Mirror other) {
        int index = Math.min(terms.size(), other.terms.size()) - 1;
        while (!terms.get(index).equals(other.terms.get(index))) {
            index--;
        }
        return index;
    }

    boolean holds(EntryId entry) {
        return entry.index() < terms.size() && terms.get((int) entry.index()) == entry.term();
    }

    /** After a crash: what was promised must have come back, what was not may or may not have. */
    void recovered(Inspection now) {
        require(now.last().index() >= durable, "Durable", "log ends at " + now.last() + ", was durable to " + durable);
        for (long index = 1; index <= durable; index++) {
            require(now.termAt(index) == terms.get((int) index), "Durable", "entry " + index + " is another one now");
        }
        long spoken = ledger.spokenTerm(id);
        require(now.currentTerm() >= spoken, "Durable", "term " + now.currentTerm() + " after " + spoken);
        NodeId vote = ledger.voteOf(id, now.currentTerm());
        boolean kept = vote == null || vote.equals(now.votedFor().orElse(null));
        require(kept, "Durable", "vote for " + vote + " in term " + now.currentTerm() + " is forgotten");
        term = now.currentTerm();
        commitIndex = 0;
        leading = false;
        copyLog(now);
        durable = now.durable().index();
    }

    /** Compares a living server with what it was, and notes what it is. */
    void compare(Inspection now) {
        require(now.currentTerm() >= term, "Terms never fall", term + " → " + now.currentTerm());
        boolean leads = now.role().equals(LEADER);
        boolean stillLeads = leading && leads && now.currentTerm() == term;
        compareLog(now, stillLeads);
        if (leads && !stillLeads) {
            elected(now);
        }
        leading = leads;
        term = now.currentTerm();
        durable = now.durable().index();
        require(durable <= now.last().index(), "Durable", durable + " of a log that ends at " + now.last());
    }

    /** The entries committed here since the last event, as the server holds them; all of them are on its log. */
    List<EntryId> newlyCommitted(Inspection now) {
        if (now.commitIndex() == commitIndex) {
            return List.of();
        }
        require(now.commitIndex() > commitIndex, "commitIndex never falls", commitIndex + " → " + now.commitIndex());
        require(
                now.commitIndex() <= now.last().index(),
                "Commits what it has",
                now.commitIndex() + " of " + now.last());
        List<EntryId> fresh = new ArrayList<>();
        for (long index = commitIndex + 1; index <= now.commitIndex(); index++) {
            fresh.add(new EntryId(index, now.termAt(index)));
        }
        commitIndex = now.commitIndex();
        return fresh;
    }

    /** If an entry was committed in an earlier term, it is in the log of this leader (Leader Completeness, §5.4). */
    private void elected(Inspection now) {
        ledger.leads(id, now.currentTerm());
        for (Committed entry : ledger.committed()) {
            boolean due = entry.inTerm() < now.currentTerm();
            require(!due || holds(entry.id()), "Leader Completeness", "elected without " + entry);
        }
    }

    private void compareLog(Inspection now, boolean stillLeads) {
        EntryId last = new EntryId(terms.size() - 1, terms.get(terms.size() - 1));
        if (now.last().equals(last)) {
            return;
        }
        boolean kept = now.last().index() >= last.index() && now.termAt(last.index()) == last.term();
        require(kept || !stillLeads, "Leader Append-Only", "lost " + last + ", has " + now.last());
        copyLog(now);
    }

    private void copyLog(Inspection now) {
        long same = Math.min(terms.size() - 1, now.last().index());
        while (terms.get((int) same) != now.termAt(same)) {
            same--;
        }
        require(same >= commitIndex, "Committed entries stay", "truncated to " + same + " below " + commitIndex);
        truncations += terms.size() - 1 - same;
        terms.subList((int) same + 1, terms.size()).clear();
        for (long index = same + 1; index <= now.last().index(); index++) {
            EntryId before = new EntryId(index - 1, terms.get((int) index - 1));
            terms.add(now.termAt(index));
            ledger.follows(new EntryId(index, now.termAt(index)), before);
        }
    }

    private void require(boolean holds, String rule, String seen) {
        if (!holds) {
            throw new Violation(rule, id + " " + seen);
        }
    }
}
