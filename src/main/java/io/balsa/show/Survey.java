package io.balsa.show;

import io.balsa.client.RefusedException;
import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Asks every member how it sees the cluster: those that are named at the beginning, and those that the answers name.
 *
 * <p>Once one has answered, the others are waited for a little only: a dead one would otherwise cost the whole timeout.
 * One that another hears is not dead, and has more time: a first connection to a busy server may take seconds.
 */
public final class Survey {
    private final Function<String, CompletionStage<Status>> ask;
    private final ConcurrentMap<String, Status> answers = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();

    /**
     * How long the others are waited for when one has answered.
     *
     * @param all whoever they are
     * @param heard after that, those that one who has answered hears
     */
    public record Patience(Duration all, Duration heard) {}

    private Survey(Function<String, CompletionStage<Status>> ask) {
        this.ask = ask;
    }

    /**
     * Puts together what the members answer.
     *
     * @param ask how the member at an address is asked; fails within a bounded time when it does not answer
     * @param members addresses by id, or by themselves
     * @return fails when nobody answers: with a refusal, if there was one, as those who refuse have at least answered
     */
    public static CompletionStage<ClusterView> take(
            Function<String, CompletionStage<Status>> ask, SortedMap<String, String> members, Patience patience) {
        Survey survey = new Survey(ask);
        return survey.anyOf(members.values())
                .thenCompose(first -> settled(survey.all(), patience.all()))
                .thenCompose(most -> settled(survey.named(Survey::isHeard), patience.heard()))
                .thenApply(done -> ClusterView.of(members, Map.copyOf(survey.answers)));
    }

    private static boolean isHeard(Peer peer) {
        return !peer.state().equals(Peer.QUIET);
    }

    private CompletableFuture<Status> anyOf(Collection<String> addresses) {
        CompletableFuture<Status> first = new CompletableFuture<>();
        CompletableFuture<?>[] all = addresses.stream()
                .map(address -> asking(address).thenRun(() -> first.complete(answers.get(address))))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> none = CompletableFuture.allOf(all)
                .exceptionallyCompose(failed -> CompletableFuture.failedFuture(reason(all, failed)));
        return CompletableFuture.anyOf(first, none).thenApply(done -> first.join());
    }

    private static Throwable reason(CompletableFuture<?>[] answers, Throwable otherwise) {
        return Arrays.stream(answers)
                .map(answer -> answer.handle((none, failure) -> failure).join())
                .filter(failure -> failure != null && failure.getCause() instanceof RefusedException)
                .findFirst()
                .orElse(otherwise)
                .getCause();
    }

    /** Everybody who was asked before, or whom an answer names. */
    private List<CompletableFuture<Void>> all() {
        return Stream.concat(named(peer -> true).stream(), asked.values().stream())
                .distinct()
                .toList();
    }

    /** Members that answers name, asked now if they were not before. */
    private List<CompletableFuture<Void>> named(Predicate<Peer> which) {
        return answers.values().stream()
                .flatMap(status -> status.peers().stream())
                .filter(which)
                .map(Peer::address)
                .distinct()
                .map(this::asking)
                .toList();
    }

    /** Completes when these have answered or failed, or have had their time. */
    private static CompletableFuture<Void> settled(Collection<CompletableFuture<Void>> questions, Duration limit) {
        CompletableFuture<?>[] all = questions.stream()
                .map(answer -> answer.exceptionally(silent -> null))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all).completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Void> asking(String address) {
        return asked.computeIfAbsent(address, unasked -> ask.apply(unasked)
                .thenAccept(status -> answers.put(unasked, status))
                .toCompletableFuture());
    }
}
