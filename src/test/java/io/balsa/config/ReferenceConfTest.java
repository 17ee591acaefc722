package io.balsa.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The two files of defaults say all, explain all, and hold no key that nobody reads. */
final class ReferenceConfTest {
    private static final Path SETTINGS = Path.of("src/main/java/io/balsa/config/Settings.java");
    private static final Pattern KEY = Pattern.compile("\\{@code (raft\\.[a-z.-]+)}");

    @Test
    void everySettingIsThere() throws IOException {
        Map<String, ConfigValue> keys = reference();
        Matcher settings = KEY.matcher(Files.readString(SETTINGS));

        assertThat(settings.results().map(found -> found.group(1)))
                .hasSizeGreaterThan(20)
                .allSatisfy(key -> assertThat(keys).containsKey(key));
    }

    /** What is beneath the name of a dispatcher Pekko reads; balsa-pekko.conf asks for a value by its name. */
    @Test
    void everyKeyIsRead() throws IOException {
        String readers = readers();
        List<String> toBeRead = reference().entrySet().stream()
                .filter(entry -> isRead(entry.getKey(), entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();

        assertThat(toBeRead)
                .hasSizeGreaterThan(20)
                .allMatch(key -> readers.contains("\"" + key + "\"") || readers.contains("${" + key + "}"));
    }

    private static boolean isRead(String key, ConfigValue value) {
        boolean isSection = value instanceof ConfigObject && !isEmpty(value);
        return isSection ? key.endsWith("-dispatcher") : !key.contains("-dispatcher.");
    }

    private static String readers() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
            return files.filter(file -> file.toString().endsWith(".java") || file.endsWith("balsa-pekko.conf"))
                    .map(ReferenceConfTest::read)
                    .collect(Collectors.joining());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyKeyIsExplained() {
        assertThat(reference()).allSatisfy((key, value) -> {
            if (value.valueType() != ConfigValueType.OBJECT || isEmpty(value)) {
                assertThat(value.origin().comments()).as(key).isNotEmpty();
            }
        });
    }

    @Test
    void everyDefaultIsSaidInWords() {
        assertThat(reference()).allSatisfy((key, value) -> {
            if (value.valueType() == ConfigValueType.STRING && !key.endsWith("type") && !key.endsWith("executor")) {
                String words = String.join(" ", value.origin().comments());
                assertThat(words).as(key).contains("Default " + value.unwrapped());
            }
        });
    }

    @Test
    void everyWishAboutPekkoIsAboutASettingThatPekkoHas() {
        Config pekko = ConfigFactory.defaultReference();
        Config wishes = ConfigFactory.parseResources("balsa-pekko.conf").resolveWith(pekko);

        assertThat(wishes.entrySet())
                .hasSizeGreaterThan(20)
                .filteredOn(wish -> !wish.getKey().contains("serialization"))
                .allSatisfy(wish -> assertThat(pekko.hasPathOrNull(wish.getKey()))
                        .as(wish.getKey())
                        .isTrue());
    }

    private static boolean isEmpty(ConfigValue value) {
        return value instanceof ConfigObject section && section.isEmpty();
    }

    private static Map<String, ConfigValue> reference() {
        Map<String, ConfigValue> keys = new TreeMap<>();
        collect("raft", ConfigFactory.defaultReference().getObject("raft"), keys);
        return keys;
    }

    private static void collect(String path, ConfigObject section, Map<String, ConfigValue> keys) {
        section.forEach((name, value) -> {
            keys.put(path + "." + name, value);
            if (value instanceof ConfigObject inner) {
                collect(path + "." + name, inner, keys);
            }
        });
    }
}
