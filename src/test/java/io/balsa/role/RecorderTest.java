package io.balsa.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.measure.Measures;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.Local;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RaftMessage;
import io.balsa.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/** Without a trace nobody stands between a server and its messages but one who counts them. */
final class RecorderTest {
    private static final RaftMessage REQUEST =
            new PreVote.Request(new Sender("demo", "main", NodeId.of("n1"), NodeId.of("n2"), 7, 0), 1, EntryId.NONE);

    private final Measures measures = new Measures();
    private final Recorder recorder = new Recorder(Trace.NONE, event -> {}, measures, null);
    private final List<RaftMessage> arrived = new ArrayList<>();

    @Test
    void countsWhatIsSentAndSendsIt() {
        recorder.listenTo(NodeId.of("n2"), arrived::add).probe(REQUEST);

        assertThat(arrived).containsExactly(REQUEST);
        assertThat(measures.sent().of(PreVote.Request.class)).isEqualTo(1);
        assertThat(measures.received().of(PreVote.Request.class)).isZero();
    }

    @Test
    void countsOnceAndGoesOnWithTheNextRole() {
        Behavior<RaftMessage> second = Behaviors.receiveMessage(message -> {
            arrived.add(message);
            return Behaviors.same();
        });
        Behavior<RaftMessage> first = Behaviors.receiveMessage(message -> second);
        BehaviorTestKit<RaftMessage> server = BehaviorTestKit.create(recorder.listenTo(first));
        server.run(REQUEST);
        server.run(REQUEST);
        server.run(REQUEST);

        assertThat(arrived).hasSize(2);
        assertThat(measures.received().of(PreVote.Request.class)).isEqualTo(3);
    }

    @Test
    void countsWhatOthersSayAndNotWhatTheServerTellsItself() {
        BehaviorTestKit<RaftMessage> server =
                BehaviorTestKit.create(recorder.listenTo(Behaviors.receiveMessage(message -> {
                    arrived.add(message);
                    return Behaviors.same();
                })));
        server.run(REQUEST);
        server.run(Local.Tick.HELLO);

        assertThat(arrived).containsExactly(REQUEST, Local.Tick.HELLO);
        assertThat(measures.received().of(PreVote.Request.class)).isEqualTo(1);
        assertThat(measures.received().of(Local.Tick.class)).isZero();
        assertThat(measures.sent().of(PreVote.Request.class)).isZero();
    }
}
