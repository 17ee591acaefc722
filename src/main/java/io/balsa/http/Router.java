package io.balsa.http;

import io.balsa.config.access.Identity;
import io.balsa.http.access.AuditLog;
import io.balsa.http.access.Doorkeeper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings each request to the route that answers it, and each failure into the form of a problem. */
final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    /** Stands for all paths that there are not, of which anybody can think up any number. */
    private static final String NOWHERE = "none";

    private final ActorSystem<?> system;
    private final HttpServer.Setup setup;
    private final List<Route> routes;
    private final Doorkeeper doorkeeper;
    private final AuditLog audit = new AuditLog();
    private final Predicate<String> isOwnHost;

    /**
     * @param isOwnHost whether a request that names this host was meant for this node
     */
    Router(ActorSystem<?> system, HttpServer.Setup setup, List<Route> routes, Predicate<String> isOwnHost) {
        this.system = system;
        this.setup = setup;
        this.routes = List.copyOf(routes);
        this.doorkeeper = new Doorkeeper(setup.config().http().access());
        this.isOwnHost = isOwnHost;
    }

    List<Route> routes() {
        return routes;
    }

    CompletionStage<HttpResponse> handle(HttpRequest request) {
        long begin = System.nanoTime();
        List<String> path = Route.segments(request.getUri());
        List<Route> ofPath =
                routes.stream().filter(route -> route.match(path).isPresent()).toList();
        String template = ofPath.isEmpty() ? NOWHERE : ofPath.get(0).template();
        return answer(request, path, ofPath).handle((response, failure) -> {
            Optional<Problem> problem = Optional.ofNullable(failure).map(Problem::of);
            String outcome = problem.map(told -> told.fault().code()).orElse("ok");
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            setup.listener().meters().answered(request.method().value(), template, outcome, took);
            return problem.map(told -> tell(request, told, failure, allowed(ofPath)))
                    .orElse(response);
        });
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request, List<String> path, List<Route> ofPath) {
        String method = request.method().value();
        Optional<Route> found =
                ofPath.stream().filter(route -> route.method().equals(method)).findFirst();
        if (found.isEmpty() || method.equals("GET") || method.equals("DELETE")) {
            request.discardEntityBytes(system);
        }
        try {
            requireOwnOrigin(request);
            Route route = found.orElseThrow(() -> unanswered("/" + String.join("/", path), ofPath));
            Optional<Identity> who = admit(request, route);
            Map<String, String> words = route.match(path).orElseThrow();
            Call call = new Call(request, words, system, setup.config().http().limits());
            return route.isForAdministrators()
                    ? onRecord(call, route, who)
                    : route.handler().answer(call);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** Who sends it, as far as that is asked. */
    private Optional<Identity> admit(HttpRequest request, Route route) {
        Doorkeeper.Verdict verdict = doorkeeper.judge(request, route.least());
        if (verdict.kind() == Doorkeeper.Kind.ADMITTED) {
            return verdict.who();
        }
        request.discardEntityBytes(system);
        Fault fault = verdict.kind() == Doorkeeper.Kind.UNKNOWN ? Fault.UNAUTHENTICATED : Fault.FORBIDDEN;
        audit.refused(verdict.who(), what(request), fault.code());
        throw Problem.of(fault, verdict.why());
    }

    /** The body is read first, as it says what is to be done. */
    private CompletionStage<HttpResponse> onRecord(Call call, Route route, Optional<Identity> who) {
        HttpRequest request = call.request();
        boolean without =
                request.entity().isKnownEmpty() || request.method().value().equals("DELETE");
        CompletionStage<byte[]> body = without ? CompletableFuture.completedFuture(new byte[0]) : call.body();
        return body.thenCompose(bytes -> answerWhole(call, bytes, route).handle((response, failure) -> {
            String outcome =
                    failure == null ? "ok" : Problem.of(failure).fault().code();
            audit.done(who, what(request), bytes, outcome);
            if (failure != null) {
                throw new CompletionException(failure);
            }
            return response;
        }));
    }

    /** Of what is longer than a line of the record only a part could be put down. */
    private static CompletionStage<HttpResponse> answerWhole(Call call, byte[] body, Route route) {
        return body.length > AuditLog.MOST
                ? CompletableFuture.failedFuture(Problem.of(
                        Fault.TOO_LARGE, body.length + " bytes, more than " + AuditLog.MOST + " for such an act"))
                : answer(call.with(body), route);
    }

    private static CompletionStage<HttpResponse> answer(Call call, Route route) {
        try {
            return route.handler().answer(call);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private static String what(HttpRequest request) {
        return request.method().value() + " " + request.getUri().getPathString() + query(request);
    }

    private static String query(HttpRequest request) {
        return request.getUri().rawQueryString().map(query -> "?" + query).orElse("");
    }

    /** A page of somebody else's, open in the browser of somebody who reaches this port, may look but not touch. */
    private void requireOwnOrigin(HttpRequest request) {
        Optional<String> origin = request.getHeader("Origin").map(HttpHeader::value);
        String host = request.getHeader("Host").map(HttpHeader::value).orElse("");
        if (!isOwnHost.test(host)) {
            String hint = "; raft.http.peers may say that it is";
            throw Problem.of(Fault.FOREIGN_ORIGIN, "the host " + host + " is no name of a node" + hint);
        }
        boolean own = origin.isEmpty() || origin.get().endsWith("://" + host);
        if (!own && !request.method().value().equals("GET")) {
            throw Problem.of(Fault.FOREIGN_ORIGIN, "the origin " + origin.get() + " is not " + host);
        }
    }

    private static Problem unanswered(String path, List<Route> ofPath) {
        return ofPath.isEmpty()
                ? Problem.of(
                        Fault.NO_SUCH_RESOURCE,
                        "nothing is under " + path + "; /api/v1/openapi.json says what there is, and a slash within a"
                                + " key is written %2F")
                : Problem.of(Fault.METHOD_NOT_ALLOWED, path + " takes " + allowed(ofPath));
    }

    private static String allowed(List<Route> ofPath) {
        return ofPath.stream().map(Route::method).distinct().collect(Collectors.joining(", "));
    }

    private HttpResponse tell(HttpRequest request, Problem problem, Throwable failure, String allowed) {
        if (problem.fault() == Fault.INTERNAL) {
            LOG.error("{} {} was not answered", request.method().value(), request.getUri(), failure);
        }
        HttpResponse response = problem.toResponse(setup.view().leader().map(id -> id.name()));
        return switch (problem.fault()) {
            case METHOD_NOT_ALLOWED -> Reply.with(response, "Allow", allowed);
            case UNAUTHENTICATED -> Reply.with(response, "WWW-Authenticate", "Bearer realm=\"balsa\"");
            default -> response;
        };
    }
}
