package io.balsa.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.balsa.fuzz.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** The body of a request: it is understood, or it makes no sense and a problem says so. */
final class BodyFuzzTest {
    private static final int DEPTH = 8;
    private static final String[] FIELDS = {"op", "key", "value", "by", "add", "remove", "withoutQuorum"};

    @MethodSource("seeds")
    @FuzzTest
    void read(byte[] bytes) {
        try {
            JsonBody body = JsonBody.parse(JsonBody.mapper(DEPTH), bytes, FIELDS);
            body.optionalText("op");
            body.text("key");
            body.number("by", 1);
            body.textsByName("add");
            body.texts("remove");
            body.flag("withoutQuorum");
        } catch (Problem told) {
            if (told.fault() != Fault.BAD_REQUEST) {
                throw told;
            }
        }
    }

    /** It would become a question mark, and so the same key as any other half. */
    @Test
    void halfOfASurrogatePairIsNoText() {
        byte[] bytes = "{\"key\":\"a\\ud800b\",\"value\":\"\\ud83d\\ude00\"}".getBytes(StandardCharsets.UTF_8);
        JsonBody body = JsonBody.parse(JsonBody.mapper(DEPTH), bytes, FIELDS);

        assertThat(body.text("value")).isEqualTo("\ud83d\ude00");
        assertThatThrownBy(() -> body.text("key")).isInstanceOf(Problem.class).hasMessageContaining("surrogate");
    }

    static List<byte[]> seeds() {
        return Stream.of(
                        "{\"op\":\"put\",\"key\":\"k\",\"value\":\"v\"}",
                        "{\"op\":\"incr\",\"key\":\"k\",\"by\":-9223372036854775808}",
                        "{\"key\":\"\\ud800\\u0000\",\"add\":{\"n4\":\"pekko://raft@h:1/user/raft\"},\"by\":1e400}",
                        "{\"key\":\"k\",\"remove\":[\"n1\",\"n2\"],\"withoutQuorum\":true}",
                        "[[[[[[[[[[]]]]]]]]]]")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void nearlyRight() {
        Mutations.feed(getClass(), seeds(), this::read);
    }
}
