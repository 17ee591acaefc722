package io.balsa.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import io.balsa.trace.Trace;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/** Without a trace nobody stands between a server and its messages. */
final class RecorderTest {
    private static final Behavior<RaftMessage> ROLE = Behaviors.receiveMessage(message -> Behaviors.same());

    @Test
    void withoutATraceNobodyListens() {
        Recorder recorder = new Recorder(Trace.NONE, event -> {}, null);
        Link link = message -> {};

        assertThat(recorder.listenTo(NodeId.of("n2"), link)).isSameAs(link);
        assertThat(recorder.listenTo(ROLE)).isSameAs(ROLE);
    }

    @Test
    void withATraceSomebodyDoes() {
        Recorder recorder = new Recorder(event -> {}, event -> {}, null);
        Link link = message -> {};

        assertThat(recorder.listenTo(NodeId.of("n2"), link)).isNotSameAs(link);
        assertThat(recorder.listenTo(ROLE)).isNotSameAs(ROLE);
    }
}
