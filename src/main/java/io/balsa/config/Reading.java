package io.balsa.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a configuration to its end, whatever is wrong with it, and keeps what was wrong.
 *
 * <p>A value that cannot be used is noted and replaced by the default, so that the next ones can be judged too; checks
 * that compare values leave those out.
 */
final class Reading {
    private final Config config;
    private final Config defaults;
    private final String source;
    /** Without repetition: some values are read for two purposes. */
    private final Set<Problem> problems = new LinkedHashSet<>();

    private final Set<String> unusable = new HashSet<>();

    /**
     * @param config the whole configuration, resolved, defaults included
     * @param source what to name for problems with things that are said nowhere
     */
    Reading(Config config, String source) {
        this.config = config;
        this.defaults = ConfigFiles.defaults();
        this.source = source;
    }

    <T extends Comparable<T>> T read(String key, Kind<T> kind) {
        if (isLost(key)) {
            return kind.get().apply(defaults, key);
        }
        try {
            return kind.get().apply(config, key);
        } catch (ConfigException wrong) {
            reject(key, "must be " + kind.what());
            return kind.get().apply(defaults, key);
        }
    }

    /** A value within bounds, both included. */
    <T extends Comparable<T>> T read(String key, Kind<T> kind, T least, T most) {
        T value = read(key, kind);
        if (usable(key) && (value.compareTo(least) < 0 || value.compareTo(most) > 0)) {
            String bounds = kind.show().apply(least) + " to " + kind.show().apply(most);
            complain(key, key + " " + kind.show().apply(value) + " must be from " + bounds);
        }
        return value;
    }

    long size(String key, long least, long most) {
        return read(key, Kind.SIZE, least, most);
    }

    int count(String key, long most) {
        return (int) (long) read(key, Kind.COUNT, 1L, most);
    }

    /** A text that has no default: empty when it is missing, which is a problem then. */
    String required(String key, String hint) {
        if (isLost(key)) {
            return "";
        }
        if (!config.hasPath(key)) {
            complain(key, key + "  is missing. " + hint);
            return "";
        }
        try {
            return config.getString(key);
        } catch (ConfigException wrong) {
            reject(key, "must be a text");
            return "";
        }
    }

    Config config() {
        return config;
    }

    /** The keys that there are under {@code raft}, and what each is when nobody sets it. */
    ConfigObject known() {
        return defaults.getObject("raft");
    }

    /** Whether the section that the key stands in is no section; that was said already. */
    boolean isLost(String key) {
        boolean lost = unusable.stream().anyMatch(section -> key.startsWith(section + "."));
        if (lost) {
            unusable.add(key);
        }
        return lost;
    }

    /** Whether a value was read at this key without a problem. */
    boolean usable(String... keys) {
        return Set.of(keys).stream().noneMatch(unusable::contains);
    }

    /** Notes that the value at this key, which is shown as it stands, cannot be used. */
    void reject(String key, String why) {
        complain(key, key + " = " + shown(key) + " " + why);
    }

    /** Notes a problem with the value at this key. */
    void complain(String key, String text) {
        unusable.add(key);
        add(origin(key), text);
    }

    void add(Optional<ConfigOrigin> place, String text) {
        problems.add(place.map(origin -> Problem.at(origin, text)).orElse(new Problem(source, 0, text)));
    }

    /**
     * @throws BadConfigException when there was any problem
     */
    void requireSound() {
        if (!problems.isEmpty()) {
            throw new BadConfigException(List.copyOf(problems));
        }
    }

    private String shown(String key) {
        return ConfigFiles.find(config, key)
                .map(value -> value.valueType() == ConfigValueType.OBJECT
                        ? "{ }"
                        : value.render(ConfigRenderOptions.concise()))
                .orElse("nothing");
    }

    /** Where somebody has set a value at this key, be it null; empty for a default. */
    Optional<ConfigOrigin> origin(String key) {
        return ConfigFiles.find(config, key)
                .map(ConfigValue::origin)
                .filter(origin -> !PekkoSettings.isDefault(origin));
    }
}
