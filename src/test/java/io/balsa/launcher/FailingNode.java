package io.balsa.launcher;

import io.balsa.config.NodeConfig;
import java.nio.file.Path;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A node's process in which something fails that Pekko takes for the end of the whole process; see its test. */
public final class FailingNode {
    private FailingNode() {}

    /**
     * @param args the node's file
     */
    public static void main(String... args) {
        NodeConfig config = NodeConfig.load(Path.of(args[0]));
        Exit exit = NodeProcess.run(config, Behaviors.receiveMessage(message -> {
            throw new NoClassDefFoundError("a class that is missing in the distribution");
        }));
        System.exit(exit.code());
    }
}
