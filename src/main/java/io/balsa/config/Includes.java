package io.balsa.config;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Notices includes that lead nowhere. HOCON passes over them in silence, and a node would then miss its peers for no
 * visible reason.
 */
final class Includes implements ConfigIncluder, ConfigIncluderFile {
    private final Path file;
    private final ConfigIncluder standard;
    private final List<Problem> missing;

    private Includes(Path file, ConfigIncluder standard, List<Problem> missing) {
        this.file = file;
        this.standard = standard;
        this.missing = missing;
    }

    static Includes of(Path file) {
        return new Includes(file, null, new ArrayList<>());
    }

    /** The library hands over its own includer in this way before it parses. */
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return new Includes(file, fallback, missing);
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        ConfigObject found = standard.include(context, what);
        if (found.isEmpty() && !isFile(context.relativeTo(what))) {
            note(what);
        }
        return found;
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        if (!what.isFile()) {
            note(what.getPath());
        }
        return ((ConfigIncluderFile) standard).includeFile(context, what);
    }

    /**
     * @throws BadConfigException when an include led nowhere
     */
    void requireAll() {
        if (!missing.isEmpty()) {
            throw new BadConfigException(missing);
        }
    }

    private static boolean isFile(ConfigParseable target) {
        return target != null
                && target.origin().filename() != null
                && new File(target.origin().filename()).isFile();
    }

    private void note(String what) {
        missing.add(new Problem(file.toString(), line(what), "include \"" + what + "\": no such file"));
    }

    /** The library does not say where an include stands; 0 when it stands in an included file. */
    private int line(String what) {
        try (Stream<String> lines = Files.lines(file)) {
            List<Boolean> named = lines.map(line -> line.contains("include") && line.contains(what))
                    .toList();
            return 1 + named.indexOf(true);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
