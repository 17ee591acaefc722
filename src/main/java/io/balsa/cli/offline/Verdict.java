package io.balsa.cli.offline;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Snapshot;
import io.balsa.show.Answer;
import io.balsa.show.Table;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.Storage;
import io.balsa.storage.ballot.Ballot;
import io.balsa.storage.offline.Examination;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code log verify} says of a folder. */
record Verdict(Examination found, Examination.Contents contents) {

    Answer toAnswer() {
        return Answer.of(json(), table());
    }

    static Answer corrupt(String folder, CorruptionException damage) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("folder", folder);
        json.put("intact", false);
        json.put("file", damage.file());
        json.put("offset", damage.offset());
        json.put("reason", damage.reason());
        return Answer.of(json, damage.getMessage());
    }

    static Map<String, Object> fields(Storage.TornTail tail) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", tail.file());
        fields.put("offset", tail.offset());
        fields.put("reason", tail.reason());
        fields.put("firstLost", tail.firstLost());
        return fields;
    }

    private Map<String, Object> json() {
        Ballot ballot = found.ballot();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("folder", found.toString());
        json.put("intact", found.passedOver().isEmpty());
        json.put("cluster", found.identity().clusterId());
        json.put("group", found.identity().group());
        json.put("node", found.identity().nodeId());
        json.put("storageId", storageId());
        json.put("term", ballot.currentTerm());
        json.put("votedFor", ballot.votedFor().map(NodeId::name).orElse(null));
        json.put("firstIndex", found.firstIndex());
        json.put("lastIndex", found.last().index());
        json.put("lastTerm", found.last().term());
        json.put("entries", contents.entries());
        json.put("bytes", contents.bytes());
        json.put("syncedThrough", found.syncedThrough());
        json.put(
                "snapshotIndex",
                found.snapshot().map(Snapshot::last).map(EntryId::index).orElse(null));
        json.put("configuration", found.configuration().map(Verdict::fields).orElse(null));
        json.put("truncation", found.truncates());
        json.put("tornTail", found.tornTail().map(Verdict::fields).orElse(null));
        return json;
    }

    private static Map<String, Object> fields(Map.Entry<Long, Configuration> configuration) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("index", configuration.getKey());
        fields.put("members", configuration.getValue().members());
        fields.put("voters", names(configuration.getValue().voters()));
        fields.put("outgoing", names(configuration.getValue().outgoing()));
        return fields;
    }

    private static List<String> names(Set<NodeId> nodes) {
        return nodes.stream().map(NodeId::name).toList();
    }

    private Table table() {
        Ballot ballot = found.ballot();
        String vote = ballot.votedFor().map(node -> ", voted for " + node).orElse(", no vote in it");
        Table table = new Table("WHAT", "FOUND")
                .row("folder", found)
                .row("identity", found.identity().nodeId() + " of cluster " + cluster() + ", storage id " + storageId())
                .row("ballot", "term " + ballot.currentTerm() + vote)
                .row("log", contents.entries() + " entries, " + contents.bytes() + " bytes, the last " + found.last())
                .row("snapshot", found.snapshot().map(Verdict::words).orElse("none"))
                .row("known synced", "up to index " + found.syncedThrough())
                .row("configuration", found.configuration().map(Verdict::words).orElse("none in the log"));
        if (found.truncates()) {
            table.row("truncation", "interrupted by a crash; the next start finishes it");
        }
        Optional<String> cut = found.tornTail().map(tail -> "the next start would have " + tail);
        return table.row("torn tail", cut.orElse("none"))
                .row(
                        "verdict",
                        found.passedOver().map(damage -> "a start " + damage).orElse("intact"));
    }

    private static String words(Snapshot snapshot) {
        return "intact, up to " + snapshot.last();
    }

    private static String words(Map.Entry<Long, Configuration> configuration) {
        return "voters " + configuration.getValue().voters() + " since index " + configuration.getKey();
    }

    private String cluster() {
        return found.identity().clusterId() + ", group " + found.identity().group();
    }

    private String storageId() {
        return HexFormat.of().toHexDigits(found.identity().storageId());
    }
}
