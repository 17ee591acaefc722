package io.balsa.http;

import io.balsa.Applied;
import io.balsa.kv.KvCommand;
import io.balsa.kv.KvReply;
import io.balsa.kv.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Commands to the state machine, and the sessions within which one is applied once, however often it is sent. */
final class CommandRoutes {
    private static final String COMMANDS = "/api/v1/commands";
    private static final String SESSIONS = "/api/v1/sessions";
    private static final String RAW = "application/octet-stream";

    private final Gateway gateway;
    private final boolean courtesy;
    private final boolean keyValues;

    /**
     * @param courtesy whether there is a GET that appends
     * @param keyValues whether the machine is the one that the commands in JSON are for
     */
    CommandRoutes(Gateway gateway, boolean courtesy, boolean keyValues) {
        this.gateway = gateway;
        this.courtesy = courtesy;
        this.keyValues = keyValues;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                Route.post(COMMANDS, this::submit),
                Route.post(SESSIONS, this::openSession),
                Route.delete(SESSIONS + "/{session}", this::closeSession)));
        if (courtesy) {
            Route append = Route.get("/req", this::append).forWriters();
            routes.add(keyValues ? append : append.withoutMachine());
        }
        return routes;
    }

    private CompletionStage<HttpResponse> submit(Call call) {
        call.allow();
        Optional<IdempotencyKey> once = IdempotencyKey.of(call);
        if (call.mediaType().equals(RAW)) {
            return call.body()
                    .thenCompose(command -> gateway.submit(once, command))
                    .thenApply(applied ->
                            Reply.with(Reply.octets(applied.reply()), "Raft-Index", Long.toString(applied.index())));
        }
        if (!keyValues) {
            throw Route.otherMachine();
        }
        return JsonBody.of(call, "op", "key", "value", "expected", "by", "text").thenCompose(body -> {
            KvCommand command = command(body);
            return gateway.submit(once, command.encode()).thenApply(applied -> done(command, applied));
        });
    }

    private static KvCommand command(JsonBody body) {
        String op = body.text("op");
        return switch (op) {
            case "put" -> new KvCommand.Put(key(body), bytes(body.text("value")));
            case "del" -> new KvCommand.Delete(key(body));
            case "cas" ->
                new KvCommand.CompareAndSet(
                        key(body), body.optionalText("expected").map(CommandRoutes::bytes), bytes(body.text("value")));
            case "incr" -> new KvCommand.Increment(key(body), body.number("by", 1));
            case "append" -> new KvCommand.Append(bytes(body.text("text")));
            default -> throw Problem.of(Fault.BAD_REQUEST, "op must be put, del, cas, incr or append");
        };
    }

    private static HttpResponse done(KvCommand command, Applied applied) {
        KvReply reply = KeyValueRoutes.checked(applied.reply());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ok", true);
        json.put("index", applied.index());
        if (command instanceof KvCommand.Increment) {
            json.put("value", number(reply));
        }
        return Reply.json(json);
    }

    private static long number(KvReply reply) {
        try {
            return reply.number();
        } catch (MalformedException anotherMachine) {
            throw Problem.of(Fault.OTHER_MACHINE, "the answer is none of the key-value machine");
        }
    }

    private CompletionStage<HttpResponse> openSession(Call call) {
        call.allow();
        call.discardBody();
        return gateway.openSession().thenApply(session -> Reply.json(Reply.CREATED, Map.of("session", session)));
    }

    private CompletionStage<HttpResponse> closeSession(Call call) {
        call.allow();
        long session = Call.number("the session", call.word("session"), 1);
        return gateway.closeSession(session).thenApply(closed -> Reply.json(Map.of("ok", true)));
    }

    /** For a browser, which can only ask. */
    private CompletionStage<HttpResponse> append(Call call) {
        String text = call.request().getUri().rawQueryString().orElse("");
        return gateway.submit(Optional.empty(), new KvCommand.Append(bytes(text)).encode())
                .thenApply(applied -> {
                    KeyValueRoutes.checked(applied.reply());
                    return Reply.text("OK\n");
                });
    }

    private static byte[] key(JsonBody body) {
        return KeyValueRoutes.key(body.text("key"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
