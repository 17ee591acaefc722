package io.balsa.http.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the distribution has for Prometheus and Grafana asks for nothing that a node does not tell. */
final class MonitoringTest {
    private static final Path FOLDER = Path.of("conf/monitoring");
    private static final Pattern METER = Pattern.compile("\\braft_[a-z_]+");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern ROW = Pattern.compile("\\| `(Balsa\\w+)` \\|");

    @ParameterizedTest
    @ValueSource(strings = {"alerts.yml", "grafana-dashboard.json"})
    void everyMeterThatIsNamedIsThere(String file) throws IOException {
        Set<String> told = MetricsTest.scraped()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(found(METER, file)).hasSizeGreaterThan(5).isSubsetOf(told);
    }

    @Test
    void everyAlertIsExplainedAndNoOther() throws IOException {
        assertThat(matches(ROW, Files.readString(Path.of("src/site/markdown/metrics.md"))))
                .isNotEmpty()
                .isEqualTo(found(ALERT, "alerts.yml"));
    }

    @Test
    void everyPanelOfTheDashboardAsksSomething() throws IOException {
        JsonNode panels = new ObjectMapper()
                .readTree(FOLDER.resolve("grafana-dashboard.json").toFile())
                .get("panels");

        assertThat(panels).hasSizeGreaterThan(5).allSatisfy(panel -> assertThat(panel.get("targets"))
                .isNotEmpty()
                .allSatisfy(target -> assertThat(target.get("expr").asText())
                        .contains("raft_")
                        .contains("group=\"$group\"")));
    }

    private static Set<String> found(Pattern pattern, String file) throws IOException {
        return matches(pattern, Files.readString(FOLDER.resolve(file)));
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(found -> pattern.matcher(found).replaceAll(pattern == METER ? "$0" : "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
