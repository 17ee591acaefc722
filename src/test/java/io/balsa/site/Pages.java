package io.balsa.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pages under src/site, and where what should stand in them is left. */
public final class Pages {
    private static final Path FOLDER = Path.of("src/site/markdown");
    private static final Path FRESH = Path.of("target/site-pages");

    private Pages() {}

    /** What a page says; nothing when it is not there yet. */
    public static String read(String page) throws IOException {
        Path file = FOLDER.resolve(page);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** Leaves what a page should say, to be copied; says how. */
    public static String leave(String page, String text) throws IOException {
        Files.createDirectories(FRESH);
        Files.writeString(FRESH.resolve(page), text);
        return page + " is stale: cp " + FRESH.resolve(page) + " " + FOLDER.resolve(page);
    }
}
