package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.Typed.Result;
import io.balsa.kv.KvCommand;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs for the data folder of a stopped node. */
final class LogToolsTest {
    private static final NodeId NODE = NodeId.of("n1");
    private static final StorageOptions OPTIONS =
            new StorageOptions("demo", "main", NODE, true, 1 << 16, 0, () -> 0x4711);

    private final Typed typed = new Typed(new InMemoryCluster());

    @TempDir
    private Path top;

    private Path folder;
    private Path segment;

    /** As {@code kill -9} would leave it: an orderly end would record that all of it is synced. */
    @BeforeEach
    void write() throws IOException {
        byte[] killed;
        folder = top.resolve("n1/main");
        segment = folder.resolve("log/00000000000000000001.log");
        try (Storage storage = Storage.open(new FileDisk(folder), OPTIONS)) {
            storage.ballots().save(new Ballot(2, Optional.of(NODE), new TreeMap<>()));
            append(storage, 1, new Payload.NoOp());
            append(storage, 2, new Payload.Reconfigure(Configuration.of(Map.of(NODE, "a1"))));
            append(storage, 3, new Payload.Command(0, 0, 0, new KvCommand.Append(text("words")).encode()));
            killed = Files.readAllBytes(segment);
        }
        Files.write(segment, killed);
    }

