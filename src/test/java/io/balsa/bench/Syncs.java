package io.balsa.bench;

import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.NodeProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import jdk.jfr.consumer.RecordingFile;

/** How often the nodes have synced files, as the JVM itself records it. */
final class Syncs {
    private static final String EVENT = "jdk.FileForce";

    private Syncs() {}

    /**
     * Flags for the JVM of a node, to record nothing but syncs and to save that when it stops: in the folder that it
     * runs in, which is this one, under a name of its own.
     */
    static String recording(Path folder) throws IOException {
        Path settings = folder.resolve("syncs.jfc");
        Files.writeString(settings, """
                <?xml version="1.0" encoding="UTF-8"?>
                <configuration version="2.0">
                  <event name="%s">
                    <setting name="enabled">true</setting>
                    <setting name="stackTrace">false</setting>
                    <setting name="threshold">0 ns</setting>
                  </event>
                </configuration>
                """.formatted(EVENT));
        return "-Xlog:jfr+startup=off -XX:StartFlightRecording:dumponexit=true,settings=" + settings;
    }

    /** Stops all nodes and counts what they have recorded between two moments. */
    static long stopAndCount(LocalCluster cluster, Path folder, Instant from, Instant to) throws IOException {
        cluster.nodes().forEach(NodeProcess::terminate);
        for (NodeProcess node : cluster.nodes()) {
            node.awaitEnd();
        }
        long count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jfr")) {
            for (Path file : files) {
                count += count(file, from, to);
            }
        }
        return count;
    }

    private static long count(Path file, Instant from, Instant to) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(EVENT))
                .filter(event -> event.getStartTime().isAfter(from)
                        && event.getStartTime().isBefore(to))
                .count();
    }
}
