package io.balsa.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class MemoryDiskTest {
    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void whatIsWrittenIsRead() throws IOException {
        write("a", "one two", 0);
        write("a", "TWO three", 4);

        assertThat(text("a")).isEqualTo("one TWO three");
        assertThat(disk.open("a").read(ByteBuffer.allocate(1), 13)).isEqualTo(-1);
    }

    @Test
    void whatIsCutOffComesBackAsZeros() throws IOException {
        write("a", "abc", 0);
        disk.open("a").truncate(1);
        assertThat(text("a")).isEqualTo("a");

        write("a", "d", 3);
        assertThat(text("a")).isEqualTo("a\0\0d");
    }

    @Test
    void namesAreListedByFolder() throws IOException {
        for (String name : new String[] {"log/2", "log/1", "logs", "log/deeper/3", "b"}) {
            write(name, name, 0);
        }
        assertThat(disk.list("log")).containsExactly("1", "2");
        assertThat(disk.list("")).containsExactly("b", "logs");
        assertThat(disk.list("none")).isEmpty();
    }

    @Test
    void aFileTakesThePlaceOfAnother() throws IOException {
        write("old", "old", 0);
        disk.replace("old", ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8)));
        assertThat(text("old")).isEqualTo("new");
        assertThat(disk.list("")).containsExactly("old");

        disk.delete("old");
        assertThat(disk.exists("old")).isFalse();
    }

    private void write(String name, String text, long position) throws IOException {
        try (Disk.File file = disk.open(name)) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), position);
        }
    }

    private String text(String name) throws IOException {
        return StandardCharsets.UTF_8.decode(disk.content(name)).toString();
    }
}
