package io.balsa.cli.show;

import io.balsa.show.Answer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;

/** The configuration file of a node that is to join a cluster. */
public final class JoinConfig {
    private static final String HEAD = """
            # Save as conf/%1$s.conf, and start with bin/node.sh conf/%1$s.conf. What the other nodes' files
            # say besides, of timing for example, belongs here too.
            raft {
              cluster-id = "%2$s"
              group = "%3$s"
              node-id = "%1$s"
              join = on
              peers {
            """;

    private JoinConfig() {}

    /**
     * The file, ready to be saved.
     *
     * @param peers members to ask, and the node itself
     */
    public static Answer of(String cluster, String group, String id, NavigableMap<String, String> peers) {
        StringBuilder file = new StringBuilder(HEAD.formatted(id, cluster, group));
        peers.forEach((name, address) -> file.append("    \"")
                .append(name)
                .append("\" = \"")
                .append(address)
                .append("\"\n"));
        file.append("  }\n}");
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("address", peers.get(id));
        json.put("config", file.toString());
        return Answer.of(json, file.toString());
    }
}
