package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.sim.Recorded;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page at /, in a browser, with a cluster of processes. */
@Timeout(300)
final class DashboardIT {
    private static final String EVIL =
            "<script>document.title='evil'</script><img src=x onerror=document.title='evil'>";

    /** It takes about half a second; ten times the second that was promised, as builds share their machine. */
    private static final long SHOWN_WITHIN_MS = 10_000;

    private static final int COLUMNS = 32;

    /** One that is short and has a truncation; should it have none any more, those that follow are tried. */
    private static final long SHORT_SEED = 27;

    private static final List<Integer> HTTP = Ports.free(3);

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static NodeProcesses nodes;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.open();
        List<String> settings = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            settings.add("http.peers.node-" + number + " = \"127.0.0.1:" + HTTP.get(number - 1) + "\"");
        }
        nodes = new NodeProcesses(folder, settings.toArray(String[]::new));
        nodes.serveHttp();
        for (int number = 1; number <= 3; number++) {
            nodes.set("node-" + number, "raft.http.port = " + HTTP.get(number - 1));
        }
        nodes.startAll();
    }

    @AfterAll
    static void stop() {
        if (nodes != null) {
            nodes.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    /** The leader is killed, and it is the node that served the page. */
    @Test
    void theNextLeaderIsShown() throws Exception {
        String first = nodes.awaitLeader();
        browser.go(page(first));
        awaitSentence(first + " leads in term ", "All 3 nodes keep up.");
        browser.picture("healthy");
        browser.prefer("dark");
        browser.picture("healthy-dark");

        long killed = System.nanoTime();
        nodes.kill(first);
        awaitSentence(first + " does not answer.");
        long shown = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
        System.out.println("dashboard: the death of the leader was shown after " + shown + " ms");
        String next = nodes.awaitLeader();
        awaitSentence(next + " leads in term ", first + " does not answer.");
        browser.picture("leader-killed-dark");
        browser.prefer("light");
        browser.picture("leader-killed");

        assertThat(shown).as("ms from the death to the page").isLessThan(SHOWN_WITHIN_MS);
        assertThat(browser.text("marks"))
                .contains(next + " leads in term ")
                .contains(first + " does not answer any more");
        nodes.start(first);
        awaitSentence(" leads in term ", "All 3 nodes keep up.");
    }

    @Test
    void whatClientsStoreIsShownAsText() throws Exception {
        String leader = nodes.awaitLeader();
        put(leader, EVIL, "<b>v</b>");
        browser.go(page(leader));
        awaitSentence(leader + " leads in term ");
        nodes.await("the entry is read", () -> isFound(EVIL));

        assertThat(browser.text("entry")).contains("put " + EVIL + " <b>v</b>");
        assertThat(browser.run("return document.title")).isEqualTo("Balsa");
        assertThat(browser.run("return document.querySelectorAll('body script, body img, #entry *').length"))
                .isEqualTo(0L);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theTimeLineIsReachedAndMovedByKeys() throws Exception {
        browser.go(page(nodes.awaitLeader()));
        awaitSentence(" leads in term ");
        for (int i = 0; i < 40 && !isFocused("scrub"); i++) {
            browser.press(Keys.TAB);
        }
        assertThat(isFocused("scrub")).as("the time line has the focus").isTrue();
        assertThat(browser.element("now").getDomAttribute("aria-pressed")).isEqualTo("true");

        browser.press(Keys.HOME);
        nodes.await("it shows the beginning", () -> browser.text("moment").matches("[0-9:.]+"));
        assertThat(browser.element("now").getDomAttribute("aria-pressed")).isEqualTo("false");
        browser.click("now");
        nodes.await("it is live again", () -> browser.text("moment").startsWith("live"));
    }

    @Test
    void aTraceIsOpenedAndStepped() throws Exception {
        Path trace = folder.resolve("seed.jsonl");
        Recorded.seedWith("truncate", SHORT_SEED, trace);
        browser.go(page(nodes.awaitLeader()));
        browser.element("file").sendKeys(trace.toString());
        nodes.await("the trace is open", () -> browser.text("source").startsWith("seed.jsonl: "));
        browser.run("document.getElementById('kind').value = 'truncation'");
        browser.click("markforth");
        nodes.await("a truncation is shown", () -> browser.text("reason").contains(" drops "));
        browser.picture("trace-truncation");
        assertThat(browser.text("reason")).matches("S\\d drops entr(y|ies) .*, and ends at .*: .*");

        browser.run("document.getElementById('kind').value = 'election'");
        String before = browser.text("moment");
        browser.click("markback");
        nodes.await("another moment", () -> !browser.text("moment").equals(before));
        assertThat(browser.text("reason")).containsPattern("S\\d (stands|leads|did not win)");
        browser.click("close");
        awaitSentence(" leads in term ");
        assertThat(browser.complaints()).isEmpty();
    }

    /** As the simulator writes it: the last line of the trace says what was broken. */
    @Test
    void theTraceOfAFailedSeedSaysWhatIsBrokenAndLeadsThere() throws Exception {
        Path trace = folder.resolve("failed.jsonl");
        long seed = Recorded.seedWith("truncate", SHORT_SEED, trace);
        Recorded.failed(seed, "Committed entries are the same everywhere", trace);
        browser.go(page(nodes.awaitLeader()));
        browser.element("file").sendKeys(trace.toString());
        nodes.await("the trace is open", () -> browser.text("source").startsWith("failed.jsonl: "));
        browser.run("document.getElementById('kind').value = 'violation'");
        browser.click("markforth");

        nodes.await("it says so", () -> browser.text("sentence").startsWith("Broken: Committed entries are the same"));
        assertThat(browser.run("return document.body.dataset.mood")).isEqualTo("bad");
        browser.picture("trace-broken");
        browser.run("document.getElementById('kind').value = 'truncation'");
        browser.click("markback");
        nodes.await("what led there", () -> browser.text("reason").contains(" drops "));
    }

    @Test
    void aTraceIsDroppedAndWhatIsNoneIsRefused() throws Exception {
        browser.go(page(nodes.awaitLeader()));
        awaitSentence(" leads in term ");
        drop("poem.txt", "no trace\nat all\n");
        nodes.await("it is refused", () -> browser.text("problem").contains("This is no trace"));
        String trace = Files.readString(Path.of("src/site/markdown/trace.md"));
        drop("trace.jsonl", trace.substring(trace.indexOf("{\"balsa-trace\"", trace.indexOf("## Some lines"))));
        nodes.await("it is open", () -> browser.text("source").startsWith("trace.jsonl: "));

        browser.run("document.getElementById('scrub').focus()");
        browser.press(Keys.END);
        nodes.await("its end", () -> browser.text("sentence").startsWith("node-1 leads in term 1."));
        assertThat(browser.text("problem")).isEmpty();
    }

    private void drop(String name, String text) {
        browser.run(
                "const data = new DataTransfer(); data.items.add(new File([arguments[1]], arguments[0]));"
                        + "dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true}))",
                name,
                text);
    }

    /** Goes through the log of the first node by keys. */
    private static boolean isFound(String words) {
        browser.run("document.querySelector('svg.log').focus()");
        browser.press(Keys.HOME);
        for (int i = 0; i < COLUMNS && !browser.text("entry").contains(words); i++) {
            browser.press(Keys.ARROW_RIGHT);
        }
        return browser.text("entry").contains(words);
    }

    private boolean isFocused(String id) {
        return id.equals(browser.run("return document.activeElement.id"));
    }

    private void awaitSentence(String... parts) throws Exception {
        nodes.await("the page says " + List.of(parts), () -> {
            String sentence = browser.text("sentence");
            return List.of(parts).stream().allMatch(sentence::contains);
        });
    }

    private String page(String id) throws Exception {
        String url = "http://127.0.0.1:" + HTTP.get(Integer.parseInt(id.substring("node-".length())) - 1) + "/";
        nodes.await(id + " serves the page", () -> {
            try {
                return send(HttpRequest.newBuilder(URI.create(url)).build()) == 200;
            } catch (IOException notListening) {
                return false;
            }
        });
        return url;
    }

    private void put(String id, String key, String value) throws Exception {
        String name = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
        HttpRequest request = HttpRequest.newBuilder(URI.create(page(id) + "api/v1/kv/" + name))
                .PUT(BodyPublishers.ofString(value))
                .build();
        assertThat(send(request)).isEqualTo(200);
    }

    private static int send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }
}
