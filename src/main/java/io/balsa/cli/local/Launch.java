package io.balsa.cli.local;

import java.nio.file.Path;
import java.util.List;

/**
 * How the process of a node is started.
 *
 * @param command to which the node's configuration file is added
 * @param javaOpts flags for the JVM in {@code JAVA_OPTS}; what is there already wins over them
 */
public record Launch(List<String> command, String javaOpts) {
    /**
     * By {@code bin/node.sh}.
     *
     * @param home holds {@code bin/node.sh}
     */
    public static Launch script(Path home, String javaOpts) {
        return new Launch(List.of(home.resolve("bin/node.sh").toString()), javaOpts);
    }
}
