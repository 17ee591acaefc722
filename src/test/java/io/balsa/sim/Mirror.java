package io.balsa.sim;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.role.Observer.Inspection;
import io.balsa.sim.Ledger.Committed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What one server looked like after the last event, over all its incarnations, to be compared with what it looks like
 * now. All checks here concern one server and the {@link Ledger}.
 */
final class Mirror {
    private static final String LEADER = "Leader";

    private final NodeId id;
    private final Ledger ledger;
    private final Constitutions constitutions;
    private final NavigableMap<Long, Configuration> configurations = new TreeMap<>();
    private final List<Long> terms = new ArrayList<>(List.of(0L));
    private long term;
    private long commitIndex;
    private long truncations;
    private long durable;
    private boolean leading;
    private boolean peersPlayed;
    private EntryId snapshot = EntryId.NONE;
    private long base;
    private long snapshots;
    private long compactions;
    private Configuration before;

    /**
     * @param first the configuration it begins with
     */
    Mirror(NodeId id, Ledger ledger, Constitutions constitutions, Configuration first) {
        this.id = id;
        this.ledger = ledger;
        this.constitutions = constitutions;
        this.before = first;
        configurations.put(0L, first);
    }

    /** The newest configuration in its log, which it goes by (§6). */
    Configuration inForce() {
        return configurations.lastEntry().getValue();
    }

    /** The one it went by before the last event. */
    Configuration inForceBefore() {
        return before;
    }

    /** Where the configuration before the newest one stands. */
    long indexBefore() {
        Long index = configurations.lowerKey(configurations.lastKey());
        return index == null ? 0 : index;
    }

    /** How many configurations its log holds behind this index. */
    int configurationsBehind(long index) {
        return configurations.tailMap(index, false).size();
    }

    /** Those from the one that it went by at this index on. */
    Collection<Configuration> configurationsFrom(long index) {
        return configurations.tailMap(configurations.floorKey(index), true).values();
    }

