package io.balsa.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the layers of a configuration on one another. From the top: environment variables, system properties, the file
 * with what it includes, and every {@code reference.conf}.
 */
final class ConfigFiles {
    private ConfigFiles() {}

    /**
     * @return all layers, resolved; not yet validated
     * @throws BadConfigException when the file or one that it includes is missing or not HOCON, or when it refers to
     *     something that nobody has set
     */
    static Config load(Path file, Map<String, String> environment) {
        return withDefaults(overrides(environment).withFallback(parse(file)));
    }

    /** The layers around a file, when there is none. */
    static Config load(Map<String, String> environment) {
        return withDefaults(overrides(environment));
    }

    /** The configuration with every {@code reference.conf} below it, resolved. */
    static Config withDefaults(Config config) {
        try {
            return whole(config.withFallback(unresolvedDefaults()).resolve());
        } catch (ConfigException unresolved) {
            throw bad(unresolved, "configuration");
        }
    }

    /** Something else in the place of the section hides all defaults: there is nothing left to read. */
    private static Config whole(Config config) {
        Optional<ConfigValue> raft = find(config, "raft");
        if (raft.isPresent() && raft.get().valueType() != ConfigValueType.OBJECT) {
            throw new BadConfigException(
                    List.of(Problem.at(raft.get().origin(), "raft  must be a section; reference.conf lists its keys")));
        }
        List<Problem> hidden = new ArrayList<>();
        requireDefaults("raft", config.getObject("raft"), unresolvedDefaults().getObject("raft"), hidden);
        if (!hidden.isEmpty()) {
            throw new BadConfigException(hidden);
        }
        return config;
    }

    /** {@code raft.http = on} hides all defaults of that section, also when {@code raft.http.port} comes behind it. */
    private static void requireDefaults(
            String path, ConfigObject section, ConfigObject defaults, List<Problem> problems) {
        Optional<String> gone = defaults.keySet().stream()
                .filter(key -> !section.containsKey(key))
                .sorted()
                .findFirst();
        gone.ifPresent(key -> problems.add(Problem.at(
                section.origin(),
                path + "  has no " + key + ", not even by default: a line that sets " + path
                        + " itself, and not a key in it, hides all its defaults; remove that line")));
        if (gone.isEmpty()) {
            defaults.forEach((key, inner) -> {
                if (inner instanceof ConfigObject below && section.get(key) instanceof ConfigObject own) {
                    requireDefaults(path + "." + key, own, below, problems);
                }
            });
        }
    }

    /** The defaults of Balsa, Pekko and everything else on the class path. */
    static Config defaults() {
        return ConfigFactory.defaultReference(ConfigFiles.class.getClassLoader());
    }

    /** The same as it is written. The library reads the files once and keeps this. */
    private static Config unresolvedDefaults() {
        return ConfigFactory.defaultReferenceUnresolved(ConfigFiles.class.getClassLoader());
    }

    /** What stands at a path, also when it is null, which the library takes for nothing. */
    static Optional<ConfigValue> find(Config config, String path) {
        ConfigValue value = config.root();
        for (String key : ConfigUtil.splitPath(path)) {
            value = value instanceof ConfigObject section ? section.get(key) : null;
        }
        return Optional.ofNullable(value);
    }

    /** {@code RAFT_ELECTION_TIMEOUT_MIN} for {@code raft.election-timeout.min}. */
    static String variable(String key) {
        return key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static Config overrides(Map<String, String> environment) {
        return environmentLayer(environment).withFallback(ConfigFactory.defaultOverrides());
    }

    private static Config environmentLayer(Map<String, String> environment) {
        Config layer = ConfigFactory.empty();
        for (String key : UnknownKeys.names(unresolvedDefaults().getObject("raft"))) {
            String value = environment.get(variable(key));
            if (value != null) {
                layer = layer.withFallback(
                        ConfigFactory.parseMap(Map.of(key, value), "environment variable " + variable(key)));
            }
        }
        return layer;
    }

    private static Config parse(Path file) {
        if (!Files.isRegularFile(file)) {
            String what = Files.exists(file) ? "not a file that can be read" : "no such file";
            throw new BadConfigException(List.of(new Problem(file.toString(), 0, what)));
        }
        Includes includes = Includes.of(file);
        try {
            // The library finds what a file includes beside it only when the file's name has a folder in it.
            Config parsed = ConfigFactory.parseFile(
                    file.toAbsolutePath().toFile(),
                    ConfigParseOptions.defaults().setAllowMissing(false).appendIncluder(includes));
            includes.requireAll();
            return parsed;
        } catch (ConfigException notHocon) {
            throw bad(notHocon, file.toString());
        }
    }

    private static BadConfigException bad(ConfigException failure, String file) {
        if (failure.origin() == null) {
            return new BadConfigException(List.of(new Problem(file, 0, failure.getMessage())));
        }
        String text = failure.getMessage().replace(failure.origin().description() + ": ", "");
        return new BadConfigException(List.of(Problem.at(failure.origin(), text)));
    }
}
