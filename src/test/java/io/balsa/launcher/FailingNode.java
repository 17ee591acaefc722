package io.balsa.launcher;

import io.balsa.config.NodeConfig;
import io.balsa.protocol.RaftMessage;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A node's process in which something fails that Pekko takes for the end of the whole process; see its test. */
public final class FailingNode {
    private FailingNode() {}

    /**
     * @param args the node's file
     */
    public static void main(String... args) {
        NodeConfig config = NodeConfig.load(Path.of(args[0]));
        Behavior<RaftMessage> failing = Behaviors.receiveMessage(message -> {
            throw new NoClassDefFoundError("a class that is missing in the distribution");
        });
        Exit exit = NodeProcess.run(config, failing, Optional.empty());
        System.exit(exit.code());
    }
}
