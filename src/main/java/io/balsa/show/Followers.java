package io.balsa.show;

import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a leader knows of its followers: what each needs next. */
public final class Followers {
    private Followers() {}

    public static Answer of(Status leader) {
        Table table = new Table("NODE", "NEXT", "MATCH", "TRAILS", "CONTACT", "STATE");
        List<Map<String, Object>> followers = new ArrayList<>();
        for (Peer peer : among(leader)) {
            long trails = Math.max(0, leader.last().index() - peer.matchIndex());
            Long contact = peer.lastContactMs() < 0 ? null : peer.lastContactMs();
            table.row(peer.node(), peer.nextIndex(), peer.matchIndex(), trails, contact(contact), peer.state());
            followers.add(fields(peer, trails, contact));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("leader", leader.node());
        json.put("term", leader.term());
        json.put("last", leader.last().index());
        json.put("commit", leader.commitIndex());
        json.put("followers", followers);
        String title = "leader " + leader.node() + "  term " + leader.term() + "  last "
                + leader.last().index() + "  commit " + leader.commitIndex();
        return Answer.of(json, title, table);
    }

    private static Map<String, Object> fields(Peer peer, long trails, Long contact) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", peer.node());
        fields.put("nextIndex", peer.nextIndex());
        fields.put("matchIndex", peer.matchIndex());
        fields.put("trails", trails);
        fields.put("lastContact", contact);
        fields.put("state", peer.state());
        return fields;
    }

    /** Servers list themselves as well. */
    private static List<Peer> among(Status leader) {
        return leader.peers().stream()
                .filter(peer -> !peer.node().equals(leader.node()))
                .toList();
    }

    private static String contact(Long millis) {
        return millis == null ? null : millis + " ms";
    }
}
