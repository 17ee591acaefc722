package io.balsa.http;

import io.balsa.config.HttpSettings;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.Query;

/**
 * A request on its way to an answer.
 *
 * @param words what the words in braces of the route's template stand for
 */
record Call(HttpRequest request, Map<String, String> words, ActorSystem<?> system, HttpSettings.Limits limits) {
    /** What stands where bytes were no UTF-8. */
    private static final char REPLACEMENT = '\ufffd';

    String word(String name) {
        String word = words.get(name);
        if (word.indexOf(REPLACEMENT) >= 0) {
            throw Problem.of(Fault.BAD_REQUEST, "the path is not in UTF-8");
        }
        return word;
    }

    Optional<String> query(String name) {
        return query().get(name);
    }

    private Query query() {
        return request.getUri().query();
    }

    /**
     * @throws Problem when there are other parameters than these: a wish that is not understood is not granted either
     */
    void allow(String... names) {
        Set<String> known = Set.of(names);
        query().toMap().keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw Problem.of(Fault.BAD_REQUEST, "the parameter " + name + " is not known here");
                });
    }

    /** A parameter that is a whole number, from {@code least} on. */
    OptionalLong number(String name, long least) {
        Optional<String> text = query(name);
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(name, text.get(), least));
    }

    static long number(String what, String text, long least) {
        try {
            long number = Long.parseLong(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // Said below.
        }
        throw Problem.of(Fault.BAD_REQUEST, what + " must be a whole number, " + least + " or more");
    }

    /** A parameter that is true or false; false when it is not there. */
    boolean flag(String name) {
        String text = query(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw Problem.of(Fault.BAD_REQUEST, name + " must be true or false");
        }
        return text.equals("true");
    }

    Optional<String> header(String name) {
        return request.getHeader(name).map(HttpHeader::value).map(String::strip);
    }

    /** The type of the body without its parameters; of a body of no known type {@code application/octet-stream}. */
    String mediaType() {
        return request.entity().getContentType().mediaType().toString();
    }

    /** The whole body; fails when it is too large or too slow. */
    CompletionStage<byte[]> body() {
        long length = request.entity().getContentLengthOption().orElse(0);
        if (length > limits.bodyBytes()) {
            request.discardEntityBytes(system);
            throw Problem.of(
                    Fault.TOO_LARGE, length + " bytes, more than raft.http.max-body-size " + limits.bodyBytes());
        }
        return request.entity()
                .withSizeLimit(limits.bodyBytes())
                .toStrict(limits.bodyTimeout().toMillis(), limits.bodyBytes() + 1L, system)
                .thenApply(body -> body.getData().toArray());
    }

    /** The same with a body that has been read. */
    Call with(byte[] body) {
        HttpRequest read = request.withEntity(request.entity().getContentType(), body);
        return new Call(read, words, system, limits);
    }

    /** Nobody will read the body. */
    void discardBody() {
        request.discardEntityBytes(system);
    }
}
