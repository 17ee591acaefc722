package io.balsa.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds what nobody reads, and guesses what was meant: keys under {@code raft} that {@code reference.conf} does not
 * know, and environment variables that nearly have the name of one.
 */
final class UnknownKeys {
    /** Of the command line; no key stands behind it. */
    private static final String ENDPOINTS = "RAFT_ENDPOINTS";

    private final Reading reading;
    private final Set<String> names;

    private UnknownKeys(ConfigObject known, Reading reading) {
        this.reading = reading;
        this.names = names(known);
    }

    static void report(Reading reading) {
        ConfigObject known = reading.known();
        new UnknownKeys(known, reading).compare("raft", reading.config().getObject("raft"), known);
    }

    /** Environment variables that are read by nobody, and nearly have the name of one that is. */
    static void report(Reading reading, Map<String, String> environment) {
        Set<String> variables = new TreeSet<>(Set.of(ENDPOINTS));
        names(reading.known()).forEach(key -> variables.add(ConfigFiles.variable(key)));
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith("RAFT_") && !variables.contains(name)) {
                closest(name, variables)
                        .ifPresent(meant -> reading.add(
                                Optional.empty(),
                                "environment variable " + name + "  is not read. Did you mean " + meant + "?"));
            }
        }
    }

    /** All keys below {@code raft}, sections included. */
    static Set<String> names(ConfigObject known) {
        Set<String> names = new TreeSet<>();
        collect("raft", known, names);
        return names;
    }

    private static void collect(String path, ConfigObject section, Set<String> names) {
        for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
            String name = child(path, entry.getKey());
            names.add(name);
            if (entry.getValue() instanceof ConfigObject inner) {
                collect(name, inner, names);
            }
        }
    }

    private void compare(String path, ConfigObject given, ConfigObject allowed) {
        for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
            compare(child(path, entry.getKey()), entry.getValue(), allowed.get(entry.getKey()));
        }
    }

    private void compare(String name, ConfigValue given, ConfigValue allowed) {
        if (allowed == null) {
            String guess =
                    closest(name).map(key -> ". Did you mean " + key + "?").orElse(hint(name));
            reading.add(Optional.of(place(given)), name + "  unknown key" + guess);
        } else if (allowed instanceof ConfigObject section) {
            compareSection(name, given, section);
        }
    }

    private void compareSection(String name, ConfigValue given, ConfigObject section) {
        if (!(given instanceof ConfigObject object)) {
            String keys = section.isEmpty() ? "" : " with " + String.join(", ", new TreeSet<>(section.keySet()));
            reading.complain(name, name + "  must be a section" + keys);
        } else if (!isOpen(name)) {
            compare(name, object, section);
        }
    }

    /** Sections in which any key may stand: names of nodes, and what Pekko allows for a dispatcher. */
    private static boolean isOpen(String name) {
        return name.equals("raft.peers") || name.equals("raft.http.peers") || name.endsWith("-dispatcher");
    }

    /** The keys of the same section. */
    private String hint(String name) {
        String section = section(name);
        return ". Known here: "
                + names.stream()
                        .filter(key -> section(key).equals(section))
                        .map(UnknownKeys::last)
                        .collect(Collectors.joining(", "));
    }

    private Optional<String> closest(String name) {
        String last = last(name);
        List<String> sameName =
                names.stream().filter(key -> last(key).equals(last)).toList();
        if (sameName.size() == 1) {
            return Optional.of(sameName.get(0));
        }
        return closest(name, names);
    }

    private static Optional<String> closest(String name, Set<String> known) {
        int most = Math.max(2, name.length() / 6);
        return known.stream()
                .filter(key -> distance(key, name) <= most)
                .min(Comparator.comparingInt(key -> distance(key, name)));
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String section(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static String child(String path, String key) {
        return path + "." + ConfigUtil.joinPath(key);
    }

    /** A section that several sources speak of has no line of its own; its first key has. */
    private static ConfigOrigin place(ConfigValue value) {
        boolean merged = value.origin().lineNumber() < 1;
        if (merged && value instanceof ConfigObject section && !section.isEmpty()) {
            return place(section.values().iterator().next());
        }
        return value.origin();
    }

    /** How many letters must be changed, added or left out to make one word of the other (Levenshtein). */
    static int distance(String one, String other) {
        int[] previous = new int[other.length() + 1];
        for (int j = 0; j < previous.length; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(changed, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
