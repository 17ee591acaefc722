package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.Connection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node does about bytes in its data folder that it did not write there. */
final class DamageIT {
    private static final String NODE = "node-1";
    private static final String SEGMENT = "log/00000000000000000001.log";
    private static final int WRITES = 20;

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
