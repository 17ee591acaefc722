package io.balsa.show;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import io.balsa.config.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The effective configuration, each key with the place it comes from. Of Pekko's settings those are left out that are
 * Pekko's own defaults; secrets are masked.
 */
public final class EffectiveConfig {
    private static final List<String> SECRET = List.of("password", "secret", "token");

    /** Where a secret is, or how often it is looked at. */
    private static final List<String> HARMLESS = List.of("-file", "-interval");

    private EffectiveConfig() {}

    /** One key per line: HOCON that can be read back. */
    public static String lines(Config config) {
        return entries(config)
                .map(entry -> "%-56s # %s".formatted(entry.getKey() + " = " + rendered(entry), place(entry)))
                .collect(Collectors.joining("\n"));
    }

    /** As a document: key, value as HOCON has it, and place. */
    public static Map<String, ?> json(Config config) {
        List<Map<String, Object>> settings = new ArrayList<>();
        entries(config).forEach(entry -> {
            Map<String, Object> setting = new LinkedHashMap<>();
            setting.put("key", entry.getKey());
            setting.put("value", rendered(entry));
            setting.put("place", place(entry));
            settings.add(setting);
        });
        return Map.of("settings", settings);
    }

    private static Stream<Map.Entry<String, ConfigValue>> entries(Config config) {
        Config defaults = ConfigFactory.defaultReference();
        return config.entrySet().stream()
                .filter(entry -> isOfInterest(entry, defaults))
                .sorted(Map.Entry.comparingByKey());
    }

    private static boolean isOfInterest(Map.Entry<String, ConfigValue> entry, Config defaults) {
        String key = entry.getKey();
        boolean changed = !defaults.hasPath(key) || !defaults.getValue(key).equals(entry.getValue());
        return key.startsWith("raft.") || (key.startsWith("pekko.") && changed);
    }

    private static String rendered(Map.Entry<String, ConfigValue> entry) {
        String key = entry.getKey().toLowerCase(Locale.ROOT);
        boolean secret =
                SECRET.stream().anyMatch(key::contains) && HARMLESS.stream().noneMatch(key::endsWith);
        return secret ? "\"***\"" : entry.getValue().render(ConfigRenderOptions.concise());
    }

    private static String place(Map.Entry<String, ConfigValue> entry) {
        ConfigOrigin origin = entry.getValue().origin();
        String source = origin.description();
        if (source.startsWith("reference.conf")) {
            return "default";
        }
        return source.startsWith("balsa-pekko.conf")
                ? "balsa-pekko.conf"
                : Problem.at(origin, "").place();
    }
}
