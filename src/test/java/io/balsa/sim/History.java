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
 * for only after it was answered.
 */
final class History {
    private final Map<String, Integer> invoked = new HashMap<>();
    private final Map<String, Long> acknowledged = new TreeMap<>();
    private final Set<String> refused = new HashSet<>();
    private final List<Read> reads = new ArrayList<>();
    private final List<String> orderOfAcknowledgement = new ArrayList<>();
    private int clock;
    private int longestRead;

    /** A read from the time it was first asked to the time it was answered. */
    private record Read(List<String> words, int acknowledgedBefore, int leastLength, int answered) {}

    /** What was certain when a read was asked. */
    record Asked(int acknowledged, int leastLength) {}

    void invokes(String word) {
        invoked.put(word, clock++);
    }

    void acknowledges(String word, long index) {
        Long first = acknowledged.putIfAbsent(word, index);
        if (first == null) {
            orderOfAcknowledgement.add(word);
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

    void reads(Asked asked, List<String> words) {
        reads.add(new Read(words, asked.acknowledged(), asked.leastLength(), clock++));
        longestRead = Math.max(longestRead, words.size());
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
            require(!refused.contains(word), "Refused means never applied", word);
        }
        for (String word : acknowledged.keySet()) {
            require(places.containsKey(word), "Acknowledged means there for ever", word + " is gone");
        }
        checkOrderOfIndexes(words);
        reads.forEach(read -> judge(read, words, places));
    }

    private void checkOrderOfIndexes(List<String> words) {
        long last = 0;
        for (String word : words) {
            Long index = acknowledged.get(word);
            require(index == null || index > last, "In the order of the log", word + " at " + index);
            last = index == null ? last : index;
        }
    }

    private void judge(Read read, List<String> words, Map<String, Integer> places) {
        int length = read.words().size();
        boolean beginning = length <= words.size() && words.subList(0, length).equals(read.words());
        require(beginning, "A read sees the beginning of the list", read.words() + " of " + words);
        require(length >= read.leastLength(), "Reads never go back", length + " after " + read.leastLength());
        for (String word : orderOfAcknowledgement.subList(0, read.acknowledgedBefore())) {
            require(places.get(word) < length, "A read sees what was acknowledged before", word + " is missing");
        }
        for (String word : read.words()) {
            require(invoked.get(word) < read.answered(), "A read sees no future", word);
        }
    }

    private static void require(boolean holds, String rule, String seen) {
        if (!holds) {
            throw new Violation(rule, seen);
        }
    }
}