    @Test
    void dumpPrintsWhatTheDiskHolds() throws IOException {
        Map<Path, byte[]> before = contents();

        assertThat(run("log", "dump").text()).isEqualTo("""
                     INDEX    TERM          TIME  KIND           COMMAND
                         1       2            10  no-op
                         2       2            20  configuration  voters [n1]
                         3       2            30  command        words
                """);
        assertThat(run("-o", "text", "log", "dump", "--from", "2", "--to", "2").text())
                .isEqualTo("2\t2\t20\tconfiguration\tvoters [n1]\n");
        assertThat(run("-o", "json", "log", "dump", "--from", "3").text())
                .isEqualTo("{\"index\":3,\"term\":2,\"kind\":\"command\",\"command\":\"words\","
                        + "\"operation\":\"append\",\"time\":30}\n");
        assertThat(run("log", "dump", "--from", "0").code()).isEqualTo(2);
        assertThat(contents()).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void verifySaysWhatIsProvenAndChangesNothing() throws IOException {
        Map<Path, byte[]> before = contents();

        Result table = run("log", "verify");
        Result json = run("-o", "json", "log", "verify");

        assertThat(table.code()).isZero();
        assertThat(table.text())
                .contains("n1 of cluster demo, group main, storage id 0000000000004711")
                .contains("term 2, voted for n1")
                .contains("3 entries, ")
                .contains("the last (3@2)")
                .contains("up to index 2")
                .contains("voters [n1] since index 2")
                .containsPattern("torn tail +none\nverdict +intact\n");
        assertThat(json.text())
                .startsWith("{\"folder\":\"" + folder + "\",\"intact\":true,\"cluster\":\"demo\",\"group\":\"main\","
                        + "\"node\":\"n1\",\"storageId\":\"0000000000004711\",\"term\":2,\"votedFor\":\"n1\","
                        + "\"firstIndex\":1,\"lastIndex\":3,\"lastTerm\":2,\"entries\":3,")
                .endsWith("\"syncedThrough\":2,\"snapshotIndex\":null,"
                        + "\"configuration\":{\"index\":2,\"members\":{\"n1\":\"a1\"},"
                        + "\"voters\":[\"n1\"],\"outgoing\":[]},\"truncation\":false,\"tornTail\":null}\n");
        assertThat(contents()).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void damageToWhatWasSyncedIsCodeFiveWithPlaceAndReason() throws IOException {
        flip(120);
        Map<Path, byte[]> before = contents();

        for (String verb : List.of("dump", "verify", "repair")) {
            Result result = run("log", verb);
            assertThat(result.code()).as(verb).isEqualTo(5);
            assertThat(result.err())
                    .matches("error: corruption in log/0{19}1\\.log at byte \\d+: .+\\Rhint: .*operations\\.md.*\\R");
        }
        assertThat(run("-o", "json", "log", "verify").text())
                .startsWith("{\"folder\":\"" + folder + "\",\"intact\":false,\"file\":\"log/00000000000000000001.log\","
                        + "\"offset\":");
        assertThat(contents()).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void repairCutsATornTailWhenItIsToldTo() throws IOException {
        flip(indexOf("words"));
        Map<Path, byte[]> before = contents();

        assertThat(run("log", "verify").text()).contains("the next start would have cut a torn tail off log/0");
        assertThat(run("log", "dump").err()).startsWith("a start would have cut a torn tail off");
        Result dry = run("log", "repair", "--dry-run");
        assertThat(dry.code()).isZero();
        assertThat(dry.text())
                .startsWith("would have cut a torn tail off log/0")
                .endsWith("the log ends at index 2\n");
        assertThat(contents()).usingRecursiveComparison().isEqualTo(before);

        assertThat(run("-o", "json", "log", "repair").text())
                .startsWith("{\"folder\":\"" + folder + "\",\"changed\":true,\"lastIndex\":2,\"truncation\":false,"
                        + "\"tornTail\":{\"file\":\"log/00000000000000000001.log\",\"offset\":")
                .endsWith(",\"firstLost\":3}}\n");
        assertThat(run("log", "repair").text()).isEqualTo("nothing to repair; the log ends at index 2\n");
        assertThat(run("log", "verify").text())
                .contains("2 entries", "up to index 2")
                .containsPattern("torn tail +none");
    }

    @Test
    void aFolderInUseIsCodeSeven() {
        try (Storage running = Storage.open(new FileDisk(folder), OPTIONS)) {
            for (String verb : List.of("dump", "verify", "repair")) {
                Result result = run("log", verb);
                assertThat(result.code()).as(verb).isEqualTo(7);
                assertThat(result.err()).contains("is in use by another process\nhint: stop the node");
            }
            assertThat(running.log().last().index()).isEqualTo(3);
        }
    }

    @Test
    void findsTheOnlyFolderBelowTheOneThatIsNamed() throws IOException {
        assertThat(typed.run("log", "verify", "--data", top.toString()).text()).contains(folder.toString());

        Path other = top.resolve("n2/main");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.createDirectories(other.resolve(folder.relativize(file)).getParent());
                Files.copy(file, other.resolve(folder.relativize(file)));
            }
        }
        Result two = typed.run("log", "verify", "--data", top.toString());
        assertThat(two.code()).isEqualTo(2);
        assertThat(two.err()).contains("there are 2 data folders in " + top).contains(folder + ", " + other);
    }

    @Test
    void whatIsNoDataFolderIsRefused() {
        assertThat(typed.run("log", "verify", "--data", top.resolve("none").toString())
                        .code())
                .isEqualTo(2);
        assertThat(top.resolve("none")).doesNotExist();
        Result empty = typed.run("log", "verify", "--data", segment.getParent().toString());
        assertThat(empty.code()).isEqualTo(7);
        assertThat(empty.err()).contains("is no data folder");
        assertThat(typed.run("log", "verify").code()).isEqualTo(2);
    }

    private Result run(String... line) {
        String[] all = Stream.concat(Stream.of(line), Stream.of("--data", folder.toString()))
                .toArray(String[]::new);
        return typed.run(all);
    }

    private static void append(Storage storage, long index, Payload payload) throws IOException {
        LogEntry entry = new LogEntry(new EntryId(index, 2), 10 * index, payload);
        storage.log().append(storage.log().epoch(), List.of(Entries.of(entry)));
        storage.log().sync();
    }

    private static byte[] text(String words) {
        return words.getBytes(StandardCharsets.UTF_8);
    }

    private int indexOf(String words) throws IOException {
        return new String(Files.readAllBytes(segment), StandardCharsets.ISO_8859_1).indexOf(words);
    }

    private void flip(int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        bytes[offset] ^= 1;
        Files.write(segment, bytes);
    }

    private Map<Path, byte[]> contents() throws IOException {
        Map<Path, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }
}
