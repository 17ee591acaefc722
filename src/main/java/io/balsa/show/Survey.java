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
import java.util.stream.Stream;

/**
 * Asks every member how it sees the cluster: those that are named at the beginning, and those that the answers name.
 *
 * <p>Once one has answered, the others are waited for a little only: a dead one would otherwise cost the whole timeout.
 */
public final class Survey {
    private final Function<String, CompletionStage<Status>> ask;
    private final Duration stragglers;
    private final ConcurrentMap<String, Status> answers = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();

    private Survey(Function<String, CompletionStage<Status>> ask, Duration stragglers) {
        this.ask = ask;
        this.stragglers = stragglers;
    }

    /**
     * Puts together what the members answer.
     *
     * @param ask how the member at an address is asked; fails within a bounded time when it does not answer
     * @param members addresses by id, or by themselves
     * @param stragglers how long the others are waited for when one has answered
     * @return fails when nobody answers: with a refusal, if there was one, as those who refuse have at least answered
     */
    public static CompletionStage<ClusterView> take(
            Function<String, CompletionStage<Status>> ask, SortedMap<String, String> members, Duration stragglers) {
        Survey survey = new Survey(ask, stragglers);
        return survey.anyOf(members.values())
                .thenCompose(first -> survey.allOf(named(first)))
                .thenApply(done -> ClusterView.of(members, Map.copyOf(survey.answers)));
    }

    private static List<String> named(Status status) {
        return status.peers().stream().map(Peer::address).toList();
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

    /** Completes when these and all asked before have answered or failed, or have had their time. */
    private CompletableFuture<Void> allOf(Collection<String> addresses) {
        CompletableFuture<?>[] all = Stream.concat(addresses.stream().map(this::asking), asked.values().stream())
                .map(answer -> answer.exceptionally(silent -> null))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all).completeOnTimeout(null, stragglers.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Void> asking(String address) {
        return asked.computeIfAbsent(address, unasked -> ask.apply(unasked)
                .thenAccept(status -> answers.put(unasked, status))
                .toCompletableFuture());
    }
}
