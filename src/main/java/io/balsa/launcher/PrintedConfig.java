package io.balsa.launcher;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import io.balsa.config.Problem;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The effective configuration, as {@code --print-config} shows it: one key per line, each with the place it comes from.
 * It is HOCON and can be read back. Of Pekko's settings those are left out that are Pekko's own defaults.
 */
final class PrintedConfig {
    private PrintedConfig() {}

    static String of(Config config) {
        Config defaults = ConfigFactory.defaultReference();
        return config.entrySet().stream()
                .filter(entry -> isOfInterest(entry, defaults))
                .sorted(Map.Entry.comparingByKey())
                .map(PrintedConfig::line)
                .collect(Collectors.joining("\n"));
    }

    private static boolean isOfInterest(Map.Entry<String, ConfigValue> entry, Config defaults) {
        String key = entry.getKey();
        boolean changed = !defaults.hasPath(key) || !defaults.getValue(key).equals(entry.getValue());
        return key.startsWith("raft.") || (key.startsWith("pekko.") && changed);
    }

    private static String line(Map.Entry<String, ConfigValue> entry) {
        boolean secret = entry.getKey().contains("password");
        String value = secret ? "\"***\"" : entry.getValue().render(ConfigRenderOptions.concise());
        return "%-56s # %s"
                .formatted(
                        entry.getKey() + " = " + value, place(entry.getValue().origin()));
    }

    private static String place(ConfigOrigin origin) {
        String source = origin.description();
        if (source.startsWith("reference.conf")) {
            return "default";
        }
        return source.startsWith("balsa-pekko.conf")
                ? "balsa-pekko.conf"
                : Problem.at(origin, "").place();
    }
}
