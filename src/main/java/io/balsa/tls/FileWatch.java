package io.balsa.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Notices that files have changed, when it is asked, and looks at them now and then only. For one thread at a time. */
public final class FileWatch {
    private final Duration between;
    private final List<Path> files;
    private List<Object> known;
    private long looked = System.nanoTime();

    /**
     * @param between two looks at the files
     */
    public FileWatch(Duration between, Path... files) {
        this.between = between;
        this.files = List.of(files);
        this.known = look();
    }

    /** Whether one of them has changed since this was last asked. */
    public boolean hasChanged() {
        long now = System.nanoTime();
        if (now - looked < between.toNanos()) {
            return false;
        }
        looked = now;
        List<Object> found = look();
        boolean changed = !found.equals(known);
        known = found;
        return changed;
    }

    private List<Object> look() {
        return files.stream().map(FileWatch::look).toList();
    }

    private static Object look(Path file) {
        try {
            return List.of(Files.getLastModifiedTime(file), Files.size(file));
        } catch (IOException absent) {
            return List.of();
        }
    }
}
