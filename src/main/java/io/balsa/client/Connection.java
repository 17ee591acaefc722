package io.balsa.client;

import com.typesafe.config.Config;
import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.protocol.AdminReply;
import io.balsa.protocol.Target;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A client for programs without actors: its own actor system with one client actor in it.
 *
 * <p>Every stage completes within {@code raft.client.timeout}, with a value or with one of {@link RefusedException},
 * {@link UnavailableException} and {@link OutcomeUnknownException}. Callbacks run on the client's thread and must not
 * block it. All methods may be called from any thread.
 */
public final class Connection implements AutoCloseable {
    private Connection() {}

    /**
     * Starts a client; connects only when there is something to ask.
     *
     * @param endpoints addresses of servers, {@code pekko://raft@host:port/user/raft}; any one that answers will do
     * @param target the cluster and group that must answer
     * @param config {@code raft.client.*}, over the defaults
     */
    public static Connection open(List<String> endpoints, Target target, Config config) {
        return new Connection();
    }

    /** Has a command applied exactly once, under a session that this connection opens and keeps. */
    public CompletionStage<Applied> submit(byte[] command) {
        return CompletableFuture.failedFuture(new UnavailableException("nothing is sent yet"));
    }

    /**
     * Has a command applied once for this session and sequence, whoever else sends the same pair, whenever.
     *
     * @param session from {@link #openSession}
     * @param sequence 1 and up
     */
    public CompletionStage<Applied> submit(long session, long sequence, byte[] command) {
        return CompletableFuture.failedFuture(new UnavailableException("nothing is sent yet"));
    }

    /** Asks the state machine. */
    public CompletionStage<byte[]> query(byte[] query, Consistency consistency) {
        return CompletableFuture.failedFuture(new UnavailableException("nothing is sent yet"));
    }

    /** Opens a session for {@link #submit(long, long, byte[])}. */
    public CompletionStage<Long> openSession() {
        return CompletableFuture.failedFuture(new UnavailableException("nothing is sent yet"));
    }

    /** Ends a session; one that is not there is no failure. */
    public CompletionStage<Void> closeSession(long session) {
        return CompletableFuture.failedFuture(new UnavailableException("nothing is sent yet"));
    }

    /** How one server sees itself and its cluster. */
    public CompletionStage<AdminReply.Status> status(String endpoint) {
        return CompletableFuture.failedFuture(new UnavailableException("nothing is sent yet"));
    }

    /**
     * A page of one server's own log, committed or not. It may end before {@code to}; ask again from behind its last.
     *
     * @param from the first index wanted, 1 and up
     * @param to the last index wanted
     */
    public CompletionStage<AdminReply.LogPage> log(String endpoint, long from, long to) {
        return CompletableFuture.failedFuture(new UnavailableException("nothing is sent yet"));
    }

    /**
     * Committed entries from {@code from} on as they come, through whichever server has them, until the connection is
     * closed. The next ones are sent when the subscriber returns.
     *
     * @param subscriber called by one thread at a time; may block
     * @return fails when the entries can no longer be had; completes when the connection is closed
     */
    public CompletionStage<Void> subscribe(long from, Consumer<Delivered> subscriber) {
        return CompletableFuture.failedFuture(new UnavailableException("nothing is sent yet"));
    }

    /** Ends everything: what is still unanswered fails. */
    @Override
    public void close() {}
}
