package io.balsa.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What clients asked and were told, judged at the end against the list that all servers have agreed on.
 *
 * <p>Every word is unique and the state is the list of all words, so that linearizability comes down to order: a read
 * returns a beginning of the final list, with all that was acknowledged before it was asked, and nothing that was asked
 * for only after it was answered; and nothing that was asked for only after a word was acknowledged stands before it.
 */
final class History {
    private final Map<String, Integer> invoked = new HashMap<>();
    private final Map<String, Long> acknowledged = new TreeMap<>();
    private final Map<String, Integer> answered = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final Set<String> repeated = new HashSet<>();
    private final List<Read> reads = new ArrayList<>();
    private final List<String> orderOfAcknowledgement = new ArrayList<>();
    private int clock;
    private int longestRead;

    /** A read from the time it was first asked to the time it was answered. */
    private record Read(Fingerprint seen, int acknowledgedBefore, int leastLength, int answered) {}

    /** What was certain when a read was asked. */
    record Asked(int acknowledged, int leastLength) {}

    void invokes(String word) {
        invoked.put(word, clock++);
    }

    /**
     * The network makes two of the request that carries this word, as no connection of production does. One of them may
     * be turned away, and the client told so, and the other taken; then the client cannot know better.
     */
    void repeats(String word) {
        repeated.add(word);
    }

    void acknowledges(String word, long index) {
        Long first = acknowledged.putIfAbsent(word, index);
        if (first == null) {
            orderOfAcknowledgement.add(word);
            answered.put(word, clock++);
        } else if (first != index) {
            throw new Violation("Exactly once", word + " was applied at " + first + " and at " + index);
        }
    }

    /** The answer said that nothing was done. */
    void refuses(String word) {
        refused.add(word);
    }

    Asked asks() {
        return new Asked(orderOfAcknowledgement.size(), longestRead);
    }

    /** A read that may be stale: nothing is certain to be in it. */
    Asked asksStale() {
        return new Asked(0, 0);
    }

    void reads(Asked asked, Fingerprint seen) {
        reads.add(new Read(seen, asked.acknowledged(), asked.leastLength(), clock++));
        longestRead = Math.max(longestRead, seen.length());
    }

    int acknowledgements() {
        return acknowledged.size();
    }

    int readCount() {
        return reads.size();
    }

    int refusals() {
        return refused.size();
    }

    /** Compares everything with the final list. */
    void judge(List<String> words) {
        Map<String, Integer> places = new HashMap<>();
        for (String word : words) {
            require(places.put(word, places.size()) == null, "Exactly once", word + " is there twice");
            require(invoked.containsKey(word), "Nobody asked for it", word);
            boolean applied = refused.contains(word) && !repeated.contains(word);
            require(!applied, "Refused means never applied", word);
        }
        for (String word : acknowledged.keySet()) {
            require(places.containsKey(word), "Acknowledged means there for ever", word + " is gone");
        }
        checkOrderOfIndexes(words);
        Beginnings beginnings = beginnings(words, places);
        answered.forEach((word, time) -> {
            int latest = beginnings.lastInvoked().get(places.get(word));
            require(latest < time, "A write follows no later one", "one asked for after the answer to " + word);
        });
        reads.forEach(read -> judge(read, beginnings));
    }

    /**
     * What reads are compared with.
     *
     * @param fingerprints of the first so many words of the list
     * @param lastInvoked when the last of so many first words was asked for
     * @param lastPlaces the last place among the words acknowledged first
     */
    private record Beginnings(List<Fingerprint> fingerprints, List<Integer> lastInvoked, List<Integer> lastPlaces) {}

    private Beginnings beginnings(List<String> words, Map<String, Integer> places) {
        List<Fingerprint> fingerprints = new ArrayList<>(List.of(Fingerprint.EMPTY));
        List<Integer> lastInvoked = new ArrayList<>(List.of(-1));
        for (String word : words) {
            fingerprints.add(fingerprints.get(fingerprints.size() - 1).and(word));
            lastInvoked.add(Math.max(lastInvoked.get(lastInvoked.size() - 1), invoked.get(word)));
        }
        List<Integer> lastPlaces = new ArrayList<>(List.of(-1));
        for (String word : orderOfAcknowledgement) {
            lastPlaces.add(Math.max(lastPlaces.get(lastPlaces.size() - 1), places.get(word)));
        }
        return new Beginnings(fingerprints, lastInvoked, lastPlaces);
    }

    private void checkOrderOfIndexes(List<String> words) {
        long last = 0;
        for (String word : words) {
            Long index = acknowledged.get(word);
            require(index == null || index > last, "In the order of the log", word + " at " + index);
            last = index == null ? last : index;
        }
    }

    private static void judge(Read read, Beginnings beginnings) {
        int length = read.seen().length();
        List<Fingerprint> fingerprints = beginnings.fingerprints();
        boolean beginning =
                length < fingerprints.size() && fingerprints.get(length).equals(read.seen());
        require(beginning, "A read sees the beginning of the list", length + " words that are not its first");
        require(length >= read.leastLength(), "Reads never go back", length + " after " + read.leastLength());
        int due = beginnings.lastPlaces().get(read.acknowledgedBefore());
        require(due < length, "A read sees what was acknowledged before", "number " + due + " is missing");
        int latest = beginnings.lastInvoked().get(length);
        require(latest < read.answered(), "A read sees no future", "a word that was asked for after the answer");
    }

    private static void require(boolean holds, String rule, String seen) {
        if (!holds) {
            throw new Violation(rule, seen);
        }
    }
}
