package io.balsa.http;

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
 */
record Route(String method, String template, Handler handler) {

    /** Answers; a failure of the stage, or a thrown {@link Problem}, is told as a problem. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<HttpResponse> answer(Call call);
    }

    static Route get(String template, Handler handler) {
        return new Route("GET", template, handler);
    }

    static Route put(String template, Handler handler) {
        return new Route("PUT", template, handler);
    }

    static Route post(String template, Handler handler) {
        return new Route("POST", template, handler);
    }

    static Route delete(String template, Handler handler) {
        return new Route("DELETE", template, handler);
    }

    /** What the words in braces stand for in this path, if it is one of this template. */
    Optional<Map<String, String>> match(List<String> path) {
        List<String> pattern = List.of(template.substring(1).split("/"));
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
