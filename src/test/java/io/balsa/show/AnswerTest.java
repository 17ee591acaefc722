package io.balsa.show;

import static io.balsa.show.Answer.Format.JSON;
import static io.balsa.show.Answer.Format.TABLE;
import static io.balsa.show.Answer.Format.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AnswerTest {
    @Test
    void givesScriptsAValueByteForByteAndPeopleALine() {
        byte[] value = {(byte) 0xff, 0, 'x'};

        assertThat(Answer.of(Map.of(), value).in(TEXT)).containsExactly(0xff, 0, 'x');
        assertThat(Answer.of(Map.of(), value).in(TABLE)).containsExactly(0xff, 0, 'x', '\n');
    }

    @Test
    void isOneLineOfJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("text", "a \"quoted\"\nline é");
        json.put("number", 9_007_199_254_740_993L);
        json.put("ratio", 0.5);
        json.put("yes", true);
        json.put("nothing", null);
        json.put("list", List.of(Map.of("a", 1), "b"));

        assertThat(new String(Answer.of(json, "").in(JSON), StandardCharsets.UTF_8))
                .isEqualTo("{\"text\":\"a \\\"quoted\\\"\\nline é\",\"number\":9007199254740993,\"ratio\":0.5,"
                        + "\"yes\":true,\"nothing\":null,\"list\":[{\"a\":1},\"b\"]}\n");
    }

    @Test
    void putsTheTitleAboveATableButNotIntoText() {
        Answer answer =
                Answer.of(Map.of(), "two keys", new Table("KEY").row("a").row("b"));

        assertThat(answer.in(TABLE)).asString().isEqualTo("two keys\nKEY\na\nb\n");
        assertThat(answer.in(TEXT)).asString().isEqualTo("a\nb\n");
    }

    @Test
    void readsBytesAsTextOnlyWhenTheyAreUtf8() {
        byte[] text = "größe".getBytes(StandardCharsets.UTF_8);
        byte[] binary = {(byte) 0xc3, 0x28};

        assertThat(Answer.readable(text)).isEqualTo("größe");
        assertThat(Answer.isBinary(text)).isFalse();
        assertThat(Answer.readable(binary)).isEqualTo("wyg=");
        assertThat(Answer.isBinary(binary)).isTrue();
    }
}
