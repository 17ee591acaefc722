package io.balsa.storage.offline;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.sim.SimDisk;
import io.balsa.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An overlay changes as a disk does, and the disk beneath it does not change at all. */
final class OverlayTest {
    private static final List<String> NAMES = List.of("a", "b", "log/1", "log/2", "log/3");
    private static final int LARGEST = 20_000;

    private final SimDisk beneath = new SimDisk();
    private final SimDisk twin = new SimDisk();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void isLikeADiskOfItsOwn(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (String name : NAMES.subList(0, 4)) {
            byte[] content = bytes(random, LARGEST);
            beneath.put(name, content);
            twin.put(name, content);
        }
        Map<String, byte[]> before = contents(beneath);
        Overlay overlay = new Overlay(beneath);

        for (int step = 0; step < 150; step++) {
            long choice = random.nextLong();
            change(overlay, new SplittableRandom(choice));
            change(twin, new SplittableRandom(choice));
            compare(overlay);
        }

        assertThat(contents(beneath)).usingRecursiveComparison().isEqualTo(before);
    }

    private static void change(Disk disk, SplittableRandom random) throws IOException {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        int kind = random.nextInt(10);
        if (kind == 0 && disk.exists(name)) {
            disk.delete(name);
        } else if (kind == 1 && name.startsWith("log/") && disk.exists(name)) {
            disk.rename(name, "log/" + (1 + random.nextInt(3)));
        } else {
            changeFile(disk, name, random);
        }
    }

    private static void changeFile(Disk disk, String name, SplittableRandom random) throws IOException {
        try (Disk.File file = disk.open(name)) {
            if (random.nextInt(4) == 0) {
                file.truncate(random.nextInt(LARGEST));
            } else {
                file.write(ByteBuffer.wrap(bytes(random, LARGEST / 2)), random.nextInt(LARGEST));
                file.force();
            }
        }
        disk.forceDir("log");
    }

    private void compare(Overlay overlay) throws IOException {
        assertThat(overlay.list("")).filteredOn(name -> !name.equals("log")).isEqualTo(twin.list(""));
        assertThat(overlay.list("log")).isEqualTo(twin.list("log"));
        for (String name : NAMES) {
            assertThat(overlay.exists(name)).isEqualTo(twin.exists(name));
            if (twin.exists(name)) {
                assertThat(overlay.content(name)).as(name).isEqualTo(twin.content(name));
            }
        }
    }

    private static byte[] bytes(SplittableRandom random, int bound) {
        byte[] bytes = new byte[1 + random.nextInt(bound)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Map<String, byte[]> contents(SimDisk disk) {
        Map<String, byte[]> contents = new HashMap<>();
        disk.names().forEach(name -> contents.put(name, disk.bytes(name)));
        return contents;
    }
}
