package io.balsa.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about the configuration says what reference.conf says, key by key and in its order. */
final class ConfigurationPageTest {
    private static final File REFERENCE = new File("src/main/resources/reference.conf");

    private static final String HEAD = """
            # Configuration

            *Made from [reference.conf](../../main/resources/reference.conf); the build fails when it is stale.*

            A node reads its own file (`bin/node.sh CONF`, see the [quickstart](quickstart.md)) and takes from here
            what the file does not say. For `bin/node.sh` and `bin/client.sh` an environment variable wins over the
            file: its name is the key in capitals with underscores, `RAFT_NODE_ID` for `raft.node-id`. Durations:
            `ms`, `s`, `m`, `h`, `d`. Sizes: `B`, `KiB`, `MiB`, `GiB`. An unknown key under `raft` is an error, and
            so is a value out of its range: `bin/node.sh CONF --check` names all of them at once, `--print-config`
            prints each key and where it is set.

            """;

    @Test
    void saysWhatReferenceConfSays() throws IOException {
        StringBuilder page = new StringBuilder(HEAD.stripIndent());
        ConfigObject raft = ConfigFactory.parseFile(REFERENCE).getObject("raft");
        section(page, "raft", raft);
        String text = page.toString().stripTrailing() + "\n";

        assertThat(Pages.read("configuration.md"))
                .as(Pages.leave("configuration.md", text))
                .isEqualTo(text);
    }

    private static void section(StringBuilder page, String path, ConfigObject section) {
        List<Map.Entry<String, ConfigValue>> entries = new ArrayList<>(section.entrySet());
        entries.sort(Comparator.comparing((Map.Entry<String, ConfigValue> entry) -> isSection(entry.getValue()))
                .thenComparing(entry -> entry.getValue().origin().lineNumber()));
        for (Map.Entry<String, ConfigValue> entry : entries) {
            String key = path + "." + entry.getKey();
            if (entry.getValue() instanceof ConfigObject inner && isSection(inner)) {
                page.append("## `").append(key).append("`\n\n").append(words(inner));
                section(page, key, inner);
            } else {
                page.append("**`")
                        .append(key)
                        .append("`** = `")
                        .append(value(entry.getValue()))
                        .append("`  \n");
                page.append(words(entry.getValue()));
            }
        }
    }

    /** Sections come behind the keys beside them, so that each key stands under its own heading. */
    private static boolean isSection(ConfigValue value) {
        return value instanceof ConfigObject section && !section.isEmpty();
    }

    private static String value(ConfigValue value) {
        return value.valueType() == ConfigValueType.STRING
                        && !value.unwrapped().toString().isEmpty()
                ? value.unwrapped().toString()
                : value.render(ConfigRenderOptions.concise());
    }

    private static String words(ConfigValue value) {
        String words = value.origin().comments().stream().map(String::strip).collect(Collectors.joining("\n"));
        return words.isEmpty() ? "" : words + "\n\n";
    }
}
