package io.balsa.http;

import io.balsa.Consistency;
import io.balsa.client.delivery.Freshness;
import io.balsa.kv.KvCommand;
import io.balsa.kv.KvQuery;
import io.balsa.kv.KvReply;
import io.balsa.kv.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The values of the key-value machine, byte for byte. The tag of a value is a hash of it, so that a write can be made
 * to depend on what was read, without anything but the values being stored.
 */
final class KeyValueRoutes {
    private static final String PATH = "/api/v1/kv/{key}";
    private static final String IF_MATCH = "If-Match";
    private static final String IF_NONE_MATCH = "If-None-Match";
    private static final String ANY = "*";

    private final Gateway gateway;
    private final int maxValueBytes;

    KeyValueRoutes(Gateway gateway, int maxValueBytes) {
        this.gateway = gateway;
        this.maxValueBytes = maxValueBytes;
    }

    List<Route> routes() {
        return List.of(Route.get(PATH, this::get), Route.put(PATH, this::put), Route.delete(PATH, this::delete));
    }

    private CompletionStage<HttpResponse> get(Call call) {
        call.allow("consistency", "maxAgeMs");
        byte[] query = new KvQuery.Get(key(call)).encode();
        return ask(call, query).thenApply(reply -> {
            byte[] value = checked(reply).value();
            String tag = tag(value);
            boolean known = call.header(IF_NONE_MATCH).filter(tag::equals).isPresent();
            HttpResponse response = known ? Reply.empty(Reply.NOT_MODIFIED) : Reply.octets(value);
            return Reply.with(response, "ETag", tag);
        });
    }

    private CompletionStage<byte[]> ask(Call call, byte[] query) {
        Consistency consistency = consistency(call.query("consistency").orElse("linearizable"));
        OptionalLong maxAge = call.number("maxAgeMs", 1);
        if (maxAge.isEmpty()) {
            return gateway.query(query, consistency);
        }
        if (consistency != Consistency.STALE) {
            throw Problem.of(Fault.BAD_REQUEST, "maxAgeMs is for consistency=stale");
        }
        return gateway.query(query, Freshness.within(Duration.ofMillis(maxAge.getAsLong())));
    }

    private static Consistency consistency(String word) {
        return switch (word) {
            case "linearizable" -> Consistency.LINEARIZABLE;
            case "lease" -> Consistency.LEASE;
            case "stale" -> Consistency.STALE;
            default -> throw Problem.of(Fault.BAD_REQUEST, "consistency must be linearizable, lease or stale");
        };
    }

    private CompletionStage<HttpResponse> put(Call call) {
        call.allow();
        byte[] key = key(call);
        Optional<IdempotencyKey> once = IdempotencyKey.of(call);
        Optional<String> match = call.header(IF_MATCH);
        boolean absent = isOnlyIfAbsent(call);
        match.ifPresent(tag -> requireTag(tag, once.isPresent() || absent));
        return call.body().thenCompose(value -> {
            requireFits(value);
            if (match.isPresent()) {
                return replace(key, match.get(), value);
            }
            KvCommand command =
                    absent ? new KvCommand.CompareAndSet(key, Optional.empty(), value) : new KvCommand.Put(key, value);
            return submit(once, command, Optional.of(value));
        });
    }

    /** The machine compares values, so the one that the tag is of is read first; it may be another one by then. */
    private CompletionStage<HttpResponse> replace(byte[] key, String tag, byte[] value) {
        return gateway.query(new KvQuery.Get(key).encode(), Consistency.LINEARIZABLE)
                .thenCompose(bytes -> {
                    KvReply present = decoded(bytes);
                    if (!present.isOk() || !tag(present.value()).equals(tag)) {
                        throw Problem.of(Fault.MISMATCH, "the value has another tag, or there is none");
                    }
                    requireFit(present.value(), value);
                    KvCommand command = new KvCommand.CompareAndSet(key, Optional.of(present.value()), value);
                    return submit(Optional.empty(), command, Optional.of(value));
                })
                .exceptionally(failure -> {
                    throw sinceGone(Problem.of(failure));
                });
    }

