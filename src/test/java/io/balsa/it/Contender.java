package io.balsa.it;

import io.balsa.Consistency;
import io.balsa.client.Connection;
import io.balsa.client.OutcomeUnknownException;
import io.balsa.history.Operation;
import io.balsa.history.Operation.Action;
import io.balsa.history.Operation.CompareAndSet;
import io.balsa.history.Operation.Get;
import io.balsa.history.Operation.Put;
import io.balsa.history.Operation.Verdict;
import io.balsa.kv.KvCommand;
import io.balsa.kv.KvQuery;
import io.balsa.kv.KvReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A client that contends with others for a few keys, and notes what it did and what it was told. */
final class Contender {
    private final String name;
    private final Connection connection;
    private final Supplier<String> keys;
    private final SplittableRandom random;
    private final Map<String, Optional<String>> believed = new HashMap<>();
    private final List<Note> notes = new ArrayList<>();
    private int written;

    /** One operation, and the key it was on. */
    record Note(String key, Operation operation) {}

    private interface Deed {
        Action carriedOut() throws Exception;
    }

    /**
     * @param keys says which key is next
     */
    Contender(String name, Connection connection, Supplier<String> keys) {
        this.name = name;
        this.connection = connection;
        this.keys = keys;
        this.random = new SplittableRandom(name.hashCode());
    }

    /** One operation after the other, until it is over. */
    List<Note> contend(BooleanSupplier over) throws Exception {
        while (!over.getAsBoolean()) {
            String key = keys.get();
            switch (random.nextInt(3)) {
                case 0 -> put(key, name + "-" + ++written);
                case 1 -> get(key);
                default -> {
                    get(key);
                    compareAndSet(key, name + "-" + ++written);
                }
            }
        }
        return notes;
    }

    private void put(String key, String value) throws Exception {
        note(key, new Put(value), () -> {
            submit(new KvCommand.Put(bytes(key), bytes(value)));
            believed.put(key, Optional.of(value));
            return new Put(value);
        });
    }

    /** A read that was not answered says nothing. */
    private void get(String key) throws Exception {
        note(key, null, () -> {
            byte[] query = new KvQuery.Get(bytes(key)).encode();
            KvReply reply = KvReply.decode(join(connection.query(query, Consistency.LINEARIZABLE)));
            Optional<String> seen =
                    reply.isOk() ? Optional.of(new String(reply.value(), StandardCharsets.UTF_8)) : Optional.empty();
            believed.put(key, seen);
            return new Get(seen);
        });
    }

    private void compareAndSet(String key, String value) throws Exception {
        Optional<String> expected = believed.getOrDefault(key, Optional.empty());
        note(key, new CompareAndSet(expected, value, Verdict.UNKNOWN), () -> {
            boolean swapped =
                    submit(new KvCommand.CompareAndSet(bytes(key), expected.map(Contender::bytes), bytes(value)));
            if (swapped) {
                believed.put(key, Optional.of(value));
            } else {
                believed.remove(key);
            }
            return new CompareAndSet(expected, value, swapped ? Verdict.SWAPPED : Verdict.REFUSED);
        });
    }

    /**
     * @param unknown what is noted when the outcome is unknown. What was said not to be done, now or ever, is left out:
     *     whoever sees it nevertheless sees a value that nobody wrote
     */
    private void note(String key, Action unknown, Deed deed) throws Exception {
        long invoked = System.nanoTime();
        try {
            Action action = deed.carriedOut();
            notes.add(new Note(key, new Operation(invoked, System.nanoTime(), action)));
        } catch (CompletionException e) {
            if (e.getCause() instanceof OutcomeUnknownException && unknown != null) {
                notes.add(new Note(key, new Operation(invoked, Operation.NEVER, unknown)));
            }
        }
    }

    private boolean submit(KvCommand command) throws Exception {
        return KvReply.decode(join(connection.submit(command.encode())).reply()).isOk();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
