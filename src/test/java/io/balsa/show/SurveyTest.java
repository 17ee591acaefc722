package io.balsa.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.RefusedException;
import io.balsa.client.delivery.Outcome;
import io.balsa.model.EntryId;
import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.show.Survey.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SurveyTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Patience LONG = new Patience(Duration.ofMinutes(1), Duration.ofMinutes(1));

    private final Map<String, CompletableFuture<Status>> asked = new ConcurrentHashMap<>();

    @Test
    void asksThoseItIsToldAndThoseTheyName() {
        CompletableFuture<ClusterView> view = survey(LONG, "a1");
        asked.get("a1").complete(status("n1", "n2"));
        asked.get("a2").complete(status("n2", "n1"));

        assertThat(view.join().nodes()).containsOnlyKeys("n1", "n2");
        assertThat(view.join().nodes().get("n2").status()).isPresent();
    }

    @Test
    void showsOneThatFailsAsUnreachable() {
        CompletableFuture<ClusterView> view = survey(LONG, "a1", "a2");
        asked.get("a2").completeExceptionally(new IllegalStateException("silent"));
        asked.get("a1").complete(status("n1", "n2"));

        assertThat(view.join().nodes().get("n2").state()).isEqualTo("unreachable");
    }

    @Test
    void doesNotWaitForEverForOneThatIsSilent() {
        CompletableFuture<ClusterView> view = survey("a1", "a2");
        asked.get("a1").complete(status("n1", "n2"));

        assertThat(view.join().nodes().get("n2").status()).isEmpty();
    }

    @Test
    void givesOneMoreTimeThatAnotherHears() {
        CompletableFuture<Status> late = new CompletableFuture<>();
        asked.put("a2", late.completeOnTimeout(status("n2", "n1"), 200, TimeUnit.MILLISECONDS));
        CompletableFuture<ClusterView> view = survey(new Patience(Duration.ZERO, Duration.ofMinutes(1)), "a1", "a2");
        asked.get("a1").complete(status("n1", "n2"));

        assertThat(view.join().nodes().get("n2").status()).isPresent();
    }

    @Test
    void asksThoseTooThatALaterAnswerNames() {
        asked.put("a2", CompletableFuture.completedFuture(status("n2", "n3")));
        CompletableFuture<ClusterView> view = survey(LONG, "a1");
        asked.get("a1").complete(status("n1", "n2"));

        assertThat(asked).containsKey("a3");
        assertThat(view).isNotDone();
        asked.get("a3").completeExceptionally(new IllegalStateException("silent"));
        assertThat(view).isDone();
    }

    @Test
    void givesNoMoreTimeToOneThatNobodyHears() {
        CompletableFuture<ClusterView> view = survey(new Patience(SHORT, Duration.ofMinutes(10)), "a1", "a2");
        asked.get("a1").complete(status("n1", "n2", Peer.QUIET));

        assertThat(view.orTimeout(1, TimeUnit.MINUTES).join().nodes().get("n2").status())
                .isEmpty();
    }

    @Test
    void failsWhenNobodyAnswers() {
        CompletableFuture<ClusterView> view = survey("a1", "a2");
        asked.values().forEach(answer -> answer.completeExceptionally(new IllegalStateException("silent")));

        assertThatThrownBy(view::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseExactlyInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRefusalIsABetterReasonThanSilence() {
        CompletableFuture<ClusterView> view = survey("a1", "a2", "a3");
        asked.get("a1").completeExceptionally(new IllegalStateException("silent"));
        asked.get("a2").completeExceptionally(new RefusedException(Outcome.Refusal.FOREIGN, "another cluster"));
        asked.get("a3").completeExceptionally(new IllegalStateException("silent"));

        assertThatThrownBy(view::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseExactlyInstanceOf(RefusedException.class);
    }

    private CompletableFuture<ClusterView> survey(String... addresses) {
        return survey(new Patience(SHORT, SHORT), addresses);
    }

    private CompletableFuture<ClusterView> survey(Patience patience, String... addresses) {
        TreeMap<String, String> members = new TreeMap<>();
        for (String address : addresses) {
            members.put(address, address);
        }
        return Survey.take(
                        address -> asked.computeIfAbsent(address, unasked -> new CompletableFuture<>()),
                        members,
                        patience)
                .toCompletableFuture();
    }

    private static Status status(String node, String other) {
        return status(node, other, "connected");
    }

    private static Status status(String node, String other, String state) {
        EntryId end = new EntryId(1, 1);
        Peer self = new Peer(node, "a" + node.charAt(1), true, false, 2, 1, 0, 0, "self");
        Peer peer = new Peer(other, "a" + other.charAt(1), true, false, 0, 0, 10, 0, state);
        return new Status(
                1,
                "demo",
                "main",
                node,
                "follower",
                1,
                Optional.empty(),
                Optional.empty(),
                false,
                end,
                end,
                1,
                1,
                1,
                0,
                "ok",
                List.of(self, peer));
    }
}
