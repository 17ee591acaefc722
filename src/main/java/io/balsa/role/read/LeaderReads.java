package io.balsa.role.read;

import io.balsa.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Linearizable reads of a leader (§8, thesis §6.4): each is let through once a majority has confirmed, in a round begun
 * after it came, that this is still the leader; it must then see what was committed when the round began.
 *
 * <p>Many reads share a round; one round is under way at a time. A follower that asks for its own readers is one more
 * of them; when it asks again, its earlier question is dropped, so that there is one of each follower at most.
 */
public final class LeaderReads {
    private static final long NONE = Long.MAX_VALUE;

    private final Deque<Waiting> gathering = new ArrayDeque<>();
    private final Map<NodeId, Reader> followers = new TreeMap<>();
    private List<Reader> confirming = new ArrayList<>();
    private long round = NONE;
    private long readIndex;

    /**
     * @param since when it came
     */
    private record Waiting(Reader reader, long since) {}

    public void add(Reader reader, long now) {
        gathering.add(new Waiting(reader, now));
    }

    /** A follower asks. */
    public void add(NodeId follower, Reader reader) {
        followers.put(follower, reader);
    }

    /** Whether reads wait for a round and none is under way. */
    public boolean needRound() {
        return round == NONE && !(gathering.isEmpty() && followers.isEmpty());
    }

    /**
     * The messages of this round are sent from now on; all reads gathered so far join it.
     *
     * @param commitIndex at least as new as any of them has a right to see
     */
    public void begin(long newRound, long commitIndex) {
        round = newRound;
        readIndex = commitIndex;
        confirming = gather();
    }

    /** A majority has answered {@code confirmed} or a later round: lets the reads of earlier rounds through. */
    public void confirm(long confirmed) {
        if (confirmed < round) {
            return;
        }
        confirming.forEach(reader -> reader.read(readIndex));
        confirming = new ArrayList<>();
        round = NONE;
    }

    /**
     * Refuses those who have waited for a round since before {@code moment}: none can begin before the first entry of
     * the term is committed, and that may take for ever while heartbeats are answered.
     */
    public void expire(long moment) {
        while (!gathering.isEmpty() && gathering.peekFirst().since() < moment) {
            gathering.removeFirst().reader().refuse();
        }
    }

    /** Refuses all that wait: this server leads no longer. */
    public void refuse() {
        confirming.addAll(gather());
        confirming.forEach(Reader::refuse);
        confirming = new ArrayList<>();
        round = NONE;
    }

    private List<Reader> gather() {
        List<Reader> gathered = new ArrayList<>(gathering.size() + followers.size());
        gathering.forEach(waiting -> gathered.add(waiting.reader()));
        gathered.addAll(followers.values());
        followers.clear();
        gathering.clear();
        return gathered;
    }
}
