package io.balsa.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import io.balsa.http.browser.Directory;
import io.balsa.http.event.Listener;
import io.balsa.role.NodeView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The description that a node serves of itself holds every route, and nothing else. */
final class OpenApiTest {
    private final JsonNode description = description();

    @Test
    void theDescriptionAndTheRoutesAreTheSame() {
        List<String> described = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : description.get("paths").properties()) {
            path.getValue()
                    .properties()
                    .forEach(method -> described.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey()));
        }
        List<String> served = routes().stream()
                .map(route -> route.method() + " " + route.template())
                .toList();

        assertThat(served).hasSizeGreaterThan(20).doesNotHaveDuplicates();
        assertThat(described).containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void everyWordInBracesIsAParameter() {
        description.get("paths").properties().forEach(path -> path.getValue().forEach(operation -> {
            long inPath = operation.path("parameters").findValuesAsText("in").stream()
                    .filter("path"::equals)
                    .count();
            assertThat(inPath)
                    .as(path.getKey())
                    .isEqualTo(path.getKey().chars().filter(c -> c == '{').count());
        }));
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        assertThat(description.findValuesAsText("$ref")).hasSizeGreaterThan(20).allSatisfy(reference -> assertThat(
                        description.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
    }

    private static List<Route> routes() {
        NodeConfig config = NodeConfig.of(ConfigFactory.parseMap(Map.of(
                "raft.cluster-id", "c",
                "raft.node-id", "n",
                "raft.peers.n", "pekko://raft@127.0.0.1:7051/user/raft",
                "raft.http.courtesy", "on")));
        HttpServer.Setup setup = new HttpServer.Setup(config, new NodeView(), Listener.of(config), true);
        Gateway unasked = new Gateway(null, config.settings(), Runnable::run);
        return HttpServer.routes(setup, unasked, new Directory(config, unasked::members));
    }

    private static JsonNode description() {
        try {
            return new ObjectMapper().readTree(OpenApiTest.class.getResourceAsStream("openapi.json"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