    /** The machine has its own word for a value that is gone since it was read. */
    private static Problem sinceGone(Problem problem) {
        return problem.fault() == Fault.NO_SUCH_KEY ? Problem.of(Fault.MISMATCH, "the value is gone") : problem;
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        call.allow();
        if (call.header(IF_MATCH).or(() -> call.header(IF_NONE_MATCH)).isPresent()) {
            throw Problem.of(Fault.UNSUPPORTED_PRECONDITION, "the machine removes whatever value there is");
        }
        return submit(IdempotencyKey.of(call), new KvCommand.Delete(key(call)), Optional.empty());
    }

    private CompletionStage<HttpResponse> submit(
            Optional<IdempotencyKey> once, KvCommand command, Optional<byte[]> value) {
        return gateway.submit(once, command.encode()).thenApply(applied -> {
            checked(applied.reply());
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("ok", true);
            json.put("index", applied.index());
            HttpResponse response = Reply.json(json);
            return value.map(now -> Reply.with(response, "ETag", tag(now))).orElse(response);
        });
    }

    private static boolean isOnlyIfAbsent(Call call) {
        Optional<String> none = call.header(IF_NONE_MATCH);
        if (none.isPresent() && !none.get().equals(ANY)) {
            throw Problem.of(Fault.UNSUPPORTED_PRECONDITION, "of If-None-Match only * can be kept when writing");
        }
        return none.isPresent();
    }

    /** Of a repeated request nobody could say whether the tag has changed since, or by it. */
    private static void requireTag(String tag, boolean more) {
        if (more) {
            throw Problem.of(
                    Fault.UNSUPPORTED_PRECONDITION,
                    "If-Match goes neither with If-None-Match nor with Idempotency-Key; the op cas of"
                            + " /api/v1/commands goes with the latter");
        }
        if (!tag.matches("\"[^\",]*\"")) {
            throw Problem.of(
                    Fault.UNSUPPORTED_PRECONDITION, "If-Match must be the one ETag of the value that was read");
        }
    }

    private void requireFits(byte[] value) {
        if (value.length > maxValueBytes) {
            throw Problem.of(
                    Fault.TOO_LARGE, value.length + " bytes, more than raft.max-command-size " + maxValueBytes);
        }
    }

    /** What the machine is to compare travels with what is to take its place. */
    private void requireFit(byte[] present, byte[] value) {
        if (present.length + value.length > maxValueBytes) {
            throw Problem.of(
                    Fault.TOO_LARGE,
                    "with If-Match the value there counts too: " + present.length + " + " + value.length
                            + " bytes, more than raft.max-command-size " + maxValueBytes);
        }
    }

    private static byte[] key(Call call) {
        return key(call.word("key"));
    }

    static byte[] key(String text) {
        byte[] key = text.getBytes(StandardCharsets.UTF_8);
        if (key.length == 0 || key.length > KvCommand.MAX_KEY_BYTES) {
            throw Problem.of(Fault.BAD_REQUEST, "a key has from 1 to " + KvCommand.MAX_KEY_BYTES + " bytes");
        }
        return key;
    }

    /**
     * What the machine answers.
     *
     * @throws Problem unless it has said yes
     */
    static KvReply checked(byte[] bytes) {
        KvReply reply = decoded(bytes);
        return switch (reply.status()) {
            case OK -> reply;
            case NOT_FOUND -> throw Problem.of(Fault.NO_SUCH_KEY, "there is no such key");
            case MISMATCH -> throw Problem.of(Fault.MISMATCH, "the key has another value");
            case NOT_A_NUMBER ->
                throw Problem.of(
                        Fault.NOT_A_NUMBER, "the value is not a whole number of 64 bits, or the sum would not be");
            case TOO_LARGE -> throw Problem.of(Fault.BAD_REQUEST, "the key is too long");
            case MALFORMED -> throw Problem.of(Fault.OTHER_MACHINE, "the node does not know this command");
        };
    }

    private static KvReply decoded(byte[] bytes) {
        try {
            return KvReply.decode(bytes);
        } catch (MalformedException anotherMachine) {
            throw Problem.of(Fault.OTHER_MACHINE, "the answer is none of the key-value machine");
        }
    }

    /** Equal of equal values, and of no others that anybody could find. */
    static String tag(byte[] value) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(value);
            return "\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + "\"";
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
