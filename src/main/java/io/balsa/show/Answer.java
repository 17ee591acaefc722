package io.balsa.show;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * What a verb found, in each of the forms it can be printed in; each but the text of a value ends with a line feed.
 *
 * @param json field names in camelCase, values of the kinds {@link Json} writes
 */
public record Answer(Map<String, ?> json, byte[] text, byte[] table) {
    /** The forms of an answer. */
    public enum Format {
        /** For people. */
        TABLE,
        /** For programs: one document on one line, in UTF-8. */
        JSON,
        /** For scripts: a value byte for byte; all else as lines without headings, with tabs between the cells. */
        TEXT
    }

    /** One fact, the same for people and scripts. */
    public static Answer of(Map<String, ?> json, String line) {
        return of(json, line, line);
    }

    /** One value: for scripts the bytes and nothing else, for people on a line. */
    public static Answer of(Map<String, ?> json, byte[] value) {
        return new Answer(json, value, line(value));
    }

    /** One line for scripts and another for people. */
    public static Answer of(Map<String, ?> json, String text, String people) {
        return new Answer(json, utf8(text + "\n"), utf8(people + "\n"));
    }

    public static Answer of(Map<String, ?> json, Table table) {
        return new Answer(json, utf8(table.tabbed()), utf8(table.aligned()));
    }

    /** A table under a line of its own, which scripts do not get. */
    public static Answer of(Map<String, ?> json, String title, Table table) {
        return new Answer(json, utf8(table.tabbed()), utf8(title + "\n" + table.aligned()));
    }

    public byte[] in(Format format) {
        return switch (format) {
            case TABLE -> table;
            case TEXT -> text;
            case JSON -> line(Json.encode(json));
        };
    }

    /** The text that these bytes are in UTF-8, or else their base64 form. */
    public static String readable(byte[] bytes) {
        String text = decode(bytes);
        return text != null ? text : Base64.getEncoder().encodeToString(bytes);
    }

    /** Whether {@link #readable} had to fall back to base64. */
    public static boolean isBinary(byte[] bytes) {
        return decode(bytes) == null;
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static byte[] line(byte[] bytes) {
        byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
        line[bytes.length] = '\n';
        return line;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
