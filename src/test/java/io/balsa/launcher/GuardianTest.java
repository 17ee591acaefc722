package io.balsa.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.Local;
import io.balsa.protocol.RaftMessage;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When the raft actor ends, so does everything, for a reason that is known. */
@ExtendWith(LogCapturingExtension.class)
final class GuardianTest {
    /** Patience beyond any pause of a busy machine; a test that passes does not use it up. */
    private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.parseString(
                    "pekko.actor.testkit.typed { single-expect-default = 30 s, default-timeout = 30 s }")
            .withFallback(ConfigFactory.load()));

    private static final NodeConfig CONFIG = NodeConfig.of(ConfigFactory.parseString("raft.rehearsal = off")
            .withFallback(ConfigFactory.parseFile(Path.of("conf/node-1.conf").toFile())));

    private final Ending ending = new Ending();
    private final TestProbe<Object> outside = KIT.createTestProbe();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void aFailureEndsTheGuardian() {
        ActorRef<Guardian.Command> guardian = guard(failing(new IllegalStateException("two leaders in term 7")));

        outside.expectTerminated(guardian);
        assertThat(ending.exit()).isEqualTo(Exit.INTERNAL);
    }

    @Test
    void aNodeThatStopsUnaskedIsAFailure() {
        ActorRef<Guardian.Command> guardian = guard(Behaviors.stopped());

        outside.expectTerminated(guardian);
        assertThat(ending.because(Exit.OK)).as("the first reason").isFalse();
        assertThat(ending.exit()).isEqualTo(Exit.INTERNAL);
    }

    @Test
    void aLeaderIsAskedToResignAndThenStopped() {
        ActorRef<Guardian.Command> guardian = guard(serving());
        TestProbe<Local.Resigned> resigned = KIT.createTestProbe();
        TestProbe<Done> stopped = KIT.createTestProbe();

        guardian.tell(new Guardian.Resign(resigned.getRef()));
        resigned.expectMessageClass(Local.Resigned.class);
        guardian.tell(new Guardian.Stop(stopped.getRef()));
        outside.expectMessage("flushed");
        stopped.expectMessage(Done.getInstance());

        assertThat(ending.because(Exit.OK)).as("the first reason").isTrue();
    }

    private ActorRef<Guardian.Command> guard(Behavior<RaftMessage> node) {
        return KIT.spawn(Guardian.create(CONFIG, node, Optional.empty(), ending));
    }

    private static Behavior<RaftMessage> failing(RuntimeException failure) {
        return Behaviors.setup(context -> {
            throw failure;
        });
    }

    private Behavior<RaftMessage> serving() {
        return Behaviors.receive(RaftMessage.class)
                .onMessage(AdminRequest.GetStatus.class, status -> Behaviors.same())
                .onMessage(Local.Resign.class, resign -> {
                    resign.replyTo().tell(new Local.Resigned());
                    return Behaviors.same();
                })
                .onSignal(PostStop.class, stopped -> {
                    outside.getRef().tell("flushed");
                    return Behaviors.same();
                })
                .build();
    }
}
