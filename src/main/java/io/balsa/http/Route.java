package io.balsa.http;

import io.balsa.config.access.Identity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.Uri;

/**
 * One thing that can be asked.
 *
 * @param template as {@code openapi.json} writes it: a word in braces stands for one segment, which is its value
 * @param least who may ask; empty for everybody, always
 */
record Route(String method, String template, Optional<Identity.Kind> least, Handler handler) {
    private static final Optional<Identity.Kind> READERS = Optional.of(Identity.Kind.READ);
    private static final Optional<Identity.Kind> WRITERS = Optional.of(Identity.Kind.WRITE);

    /** Answers; a failure of the stage, or a thrown {@link Problem}, is told as a problem. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<HttpResponse> answer(Call call);
    }

    static Route get(String template, Handler handler) {
        return new Route("GET", template, READERS, handler);
    }

    static Route put(String template, Handler handler) {
        return new Route("PUT", template, WRITERS, handler);
    }

    static Route post(String template, Handler handler) {
        return new Route("POST", template, WRITERS, handler);
    }

    static Route delete(String template, Handler handler) {
        return new Route("DELETE", template, WRITERS, handler);
    }

    /** The same for administrators only; what they do is recorded. */
    Route forAdministrators() {
        return new Route(method, template, Optional.of(Identity.Kind.ADMIN), handler);
    }

    boolean isForAdministrators() {
        return least.equals(Optional.of(Identity.Kind.ADMIN));
    }

    /** The same for those who may write, although it looks like a question. */
    Route forWriters() {
        return new Route(method, template, WRITERS, handler);
    }

    /** The same for everybody: programs that watch a node have no token. */
    Route forEverybody() {
        return new Route(method, template, Optional.empty(), handler);
    }

    /** The same where the state machine is one that this is not for: nothing is sent to it. */
    Route withoutMachine() {
        return new Route(method, template, least, call -> {
            throw otherMachine();
        });
    }

    static Problem otherMachine() {
        return Problem.of(
                Fault.OTHER_MACHINE,
                "keys and values are those of the built-in machine; send what this one takes as"
                        + " application/octet-stream to /api/v1/commands");
    }

    /** What the words in braces stand for in this path, if it is one of this template. */
    Optional<Map<String, String>> match(List<String> path) {
        List<String> pattern =
                template.equals("/") ? List.of() : List.of(template.substring(1).split("/"));
        if (pattern.size() != path.size()) {
            return Optional.empty();
        }
        Map<String, String> words = new HashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String word = pattern.get(i);
            if (word.startsWith("{")) {
                words.put(word.substring(1, word.length() - 1), path.get(i));
            } else if (!word.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(words);
    }

    /** The segments of a path, decoded. */
    static List<String> segments(Uri uri) {
        List<String> segments = new ArrayList<>();
        uri.pathSegments().forEach(segments::add);
        return segments;
    }
}
