package io.balsa.http;

import io.balsa.http.health.Health;
import io.balsa.http.metrics.NodeMeters;
import io.balsa.protocol.reply.AdminReply.Status;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What load balancers, supervisors and Prometheus ask a node about itself. */
final class HealthRoutes {
    private static final ContentType EXPOSITION = ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");

    private final Gateway gateway;
    private final Health health;
    private final NodeMeters meters;

    HealthRoutes(Gateway gateway, Health health, NodeMeters meters) {
        this.gateway = gateway;
        this.health = health;
        this.meters = meters;
    }

    List<Route> routes() {
        return Stream.of(
                        Route.get("/alive", this::alive),
                        Route.get("/ready", this::ready),
                        Route.get("/health", this::health),
                        Route.get("/metrics", this::metrics))
                .map(Route::forEverybody)
                .toList();
    }

    /** Whether it answers at all: a process that does not is to be started anew, and a full disk is no reason to. */
    private CompletionStage<HttpResponse> alive(Call call) {
        return gateway.self().thenApply(status -> Reply.json(Map.of("alive", true)));
    }

    private CompletionStage<HttpResponse> ready(Call call) {
        return gateway.self().thenApply(status -> {
            List<Health.Check> checks = health.checks(status);
            List<String> reasons = checks.stream()
                    .filter(check -> !check.ok())
                    .map(Health.Check::detail)
                    .toList();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("ready", reasons.isEmpty());
            json.put("reasons", reasons);
            return Reply.json(status(checks), json);
        });
    }

    private CompletionStage<HttpResponse> health(Call call) {
        return gateway.self().thenApply(status -> {
            List<Health.Check> checks = health.checks(status);
            return Reply.json(status(checks), json(status, checks));
        });
    }

    private static int status(List<Health.Check> checks) {
        return checks.stream().allMatch(Health.Check::ok) ? Reply.OK : Fault.NOT_READY.status();
    }

    private static Map<String, Object> json(Status status, List<Health.Check> checks) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", status.node());
        json.put("role", status.role());
        json.put("term", status.term());
        json.put("leader", status.leader().orElse(null));
        json.put("ready", checks.stream().allMatch(Health.Check::ok));
        json.put("checks", checks.stream().map(HealthRoutes::json).toList());
        return json;
    }

    private static Map<String, Object> json(Health.Check check) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", check.name());
        json.put("ok", check.ok());
        json.put("detail", check.detail());
        return json;
    }

    private CompletionStage<HttpResponse> metrics(Call call) {
        return gateway.self()
                .thenApply(status ->
                        Reply.bytes(Reply.OK, EXPOSITION, meters.scrape(status).getBytes(StandardCharsets.UTF_8)));
    }
}
