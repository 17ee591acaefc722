package io.balsa.http.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** The page that shows the cluster, which is files of the jar and nothing else. */
public final class Page {
    /** All files of the page, beside this class. */
    static final List<String> FILES = List.of(
            "index.html",
            "style.css",
            "icon.svg",
            "main.mjs",
            "log.mjs",
            "picture.mjs",
            "words.mjs",
            "tape.mjs",
            "live.mjs",
            "trace.mjs",
            "ring.mjs",
            "strips.mjs",
            "table.mjs",
            "timeline.mjs",
            "dom.mjs");

    private static final Map<String, ContentType> TYPES = Map.of(
            "html", ContentTypes.TEXT_HTML_UTF8,
            "css", ContentTypes.parse("text/css; charset=utf-8"),
            "mjs", ContentTypes.parse("text/javascript; charset=utf-8"),
            "svg", ContentTypes.parse("image/svg+xml"));

    private final Directory directory;
    private final SortedMap<String, byte[]> files = new TreeMap<>();

    public Page(Directory directory) {
        this.directory = directory;
        FILES.forEach(name -> files.put(name, read(name)));
    }

    private static byte[] read(String name) {
        try (InputStream file = Page.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(file, name + " is not in the jar").readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What belongs to this name, if there is such a file. */
    public Optional<HttpResponse> file(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return Optional.ofNullable(files.get(name)).map(bytes -> HttpResponse.create()
                .addHeader(RawHeader.create("Cache-Control", "no-store"))
                .withEntity(HttpEntities.create(TYPES.get(ending), bytes)));
    }

    /** The page itself, which may speak with this node and the other members, and with nobody else. */
    public CompletionStage<HttpResponse> index() {
        return directory.look().thenApply(addresses -> {
            Set<String> others = Directory.authorities(addresses.values());
            HttpResponse page = file("index.html").orElseThrow();
            return page.addHeader(RawHeader.create("Content-Security-Policy", policy(others)));
        });
    }

    /** There is no way to write an IPv6 address in a policy. */
    private static String policy(Set<String> others) {
        String named = others.stream().filter(other -> !other.startsWith("[")).collect(Collectors.joining(" "));
        Map<String, String> directives = new LinkedHashMap<>();
        directives.put("default-src", "'none'");
        directives.put("script-src", "'self'");
        directives.put("style-src", "'self'");
        directives.put("img-src", "'self'");
        directives.put("connect-src", ("'self' " + named).strip());
        directives.put("base-uri", "'none'");
        directives.put("form-action", "'none'");
        directives.put("frame-ancestors", "'none'");
        directives.put("require-trusted-types-for", "'script'");
        directives.put("trusted-types", "'none'");
        return directives.entrySet().stream()
                .map(directive -> directive.getKey() + " " + directive.getValue())
                .reduce((one, other) -> one + "; " + other)
                .orElseThrow();
    }
}
