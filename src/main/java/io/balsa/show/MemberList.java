package io.balsa.show;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who belongs to the cluster, and who of them votes. */
public final class MemberList {
    private MemberList() {}

    public static Answer of(ClusterView view) {
        Table table = new Table("NODE", "ADDRESS", "VOTER", "STATE");
        List<Map<String, Object>> members = new ArrayList<>();
        for (ClusterView.Node node : view.nodes().values()) {
            Long trails = node.trails().isPresent() ? node.trails().getAsLong() : null;
            table.row(node.id(), node.address(), node.vote(), node.state());
            Map<String, Object> member = new LinkedHashMap<>();
            member.put("id", node.id());
            member.put("address", node.address());
            member.put("voter", node.isVoter());
            member.put("state", node.state());
            member.put("role", node.isOutgoing() ? "outgoing" : node.isVoter() ? "voter" : "learner");
            member.put("trails", trails);
            members.add(member);
        }
        return Answer.of(Map.of("members", members), table);
    }
}
