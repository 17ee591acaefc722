package io.balsa.show.diagnosis;

import io.balsa.client.RefusedException;
import io.balsa.protocol.reply.AdminReply.Condition;
import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Asks every member that is named, and then those that the answers name. As long as nobody has answered it waits for as
 * long as the questions do; then for each of the others the same time.
 */
public final class Examination {
    private final Questions questions;
    private final long patienceMillis;
    private final LongSupplier clock;
    private final CompletableFuture<Void> answered = new CompletableFuture<>();

    /** How single servers are asked; a stage fails within a bounded time when there is no answer. */
    public interface Questions {
        CompletionStage<Status> status(String address);

        CompletionStage<Condition> condition(String address);
    }

    private record Word(Optional<Status> status, Optional<String> refusal) {
        static final Word NONE = new Word(Optional.empty(), Optional.empty());
    }

    /**
     * @param patience how long a server may take to answer when another one has
     * @param clock the one on the wall here, ms
     */
    public Examination(Questions questions, Duration patience, LongSupplier clock) {
        this.questions = questions;
        this.patienceMillis = patience.toMillis();
        this.clock = clock;
    }

    /**
     * What is found; the stage does not fail.
     *
     * @param members addresses by id, or by themselves
     */
    public CompletionStage<Diagnosis> examine(SortedMap<String, String> members, Limits limits) {
        return all(members.values())
                .thenCompose(heard -> all(unasked(heard)).thenApply(more -> {
                    heard.putAll(more);
                    return heard;
                }))
                .thenApply(heard -> Diagnosis.of(members, heard, limits));
    }

    private static List<String> unasked(Map<String, Heard> heard) {
        return heard.values().stream()
                .flatMap(one -> one.status().stream())
                .flatMap(status -> status.peers().stream())
                .map(Peer::address)
                .filter(address -> !heard.containsKey(address))
                .distinct()
                .toList();
    }

    private CompletableFuture<SortedMap<String, Heard>> all(Collection<String> addresses) {
        List<CompletableFuture<Heard>> asked =
                addresses.stream().distinct().map(this::one).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    SortedMap<String, Heard> heard = new TreeMap<>();
                    asked.forEach(one -> heard.put(one.join().address(), one.join()));
                    return heard;
                });
    }

    private CompletableFuture<Heard> one(String address) {
        long asked = clock.getAsLong();
        CompletableFuture<Word> word = questions
                .status(address)
                .handle((status, failure) -> noted(new Word(Optional.ofNullable(status), refusal(failure))))
                .toCompletableFuture();
        CompletableFuture<Optional<Heard.Timed>> condition = questions
                .condition(address)
                .thenApply(told -> Optional.of(new Heard.Timed(told, asked, clock.getAsLong())))
                .exceptionally(silent -> Optional.empty())
                .toCompletableFuture();
        return limited(word, Word.NONE)
                .thenCombine(
                        limited(condition, Optional.empty()),
                        (said, told) -> new Heard(address, said.status(), said.refusal(), told));
    }

    private Word noted(Word word) {
        if (!word.equals(Word.NONE)) {
            answered.complete(null);
        }
        return word;
    }

    private <T> CompletableFuture<T> limited(CompletableFuture<T> answer, T otherwise) {
        Executor later = CompletableFuture.delayedExecutor(patienceMillis, TimeUnit.MILLISECONDS);
        return answer.applyToEither(answered.thenApplyAsync(done -> otherwise, later), either -> either);
    }

    private static Optional<String> refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RefusedException ? Optional.of(cause.getMessage()) : Optional.empty();
    }
}
