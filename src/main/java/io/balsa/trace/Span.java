package io.balsa.trace;

import io.balsa.model.Entries;
import java.util.ArrayList;
import java.util.List;

/** Consecutive entries of one term, both ends included. */
public record Span(long from, long to, long term) {

    /** The entries of a block, one span for each term in it. */
    static List<Span> of(Entries entries) {
        List<Span> spans = new ArrayList<>();
        if (entries.isEmpty()) {
            return spans;
        }
        long first = entries.first().index();
        long end = entries.last().index();
        for (long index = first; index <= end; index++) {
            long term = entries.id(index).term();
            if (index == end || entries.id(index + 1).term() != term) {
                spans.add(new Span(first, index, term));
                first = index + 1;
            }
        }
        return spans;
    }

    @Override
    public String toString() {
        return (from == to ? from : from + "–" + to) + "@" + term;
    }
}
