package io.balsa.http.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The files of the page: few bytes, nothing from outside, nothing that could make markup of a name. */
final class PageTest {
    private static final Path FOLDER = Path.of("src/main/resources/io/balsa/http/browser");
    private static final long MOST_BYTES = 100_000;
    private static final int MOST_LINES = 400;
    private static final int LONGEST_LINE = 120;
    private static final Pattern REFERENCE = Pattern.compile("(?: from '| href=\"| src=\"|url\\(|import\\()([^\"')]+)");

    @Test
    void allFilesAreServedAndNoOthers() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Page.FILES);
        }
    }

    @Test
    void theWholePageIsSmall() {
        assertThat(Page.FILES.stream()
                        .mapToLong(name -> text(name).getBytes(UTF_8).length)
                        .sum())
                .isLessThan(MOST_BYTES);
        assertThat(Page.FILES).allSatisfy(name -> assertThat(text(name).lines())
                .as(name)
                .hasSizeLessThanOrEqualTo(MOST_LINES)
                .allMatch(line -> line.length() <= LONGEST_LINE || !name.endsWith(".mjs")));
    }

    @Test
    void nothingComesFromOutside() {
        for (String name : Page.FILES) {
            String text = text(name);
            List<String> references = REFERENCE
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .filter(found -> !found.startsWith("#"))
                    .toList();
            assertThat(text.replace("http://www.w3.org/2000/svg", "")).as(name).doesNotContain("http://", "https://");
            assertThat(references).as(name).allSatisfy(reference -> assertThat(Page.FILES)
                    .contains(reference.replaceFirst("^(/page/|\\./)", "")));
        }
        assertThat(text("main.mjs")).contains("from './live.mjs'");
    }

    @Test
    void noNameBecomesMarkup() {
        assertThat(Page.FILES)
                .filteredOn(name -> name.endsWith(".mjs"))
                .hasSizeGreaterThan(5)
                .allSatisfy(name -> assertThat(text(name))
                        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
                        .doesNotContain("new Function", "DOMParser", "createContextualFragment"));
        assertThat(text("index.html")).doesNotContain("style=", "onclick=").doesNotContainPattern("<script>|<style");
    }

    /** What the page makes of events, tested by its own tests. */
    @Test
    void theScriptsDoWhatTheyShould() throws Exception {
        Process node = start();
        String said = new String(node.getInputStream().readAllBytes(), UTF_8);
        assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(node.exitValue()).as(said).isZero();
        assertThat(said).containsPattern("# pass [1-9]").contains("# fail 0");
    }

    private static Process start() throws IOException {
        try {
            return new ProcessBuilder("node", "--test", "--test-reporter=tap", "src/test/js/page.test.mjs")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException missing) {
            if (System.getProperty("balsa.browser", "").equals("required")) {
                throw missing;
            }
            Assumptions.abort("NOT TESTED: there is no node on the path; install Node.js 20 or newer");
            throw missing;
        }
    }

    private static String text(String name) {
        try {
            return Files.readString(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
