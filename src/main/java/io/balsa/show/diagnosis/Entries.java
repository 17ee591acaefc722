package io.balsa.show.diagnosis;

import io.balsa.show.diagnosis.Finding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether those who are named are found where they are said to be. */
final class Entries {
    private static final String HERE = "the configuration of this client";

    private Entries() {}

    /** Somebody, and where he is said to be. */
    private record Entry(String id, String address) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return (id + " " + address).compareTo(other.id + " " + other.address);
        }
    }

    static List<Finding> check(Map<String, String> asked, Map<String, Heard> heard) {
        SortedMap<Entry, Set<String>> entries = new TreeMap<>();
        asked.forEach((id, address) -> note(entries, new Entry(id, address), HERE));
        heard.values().forEach(one -> one.status().ifPresent(status -> status.peers()
                .forEach(peer -> note(entries, new Entry(peer.node(), peer.address()), status.node()))));
        List<Finding> findings = new ArrayList<>();
        entries.forEach((entry, holders) -> {
            Heard there = heard.get(entry.address());
            if (there != null && isWrong(entry, there)) {
                findings.add(finding(entry, there, String.join(", ", holders)));
            }
        });
        return findings;
    }

    private static void note(Map<Entry, Set<String>> entries, Entry entry, String holder) {
        entries.computeIfAbsent(entry, fresh -> new TreeSet<>()).add(holder);
    }

    /** An address that was typed names nobody, so that whoever answers there is right. */
    private static boolean isWrong(Entry entry, Heard there) {
        boolean typed = entry.id().equals(entry.address());
        boolean another = there.answers() && !there.id().equals(entry.id()) && !typed;
        return another || there.refusal().isPresent();
    }

    private static Finding finding(Entry entry, Heard there, String holders) {
        String who = there.refusal().orElse(there.id() + " answers there");
        return Finding.of(
                Kind.WRONG_ENTRY,
                entry.id(),
                "by " + holders + " it is at " + entry.address() + ", but: " + who,
                "correct raft.peers." + entry.id() + " there; see client.sh member list, and bin/node.sh CONF --check");
    }
}
