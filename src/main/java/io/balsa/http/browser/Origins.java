package io.balsa.http.browser;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.function.Function;

/**
 * Says to browsers what they may do with an answer. A page that another member served may read what it shows of the
 * cluster, and a page of anybody else's nothing; no answer but the page itself is ever rendered, and none is framed.
 */
public final class Origins {
    /** What the page at {@code /} asks of other nodes than its own. */
    private static final Set<String> SHARED = Set.of(
            "/api/v1/status", "/api/v1/log", "/api/v1/events", "/api/v1/history", "/api/v1/directory", "/metrics");

    private static final String POLICY = "Content-Security-Policy";

    private final Directory directory;

    public Origins(Directory directory) {
        this.directory = directory;
    }

    /** Answers as the handler does, with what browsers must be told besides. */
    public Function<HttpRequest, CompletionStage<HttpResponse>> around(
            Function<HttpRequest, CompletionStage<HttpResponse>> handler) {
        return request -> {
            Optional<String> origin = foreignOrigin(request)
                    .filter(other -> SHARED.contains(request.getUri().path()));
            if (origin.isEmpty()) {
                return handler.apply(request).thenApply(Origins::guarded);
            }
            boolean asksLeave = isPreflight(request);
            CompletionStage<HttpResponse> answer =
                    asksLeave ? CompletableFuture.completedFuture(leave()) : handler.apply(request);
            return answer.thenCombine(isMember(origin.get()), (response, member) -> {
                HttpResponse told = guarded(response).addHeader(RawHeader.create("Vary", "Origin"));
                return member ? told.addHeader(RawHeader.create("Access-Control-Allow-Origin", origin.get())) : told;
            });
        };
    }

    private static Optional<String> foreignOrigin(HttpRequest request) {
        String host = request.getHeader("Host").map(HttpHeader::value).orElse("");
        return request.getHeader("Origin").map(HttpHeader::value).filter(origin -> !origin.endsWith("://" + host));
    }

    private CompletionStage<Boolean> isMember(String origin) {
        String authority = origin.replaceFirst("^https?://", "");
        return directory.look().thenApply(addresses -> Directory.authorities(addresses.values())
                .contains(authority));
    }

    private static boolean isPreflight(HttpRequest request) {
        return request.method().value().equals("OPTIONS")
                && request.getHeader("Access-Control-Request-Method").isPresent();
    }

    /** To look, and to say who one is; counts only together with the origin. */
    private static HttpResponse leave() {
        return HttpResponse.create()
                .withStatus(204)
                .addHeaders(List.of(
                        RawHeader.create("Access-Control-Allow-Methods", "GET"),
                        RawHeader.create("Access-Control-Allow-Headers", "Authorization"),
                        RawHeader.create("Access-Control-Max-Age", "600")));
    }

    private static HttpResponse guarded(HttpResponse response) {
        HttpResponse told = response.addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"))
                .addHeader(RawHeader.create("Referrer-Policy", "no-referrer"))
                .addHeader(RawHeader.create("Cross-Origin-Resource-Policy", "same-origin"));
        return response.getHeader(POLICY).isPresent()
                ? told
                : told.addHeader(RawHeader.create(POLICY, "default-src 'none'; frame-ancestors 'none'"));
    }
}
