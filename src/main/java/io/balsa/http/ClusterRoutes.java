package io.balsa.http;

import com.typesafe.config.Config;
import io.balsa.model.LogEntry;
import io.balsa.protocol.reply.AdminReply.LogPage;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.show.ClusterView;
import io.balsa.show.EffectiveConfig;
import io.balsa.show.EntryLine;
import io.balsa.show.Followers;
import io.balsa.show.MemberList;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Who is there, who leads, how far everybody is, what the log holds; in the words of {@code client.sh -o json}. */
final class ClusterRoutes {
    private static final long FEW = 100;
    private static final long MANY = 1000;

    private final Gateway gateway;
    private final Config config;
    private final byte[] description = description();

    /**
     * @param config the whole, as this node was started with it
     */
    ClusterRoutes(Gateway gateway, Config config) {
        this.gateway = gateway;
        this.config = config;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/status", this::status),
                Route.get("/api/v1/members", this::members),
                Route.get("/api/v1/replication", this::replication),
                Route.get("/api/v1/log", this::log),
                Route.get("/api/v1/config", this::config),
                Route.get("/api/v1/openapi.json", this::describe).forEverybody());
    }

    private CompletionStage<HttpResponse> status(Call call) {
        call.allow();
        return gateway.view().thenApply(view -> Reply.json(view.toAnswer().json()));
    }

    private CompletionStage<HttpResponse> members(Call call) {
        call.allow();
        return gateway.view().thenApply(view -> Reply.json(MemberList.of(view).json()));
    }

    private CompletionStage<HttpResponse> replication(Call call) {
        call.allow();
        return gateway.view().thenApply(view -> {
            Status leader = view.leading().orElseThrow(noLeader(view));
            return Reply.json(Followers.of(leader).json());
        });
    }

    static Supplier<Problem> noLeader(ClusterView view) {
        String detail = view.leader()
                .map(silent -> "the leader " + silent + " does not answer")
                .orElse("there is no leader in term " + view.term());
        return () -> Problem.of(Fault.UNAVAILABLE, detail);
    }

    /** One page: the newest entries, or those from an index on. */
    private CompletionStage<HttpResponse> log(Call call) {
        call.allow("node", "from", "limit");
        long limit = Math.min(MANY, call.number("limit", 1).orElse(FEW));
        long from = call.number("from", 1).orElse(0);
        return gateway.view().thenCompose(view -> {
            ClusterView.Node source = source(view, call.query("node"));
            long last = source.status().orElseThrow().last().index();
            long first = from == 0 ? Math.max(1, last - limit + 1) : from;
            return gateway.log(source.address(), first, first + limit - 1)
                    .thenApply(page -> Reply.json(json(source.id(), held(page, from, limit))));
        });
    }

    /** A page that somebody has asked for by its indexes, and of which a snapshot has covered all, is gone. */
    private static LogPage held(LogPage page, long from, long limit) {
        if (from > 0 && page.firstIndex() - from >= limit) {
            throw Problem.of(
                    Fault.OUT_OF_RANGE,
                    "entries from " + from + " on, " + limit + " of them, are covered by a snapshot; the log begins at "
                            + page.firstIndex());
        }
        return page;
    }

    private static Map<String, ?> json(String node, LogPage page) {
        List<EntryLine> lines = new ArrayList<>();
        for (LogEntry entry : page.entries()) {
            lines.add(EntryLine.of(entry, entry.index() <= page.commitIndex()));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", node);
        json.put("firstIndex", page.firstIndex());
        json.put("lastIndex", page.lastIndex());
        json.put("commit", page.commitIndex());
        return EntryLine.toAnswer(json, lines).json();
    }

    /** The member that is named, or the leader, or without one whoever has most. */
    private static ClusterView.Node source(ClusterView view, Optional<String> wanted) {
        return wanted.map(id -> answering(view, id))
                .or(() -> view.leading().map(leader -> view.nodes().get(leader.node())))
                .or(view::mostUpToDate)
                .orElseThrow(() -> Problem.of(Fault.UNAVAILABLE, "no member answers"));
    }

    /** A member that answers. */
    static ClusterView.Node answering(ClusterView view, String id) {
        ClusterView.Node node = view.nodes().get(id);
        if (node == null) {
            throw Problem.of(Fault.NO_SUCH_MEMBER, id + " is not a member");
        } else if (node.status().isEmpty()) {
            throw Problem.of(Fault.UNAVAILABLE, id + " does not answer");
        }
        return node;
    }

    private CompletionStage<HttpResponse> config(Call call) {
        call.allow();
        return CompletableFuture.completedFuture(Reply.json(EffectiveConfig.json(config)));
    }

    private CompletionStage<HttpResponse> describe(Call call) {
        call.allow();
        return CompletableFuture.completedFuture(Reply.bytes(Reply.OK, ContentTypes.APPLICATION_JSON, description));
    }

    private static byte[] description() {
        try (InputStream file = ClusterRoutes.class.getResourceAsStream("openapi.json")) {
            return Objects.requireNonNull(file, "openapi.json is not in the jar")
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