    /** What is committed is known to the test alone. */
    void peersArePlayed() {
        peersPlayed = true;
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

    /** Index of the last entry. */
    long last() {
        return terms.size() - 1L;
    }

    /**
     * Whether it has confirmed that this entry is on its synced disk, in its log or in a snapshot: one of the leader's
     * may count before the log has come as far, when entries that were on their way for long have overtaken it.
     */
    boolean holdsDurably(EntryId entry) {
        return entry.index() <= Math.max(durable, snapshot.index()) && holds(entry);
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
        // A snapshot that was being installed may have come into the place of the log, or be in it by now.
        boolean installed = !holds(now.base());
        require(
                installed || now.last().index() >= durable,
                "Durable",
                "log ends at " + now.last() + ", was durable to " + durable);
        for (long index = now.base().index(); index <= durable && !installed; index++) {
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
        snapshot = now.snapshot();
        base = now.base().index();
        copyLog(now);
        before = inForce();
        durable = now.durable().index();
    }

    /** Compares a living server with what it was, and notes what it is. */
    void compare(Inspection now) {
        require(now.currentTerm() >= term, "Terms never fall", term + " → " + now.currentTerm());
        before = inForce();
        boolean leads = now.role().equals(LEADER);
        boolean stillLeads = leading && leads && now.currentTerm() == term;
        compareLog(now, stillLeads);
        if (leads && !stillLeads) {
            elected(now);
        }
        leading = leads;
        term = now.currentTerm();
        compareSnapshot(now);
        durable = now.durable().index();
        require(durable <= now.last().index(), "Durable", durable + " of a log that ends at " + now.last());
    }

    /** No entry leaves the log before a snapshot includes it, and no snapshot includes what is not committed (§7). */
    private void compareSnapshot(Inspection now) {
        EntryId newest = now.snapshot();
        EntryId begins = now.base();
        require(newest.index() >= snapshot.index(), "Snapshots never go back", snapshot + " → " + newest);
        require(
                newest.index() <= now.commitIndex(),
                "Snapshots hold what is committed",
                "its newest ends at " + newest);
        require(begins.index() <= newest.index(), "Compacted behind a snapshot", "from " + begins + ", not " + newest);
        require(begins.index() >= base, "Compacted once", base + " → " + begins);
        snapshots += newest.equals(snapshot) ? 0 : 1;
        compactions += begins.index() == base ? 0 : 1;
        snapshot = newest;
        base = begins.index();
    }

    /** The last entry that its newest snapshot includes. */
    EntryId snapshot() {
        return snapshot;
    }

    /** How often its newest snapshot was another one than before. */
    long snapshots() {
        return snapshots;
    }

    /** How often its log began later than before. */
    long compactions() {
        return compactions;
    }

    /** The id of the entry at an index of its log, or of one that its snapshot includes. */
    EntryId idAt(long index) {
        return new EntryId(index, terms.get((int) index));
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
            fresh.add(new EntryId(index, terms.get((int) index)));
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

    /** "A server always uses the latest configuration in its log", committed or not (§6). */
    private void compareConfiguration(Inspection now) {
        if (peersPlayed && now.configurationIndex() <= now.snapshot().index()) {
            // it has this from a snapshot that the test made up
            configurations.put(now.configurationIndex(), now.configuration());
        }
        long index = configurations.lastKey();
        boolean latest =
                now.configurationIndex() == index && now.configuration().equals(inForce());
        require(latest, "Latest configuration", "goes by the one at " + now.configurationIndex() + ", not " + index);
    }

    private void compareLog(Inspection now, boolean stillLeads) {
        EntryId last = new EntryId(terms.size() - 1, terms.get(terms.size() - 1));
        if (now.last().equals(last)) {
            compareConfiguration(now);
            return;
        }
        boolean kept = now.last().index() >= last.index()
                && (last.index() < now.base().index() || now.termAt(last.index()) == last.term());
        require(kept || !stillLeads, "Leader Append-Only", "lost " + last + ", has " + now.last());
        copyLog(now);
    }

    /** What a server's log begins behind was committed: the rest of its snapshot is known from that (§7). */
    private void adopt(EntryId base) {
        if (holds(base)) {
            return;
        }
        List<Committed> committed = ledger.committed();
        boolean known = base.index() <= committed.size()
                && committed.get((int) base.index() - 1).id().equals(base);
        require(known || peersPlayed, "Snapshots hold what is committed", "its log begins behind " + base);
        terms.subList(1, terms.size()).clear();
        for (int index = 1; index <= base.index(); index++) {
            terms.add(known ? committed.get(index - 1).id().term() : base.term());
        }
        configurations.tailMap(0L, false).clear();
        for (long index = 1; index <= base.index(); index++) {
            EntryId entry = idAt(index);
            constitutions.at(entry).ifPresent(configuration -> configurations.put(entry.index(), configuration));
        }
    }

    /** Whatever it holds behind its base can be asked for, and what is before is known. */
    private EntryId idOf(long index, Inspection now) {
        return index <= now.base().index() ? idAt(index) : new EntryId(index, now.termAt(index));
    }

    private void copyLog(Inspection now) {
        adopt(now.base());
        long told = now.configurationIndex();
        if (told > 0) {
            constitutions.holds(idOf(told, now), now.configuration());
        }
        long same = Math.min(terms.size() - 1, now.last().index());
        while (same > now.base().index() && terms.get((int) same) != now.termAt(same)) {
            same--;
        }
        require(same >= commitIndex, "Committed entries stay", "truncated to " + same + " below " + commitIndex);
        truncations += terms.size() - 1 - same;
        terms.subList((int) same + 1, terms.size()).clear();
        configurations.tailMap(same, false).clear();
        for (long index = same + 1; index <= now.last().index(); index++) {
            EntryId preceding = new EntryId(index - 1, terms.get((int) index - 1));
            terms.add(now.termAt(index));
            EntryId entry = new EntryId(index, now.termAt(index));
            ledger.follows(entry, preceding);
            constitutions.at(entry).ifPresent(configuration -> adopt(entry, configuration));
        }
        compareConfiguration(now);
    }

    /** There is no time when two configurations, one after the other, could decide without each other (§6). */
    private void adopt(EntryId entry, Configuration configuration) {
        Configuration last = inForce();
        boolean agree = last.members().isEmpty() || Constitutions.agree(last, configuration);
        require(agree, "Majorities intersect", "has " + configuration + " at " + entry + " after " + last);
        configurations.put(entry.index(), configuration);
    }

    private void require(boolean holds, String rule, String seen) {
        if (!holds) {
            throw new Violation(rule, id + " " + seen);
        }
    }
}
