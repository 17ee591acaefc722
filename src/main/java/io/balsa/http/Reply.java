package io.balsa.http;

import io.balsa.show.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Makes answers. None of them may be kept by a cache: they are true of one moment. */
final class Reply {
    static final int OK = 200;
    static final int CREATED = 201;
    static final int NOT_MODIFIED = 304;

    private static final ContentType PROBLEM = ContentTypes.parse("application/problem+json");

    private Reply() {}

    static HttpResponse json(Map<String, ?> document) {
        return json(OK, document);
    }

    static HttpResponse json(int status, Map<String, ?> document) {
        return bytes(status, ContentTypes.APPLICATION_JSON, Json.encode(document));
    }

    static HttpResponse problem(int status, Map<String, ?> document) {
        return bytes(status, PROBLEM, Json.encode(document));
    }

    static HttpResponse octets(byte[] value) {
        return bytes(OK, ContentTypes.APPLICATION_OCTET_STREAM, value);
    }

    static HttpResponse text(String text) {
        return bytes(OK, ContentTypes.TEXT_PLAIN_UTF8, text.getBytes(StandardCharsets.UTF_8));
    }

    static HttpResponse bytes(int status, ContentType type, byte[] body) {
        return empty(status).withEntity(HttpEntities.create(type, body));
    }

    static HttpResponse empty(int status) {
        return with(HttpResponse.create().withStatus(status), "Cache-Control", "no-store");
    }

    static HttpResponse with(HttpResponse response, String header, String value) {
        return response.addHeader(RawHeader.create(header, value));
    }
}
