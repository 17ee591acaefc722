package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.Connection;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, each with a small disk of its own, of which one is full for a while. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FullDiskIT {
    private static final int SEGMENT = 64 << 10;
    private static final String VALUE = "v".repeat(4000);

    private final Map<String, SmallDisk> disks = new TreeMap<>();
    private final Map<String, Long> acknowledged = new LinkedHashMap<>();
    private NodeProcesses nodes;
    private String leader;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        nodes = new NodeProcesses(folder, "storage { segment-size = 64 KiB, full-retry-interval = 200 ms }");
        for (String id : nodes.ids()) {
            SmallDisk disk = SmallDisk.mount(folder.resolve(id), "4m");
            disks.put(id, disk);
            nodes.set(id, "raft.data-dir = \"" + disk.folder() + "\"");
        }
        nodes.startAll();
    }

    @BeforeEach
    void findLeader() throws Exception {
        leader = nodes.awaitLeader();
        nodes.forgetSaid();
    }

    @AfterAll
    void stop() throws Exception {
        nodes.close();
        for (SmallDisk disk : disks.values()) {
            disk.close();
        }
    }

    @Test
    void aLeaderWithAFullDiskHandsOverAndComesBackWhenThereIsRoom() throws Exception {
        try (Connection connection = nodes.connect()) {
            KeyValueClient client = new KeyValueClient(connection);
            write(client, 10);
            disks.get(leader).fillUpTo(SEGMENT / 2);
            nodes.await("a full disk", () -> {
                write(client, 1);
                return said(leader, "the disk is full");
            });
            nodes.await("another leader", () -> nodes.others(leader).stream().anyMatch(nodes::leads));
            assertThat(said(leader, leader + " hands over to ")).isTrue();
            assertThat(nodes.verb("diagnose").text())
                    .containsPattern("disk-full +" + leader + " +\\d+ s +its disk has");
            write(client, 40);
            assertThat(nodes.process(leader).isAlive()).isTrue();

            disks.get(leader).makeRoom();
            nodes.await("room", () -> said(leader, "the disk has room again"));
            write(client, 10);
        }
        verify();
    }

    @Test
    void aNodeThatCannotSaveItsVoteEndsAndComesBackWhenThereIsRoom() throws Exception {
        String full = nodes.others(leader).get(0);
        try (Connection connection = nodes.connect()) {
            write(new KeyValueClient(connection), 5);
        }
        disks.get(full).fillUpTo(0);

        assertThat(nodes.stop(leader)).isZero();

        assertThat(nodes.awaitEnd(full)).isEqualTo(8);
        assertThat(nodes.said(full).get(nodes.said(full).size() - 1))
                .contains(" ERROR ")
                .contains("cannot save term and vote")
                .contains("No space left on device")
                .contains("free space in " + disks.get(full).folder());
        disks.get(full).makeRoom();
        nodes.start(full, leader);
        nodes.awaitLeader();
        verify();
    }

    private void write(KeyValueClient client, int count) {
        for (int i = 0; i < count; i++) {
            String key = "k" + acknowledged.size();
            acknowledged.put(key, client.put(key, VALUE));
        }
    }

    private boolean said(String id, String words) throws Exception {
        return nodes.said(id).stream().anyMatch(line -> line.contains(words));
    }

    private void verify() throws Exception {
        nodes.awaitEqualLogs();
        for (String id : nodes.ids()) {
            WrittenLog log = nodes.log(id);
            assertThat(acknowledged)
                    .allSatisfy((key, index) -> assertThat(log.indexOf(key)).isEqualTo(index));
        }
    }
}
