package io.balsa.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ser.DefaultSerializerProvider;
import com.typesafe.config.ConfigFactory;
import io.balsa.config.PekkoSettings;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Subscription;
import io.balsa.protocol.reply.AdminReply;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperProvider;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class RehearsalTest {
    @Test
    void theOfficeGoesFromOneToTheOtherAndAtLastTheLeaderDies() throws Exception {
        List<NodeId> leaders = Rehearsal.play(new CompletableFuture<>());

        assertThat(leaders).hasSize(7);
        assertThat(Set.copyOf(leaders)).hasSizeGreaterThan(1);
    }

    @Test
    void itEndsWithTheNode() {
        CompletableFuture<Void> over = CompletableFuture.completedFuture(null);

        assertThatThrownBy(() -> Rehearsal.play(over)).isInstanceOf(CancellationException.class);
    }

    /** An operator must not take it for what the node itself does. */
    @Test
    void nothingOfItIsLoggedButUnderItsOwnName() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        lines.start();
        root.addAppender(lines);
        root.setLevel(Level.INFO);
        try {
            Rehearsal.play(new CompletableFuture<>());
        } finally {
            root.setLevel(before);
            root.detachAppender(lines);
        }
        assertThat(lines.list).extracting(ILoggingEvent::getLoggerName).containsOnly(Stage.LOGGER);
    }

    @Test
    void allWordsAreLearnt() throws Exception {
        ActorTestKit kit = ActorTestKit.create(PekkoSettings.complete(
                ConfigFactory.parseString("pekko.actor.provider = local").withFallback(ConfigFactory.load())));
        try {
            String binding = kit.system().settings().config().getString("raft.serializer");
            Words.learn(Adapter.toClassic(kit.system()), binding);
            ObjectMapper mapper = JacksonObjectMapperProvider.get(kit.system()).getOrCreate(binding, Optional.empty());
            DefaultSerializerProvider learnt = (DefaultSerializerProvider) mapper.getSerializerProvider();
            assertThat(mapper.getFactory().getFormatName()).isEqualTo("CBOR");
            assertThat(learnt.cachedSerializersCount())
                    .isGreaterThanOrEqualTo((int) Words.all().count());
        } finally {
            kit.shutdownTestKit();
        }
    }

    @Test
    void allThatIsSentBetweenProcessesIsAWord() {
        assertThat(Words.all())
                .contains(AppendEntries.Request.class, AdminReply.Status.class, Subscription.Deliver.class)
                .noneMatch(Class::isInterface);
    }
}
