package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.Connection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node does about bytes in its data folder that it did not write there. */
final class DamageIT {
    private static final String NODE = "node-1";
    private static final String SEGMENT = "log/00000000000000000001.log";
    private static final int WRITES = 20;

    /** In an entry. */
    private static final int KIND_AT = 32;

    @TempDir
    private Path folder;

    private NodeProcesses nodes;

    @BeforeEach
    void writeSomething() throws Exception {
        nodes = new NodeProcesses(folder, 1);
        nodes.startAll();
        nodes.awaitLeader();
        try (Connection connection = nodes.connect()) {
            KeyValueClient client = new KeyValueClient(connection);
            for (int i = 0; i < WRITES; i++) {
                client.put("k" + i, "v");
            }
        }
        assertThat(nodes.stop(NODE)).isZero();
        nodes.forgetSaid();
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void aTornTailIsCutWithAWarningAndDamageToWhatWasSyncedIsRefused() throws Exception {
        write(end() + 64, (byte) 7, (byte) 7, (byte) 7);
        nodes.startAll();
        nodes.awaitLeader();
        assertThat(nodes.said(NODE))
                .as("a warning")
                .filteredOn(line -> line.contains(" WARN "))
                .singleElement()
                .asString()
                .contains(
                        "main/" + NODE,
                        "cut a torn tail off " + SEGMENT + " at byte ",
                        "nothing was known to be synced");
        WrittenLog log = nodes.log(NODE);
        for (int i = 0; i < WRITES; i++) {
            assertThat(log.indexOf("k" + i)).isPositive();
        }
        assertThat(nodes.stop(NODE)).isZero();

        int damaged = end() / 2;
        write(damaged, (byte) (Files.readAllBytes(segment())[damaged] ^ 1));
        nodes.startAll();
        assertThat(nodes.awaitEnd(NODE)).isEqualTo(5);
        List<String> said = nodes.said(NODE);
        assertThat(said.get(said.size() - 1))
                .contains(
                        " ERROR ",
                        nodes.data(NODE).toString().substring(folder.toString().length() + 1))
                .containsPattern("corruption in " + SEGMENT + " at byte \\d+: .+; entry \\d+ is lost")
                .contains("keep the folder");
    }

    @Test
    void anEntryOfANewerVersionIsLeftToIt() throws Exception {
        ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(segment()));
        int last = lastEntry(log);
        log.put(last + KIND_AT, (byte) 99);
        log.putInt(last + 4, checksum(log, last));
        Files.write(segment(), log.array());

        nodes.startAll();

        assertThat(nodes.awaitEnd(NODE)).isEqualTo(7);
        List<String> said = nodes.said(NODE);
        assertThat(said.get(said.size() - 1)).contains(" ERROR ", "is of kind 99", "start the newest version of Balsa");
    }

    /** Where the last one begins: its length, the checksum of the rest, and the rest. */
    private static int lastEntry(ByteBuffer log) {
        int at = log.limit() - KIND_AT;
        while (!isEntry(log, at)) {
            at--;
        }
        return at;
    }

    private static boolean isEntry(ByteBuffer log, int at) {
        int size = log.getInt(at);
        return size > KIND_AT && size <= log.limit() - at && log.getInt(at + 4) == checksum(log, at);
    }

    private static int checksum(ByteBuffer log, int entry) {
        CRC32C crc = new CRC32C();
        crc.update(log.slice(entry + 8, log.getInt(entry) - 8));
        return (int) crc.getValue();
    }

    private Path segment() {
        return nodes.data(NODE).resolve(SEGMENT);
    }

    /** Behind it there are only zeros. */
    private int end() throws Exception {
        byte[] bytes = Files.readAllBytes(segment());
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private void write(int position, byte... bytes) throws Exception {
        try (FileChannel channel = FileChannel.open(segment(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), position);
        }
    }
}
