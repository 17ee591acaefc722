package io.balsa.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** An object in JSON that somebody has sent, which may be anything. */
final class JsonBody {
    private static final String TYPE = "application/json";

    private final JsonNode object;

    private JsonBody(JsonNode object) {
        this.object = object;
    }

    /** Reads a body, which may have these fields and no others. */
    static CompletionStage<JsonBody> of(Call call, String... fields) {
        return of(call, false, fields);
    }

    /** The same; a body that is not there is an empty object. */
    static CompletionStage<JsonBody> ofOptional(Call call, String... fields) {
        return of(call, true, fields);
    }

    private static CompletionStage<JsonBody> of(Call call, boolean optional, String... fields) {
        boolean absent = optional && call.request().entity().isKnownEmpty();
        if (!absent && !call.mediaType().equals(TYPE)) {
            call.discardBody();
            throw Problem.of(Fault.UNSUPPORTED_MEDIA_TYPE, call.mediaType() + "; " + TYPE + " is taken here");
        }
        ObjectMapper mapper = mapper(call.limits().depth());
        return call.body()
                .thenApply(bytes -> absent ? new JsonBody(mapper.createObjectNode()) : parse(mapper, bytes, fields));
    }

    static ObjectMapper mapper(int depth) {
        return new ObjectMapper(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(depth)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** Reads an object with no other fields than these. */
    static JsonBody parse(ObjectMapper mapper, byte[] bytes, String... fields) {
        JsonNode document;
        try {
            document = mapper.readTree(bytes);
        } catch (IOException malformed) {
            throw Problem.of(Fault.BAD_REQUEST, "the body is no JSON, or too deep");
        }
        if (document == null || !document.isObject()) {
            throw Problem.of(Fault.BAD_REQUEST, "the body must be an object with " + String.join(", ", fields));
        }
        Set<String> known = Set.of(fields);
        document.properties().forEach(field -> {
            if (!known.contains(field.getKey())) {
                throw Problem.of(
                        Fault.BAD_REQUEST,
                        "the field " + field.getKey() + " is not known here; known are " + String.join(", ", fields));
            }
        });
        return new JsonBody(document);
    }

    /** A text that must be there. */
    String text(String field) {
        return optionalText(field).orElseThrow(() -> Problem.of(Fault.BAD_REQUEST, field + " is missing"));
    }

    /** A text; empty when it is not there, or null. */
    Optional<String> optionalText(String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        require(value.isTextual(), field, "a text");
        return Optional.of(whole(field, value.textValue()));
    }

    /** Half of a pair of characters has no bytes: it would become a question mark, and one key another. */
    private static String whole(String field, String text) {
        boolean encodable = StandardCharsets.UTF_8.newEncoder().canEncode(text);
        require(encodable, field, "a text that UTF-8 can say: half of a surrogate pair stands alone in it");
        return text;
    }

    /** A whole number of 64 bits. */
    long number(String field, long otherwise) {
        JsonNode value = object.get(field);
        if (value == null) {
            return otherwise;
        }
        require(value.isIntegralNumber() && value.canConvertToLong(), field, "a whole number of 64 bits");
        return value.longValue();
    }

    boolean flag(String field) {
        JsonNode value = object.get(field);
        require(value == null || value.isBoolean(), field, "true or false");
        return value != null && value.booleanValue();
    }

    /** A list of texts; empty when it is not there. */
    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        JsonNode list = object.get(field);
        require(list == null || list.isArray(), field, "a list of texts");
        if (list != null) {
            for (JsonNode item : list) {
                require(item.isTextual(), field, "a list of texts");
                texts.add(item.textValue());
            }
        }
        return texts;
    }

    /** Texts by name; empty when it is not there. */
    Map<String, String> textsByName(String field) {
        Map<String, String> texts = new TreeMap<>();
        JsonNode section = object.get(field);
        require(section == null || section.isObject(), field, "an object with texts in it");
        if (section != null) {
            section.properties().forEach(entry -> {
                require(entry.getValue().isTextual(), field, "an object with texts in it");
                texts.put(entry.getKey(), entry.getValue().textValue());
            });
        }
        return texts;
    }

    private static void require(boolean fulfilled, String field, String what) {
        if (!fulfilled) {
            throw Problem.of(Fault.BAD_REQUEST, field + " must be " + what);
        }
    }
}
