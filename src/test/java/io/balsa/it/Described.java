package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What {@code openapi.json} says that a route may answer. Every answer to a test is held against it. */
final class Described {
    private static final JsonNode PATHS = read().get("paths");

    /** What is refused before anybody looks where it was to go. */
    private static final Set<Integer> OF_THE_PARSER = Set.of(414, 431);

    private Described() {}

    static void check(String method, String path, int status) {
        for (Map.Entry<String, JsonNode> template : PATHS.properties()) {
            JsonNode operation = template.getValue().get(method.toLowerCase(Locale.ROOT));
            boolean meant = path.matches(template.getKey().replaceAll("\\{[a-z]+}", "[^/]+"));
            if (meant && operation != null && !OF_THE_PARSER.contains(status)) {
                assertThat(operation.get("responses").has(Integer.toString(status)))
                        .as("openapi.json says that %s %s may answer %s", method, template.getKey(), status)
                        .isTrue();
            }
        }
    }

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(HttpServer.class.getResourceAsStream("openapi.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
