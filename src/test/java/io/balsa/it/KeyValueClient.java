package io.balsa.it;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.Connection;
import io.balsa.kv.KvCommand;
import io.balsa.kv.KvQuery;
import io.balsa.kv.KvReply;
import io.balsa.kv.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The commands and queries of the key-value machine in words, sent by way of a connection. */
record KeyValueClient(Connection connection) {

    /** Returns when it is acknowledged; where it stands. */
    long put(String key, String value) {
        return join(startPut(key, value)).index();
    }

    CompletionStage<Applied> startPut(String key, String value) {
        return connection.submit(new KvCommand.Put(bytes(key), bytes(value)).encode());
    }

    /** A linearizable read. */
    Optional<String> get(String key) throws MalformedException {
        return value(join(startGet(key, Consistency.LINEARIZABLE)));
    }

    CompletionStage<byte[]> startGet(String key, Consistency consistency) {
        return connection.query(new KvQuery.Get(bytes(key)).encode(), consistency);
    }

    static Optional<String> value(byte[] answer) throws MalformedException {
        KvReply reply = KvReply.decode(answer);
        return reply.isOk() ? Optional.of(new String(reply.value(), StandardCharsets.UTF_8)) : Optional.empty();
    }

    static byte[] increment(String key) {
        return new KvCommand.Increment(bytes(key), 1).encode();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
