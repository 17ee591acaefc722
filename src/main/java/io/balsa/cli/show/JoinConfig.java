package io.balsa.cli.show;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;

/** The configuration file of a node that is to join a cluster. */
public final class JoinConfig {
    private JoinConfig() {}

    /**
     * The file, ready to be saved.
     *
     * @param peers members to ask, and the node itself
     */
    public static Answer of(String cluster, String group, String id, NavigableMap<String, String> peers) {
        StringBuilder file = new StringBuilder()
                .append("# Save as conf/")
                .append(id)
                .append(".conf, and start with bin/node.sh conf/")
                .append(id)
                .append(".conf. What the other nodes' files\n# say besides, of timing for example, belongs here too.\n")
                .append("raft {\n")
                .append("  cluster-id = \"")
                .append(cluster)
                .append("\"\n")
                .append("  group = \"")
                .append(group)
                .append("\"\n")
                .append("  node-id = \"")
                .append(id)
                .append("\"\n")
                .append("  join = on\n")
                .append("  peers {\n");
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
