package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.Typed.Result;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.storage.FileDisk;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageOptions;
import io.balsa.storage.ballot.Ballot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that save a log, and those that let one go on. */
final class BackupToolsTest {
    private static final NodeId NODE = NodeId.of("n1");
    private static final Map<NodeId, String> MEMBERS = Map.of(NODE, "a1", NodeId.of("n2"), "a2");
    private static final StorageOptions OPTIONS =
            new StorageOptions("demo", "main", NODE, true, 1 << 16, 0, () -> 0x4711);

    private final Typed typed = new Typed(new InMemoryCluster());

    @TempDir
    private Path top;

    private String data;
    private String file;

    @BeforeEach
    void write() throws IOException {
        data = top.resolve("data").toString();
        file = top.resolve("n1.backup").toString();
        try (Storage storage = Storage.open(new FileDisk(top.resolve("data/n1/main")), OPTIONS)) {
            storage.ballots().save(new Ballot(3, Optional.of(NODE), new TreeMap<>(Map.of(NodeId.of("n2"), 7L))));
            Payload[] payloads = {new Payload.NoOp(), new Payload.Reconfigure(Configuration.of(MEMBERS))};
            for (int i = 0; i < payloads.length; i++) {
                LogEntry entry = new LogEntry(new EntryId(i + 1, 2), i, payloads[i]);
                storage.log().append(storage.log().epoch(), List.of(Entries.of(entry)));
                storage.log().sync();
            }
        }
    }

    @Test
    void saveAndInspectSayWhatIsInIt() {
        Result saved = typed.run("backup", "save", file, "--data", data);

        assertThat(saved.code()).as(saved.err()).isZero();
        assertThat(saved.text()).contains("n1 of cluster demo", "2 entries, the last (2@2)", "{n1=a1, n2=a2}");
        assertThat(typed.run("backup", "inspect", file).text()).isEqualTo(saved.text());
        assertThat(typed.run("-o", "json", "backup", "inspect", file).text())
                .contains("\"cluster\":\"demo\",\"group\":\"main\",\"node\":\"n1\",\"term\":3,"
                        + "\"snapshotIndex\":0,\"entries\":2,"
                        + "\"lastIndex\":2,\"lastTerm\":2,\"members\":{\"n1\":\"a1\",\"n2\":\"a2\"}}");
    }

    @Test
    void aDamagedBackupIsCodeFiveAndAMissingOneCodeTwo() throws IOException {
        typed.run("backup", "save", file, "--data", data);
        byte[] bytes = Files.readAllBytes(Path.of(file));
        bytes[bytes.length / 2] ^= 1;
        Files.write(Path.of(file), bytes);

        assertThat(typed.run("backup", "inspect", file).code()).isEqualTo(5);
        assertThat(restore("new", "data-2").code()).isEqualTo(5);
        assertThat(top.resolve("data-2")).doesNotExist();
        assertThat(typed.run("backup", "inspect", file + "x").code()).isEqualTo(2);
        assertThat(Path.of(file + "x")).doesNotExist();
    }

    @Test
    void restoreMakesTheFolderOfANodeOfANewCluster() {
        typed.run("backup", "save", file, "--data", data);

        Result restored = restore("new", "data-2", "--peers", "n1=10.0.0.1:7051");

        assertThat(restored.code()).as(restored.err()).isZero();
        assertThat(restored.text()).contains("restored 2 entries into " + top.resolve("data-2/n1/main"), "voters [n1]");
        Result verified = typed.run(
                "-o", "json", "log", "verify", "--data", top.resolve("data-2").toString());
        assertThat(verified.text())
                .contains("\"cluster\":\"new\"", "\"votedFor\":\"n1\"", "\"entries\":3")
                .contains("\"members\":{\"n1\":\"pekko://raft@10.0.0.1:7051/user/raft\"}")
                .doesNotContain("\"storageId\":\"0000000000004711\"");
        assertThat(restore("new", "data-2").code()).as("not empty any more").isEqualTo(7);
    }

    @Test
    void restoreKeepsTheMembersOfTheBackupUnlessOthersAreNamed() {
        typed.run("backup", "save", file, "--data", data);

        assertThat(restore("new", "data-2/n1/main").text()).contains("voters [n1, n2]");
        assertThat(restore("demo", "data-3").code()).as("the same cluster").isEqualTo(7);
        assertThat(restore("new", "data-4", "--peers", "n7=10.0.0.1:7051").code())
                .isEqualTo(2);
        assertThat(restore("new", "data-5", "--peers", "n1").code()).isEqualTo(2);
        assertThat(top.resolve("data-4")).doesNotExist();
    }

    @Test
    void recoverSaysWhatItWouldDoAndDoesItOnlyWhenThatIsAccepted() throws IOException {
        String conf = conf("demo", "n1");

        Result refused = typed.run("--config", conf, "recover", "--data", data);
        assertThat(refused.code()).isEqualTo(7);
        assertThat(refused.text())
                .contains("every entry of this disk, in log and snapshot, up to (2@2)")
                .containsPattern("members before +n1, n2\n")
                .containsPattern("members after +n1\n")
                .contains("the disks of [n2]");
        assertThat(refused.err()).contains("nothing was changed", "--i-accept-data-loss");
        assertThat(typed.run("--config", conf, "recover", "--data", data, "--dry-run")
                        .code())
                .isZero();
        assertThat(typed.run("log", "verify", "--data", data).text()).contains("2 entries");

        Result done = typed.run("-o", "json", "--config", conf, "recover", "--data", data, "--i-accept-data-loss");
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.text()).contains("\"changed\":true,\"entry\":3,");
        assertThat(typed.run("log", "verify", "--data", data).text())
                .contains("3 entries", "voters [n1] since index 3");
    }

    @Test
    void recoverRefusesTheFolderOfAnotherNodeOrOneInUse() throws IOException {
        assertThat(typed.run("--config", conf("other", "n1"), "recover", "--data", data, "--i-accept-data-loss")
                        .code())
                .isEqualTo(7);
        assertThat(typed.run("--config", conf("demo", "n3"), "recover", "--data", data, "--i-accept-data-loss")
                        .code())
                .isEqualTo(7);
        assertThat(typed.run("recover", "--data", data).code()).isEqualTo(2);
        try (Storage running = Storage.open(new FileDisk(top.resolve("data/n1/main")), OPTIONS)) {
            assertThat(running.log().last().index()).isEqualTo(2);
            assertThat(typed.run("--config", conf("demo", "n1"), "recover", "--data", data, "--i-accept-data-loss")
                            .code())
                    .isEqualTo(7);
        }
    }

    private String conf(String cluster, String node) throws IOException {
        String text = "raft { cluster-id = " + cluster + ", node-id = " + node + ", peers." + node
                + " = \"pekko://raft@10.0.0.1:7051/user/raft\" }\n";
        return Files.writeString(top.resolve(cluster + node + ".conf"), text).toString();
    }

    private Result restore(String cluster, String folder, String... more) {
        List<String> line = new ArrayList<>(List.of("backup", "restore", file, "--node", "n1"));
        line.addAll(List.of(
                "--new-cluster-id", cluster, "--data", top.resolve(folder).toString()));
        line.addAll(List.of(more));
        return typed.run(line.toArray(String[]::new));
    }
}
