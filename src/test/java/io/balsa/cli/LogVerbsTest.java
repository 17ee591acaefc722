package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.Typed.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogVerbsTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final Typed typed = new Typed(cluster);

    @BeforeEach
    void fill() {
        typed.run("log", "append", "first words");
        typed.run("put", "k", "v");
        typed.run("cas", "k", "v", "w");
        typed.run("incr", "n", "2");
    }

    @Test
    void appendPrintsTheIndex() {
        assertThat(typed.run("log", "append", "more").text()).isEqualTo("OK  index 6\n");
        assertThat(typed.run("-o", "text", "addLog", "more").text()).isEqualTo("7\n");
        assertThat(typed.run("-o", "json", "addLog", "more").text()).isEqualTo("{\"ok\":true,\"index\":8}\n");
    }

    @Test
    void showsEveryPageOfTheLog() {
        String expected = """
                INDEX  TERM  KIND     COMMITTED  COMMAND
                    1     1  no-op    yes
                    2     1  command  yes        first words
                    3     1  command  yes        put k v
                    4     1  command  yes        cas k v w
                    5     1  command  yes        incr n 2
                """;

        assertThat(typed.run("log", "show").text()).isEqualTo(expected);
        assertThat(typed.run("showLog").text()).isEqualTo(expected);
        assertThat(typed.run("logs").text()).isEqualTo(expected);
        assertThat(typed.run("logs", "0").text()).isEqualTo(expected);
    }

    @Test
    void showsAPartOfTheLog() {
        assertThat(indexes("log", "show", "--from", "2", "--to", "3")).isEqualTo("2 3");
        assertThat(indexes("log", "show", "--first", "2")).isEqualTo("1 2");
        assertThat(indexes("log", "show", "--last", "2")).isEqualTo("4 5");
        assertThat(indexes("log", "show", "--from", "2", "--first", "1")).isEqualTo("2");
        assertThat(indexes("log", "show", "--to", "3", "--last", "2")).isEqualTo("2 3");
        assertThat(indexes("log", "show", "--first", "0")).isEmpty();
        assertThat(indexes("log", "show", "--last", "100")).isEqualTo("1 2 3 4 5");
        assertThat(indexes("log", "show", "--from", "100")).isEmpty();
        assertThat(indexes("logs", "2")).isEqualTo("1 2");
        assertThat(indexes("logs", "-2")).isEqualTo("4 5");
    }

    @Test
    void hasStableJsonFields() {
        assertThat(typed.run("-o", "json", "log", "show", "--from", "2", "--to", "3")
                        .text())
                .isEqualTo("{\"node\":\"n1\",\"firstIndex\":1,\"lastIndex\":5,\"commit\":5,\"entries\":["
                        + "{\"index\":2,\"term\":1,\"kind\":\"command\",\"command\":\"first words\","
                        + "\"operation\":\"append\",\"time\":1700000000000,\"committed\":true},"
                        + "{\"index\":3,\"term\":1,\"kind\":\"command\",\"command\":\"put k v\","
                        + "\"operation\":\"put\",\"time\":1700000000000,\"committed\":true}]}\n");
    }

    @Test
    void refusesARangeThatCannotBe() {
        assertThat(typed.run("log", "show", "--from", "0").code()).isEqualTo(2);
        assertThat(typed.run("log", "show", "--from", "5", "--to", "4").code()).isEqualTo(2);
        assertThat(typed.run("log", "show", "--first", "1", "--last", "1").code())
                .isEqualTo(2);
        assertThat(typed.run("subscribe", "--from", "0").code()).isEqualTo(2);
    }

    @Test
    void showsTheLogOfANamedMember() {
        assertThat(typed.run("log", "show", "--node", "n1").code()).isZero();
        assertThat(typed.run("log", "show", "--node", "n2").code()).isEqualTo(3);
        assertThat(typed.run("log", "show", "--node", "n9").code()).isEqualTo(3);
    }

    @Test
    void subscribersGetOneDocumentALine() {
        typed.run("session", "open");
        typed.run("put", "k", "v", "--session", "6", "--seq", "1");

        Result all = typed.run("-o", "json", "subscribe", "--from", "5");

        assertThat(all.text().lines())
                .containsExactly(
                        "{\"index\":5,\"term\":1,\"kind\":\"command\",\"command\":\"incr n 2\","
                                + "\"operation\":\"incr\",\"time\":1700000000000,\"committed\":true}",
                        "{\"index\":6,\"term\":1,\"kind\":\"session-open\",\"command\":\"session 0006\","
                                + "\"time\":1700000000000,\"committed\":true}",
                        "{\"index\":7,\"term\":1,\"kind\":\"command\",\"command\":\"put k v\",\"operation\":\"put\","
                                + "\"session\":\"0006\",\"sequence\":1,\"time\":1700000000000,\"committed\":true}");
    }

    @Test
    void subscribersBeginWhereTheyWantOrBehindWhatIsCommitted() {
        assertThat(typed.run("subscribe", "--from", "4").text())
                .isEqualTo("4\t1\tcommand\tcas k v w\n5\t1\tcommand\tincr n 2\n");
        assertThat(typed.run("subscribe").text()).isEmpty();
    }

    private String indexes(String... line) {
        String[] text = new String[line.length + 2];
        text[0] = "-o";
        text[1] = "text";
        System.arraycopy(line, 0, text, 2, line.length);
        return String.join(
                " ",
                typed.run(text)
                        .text()
                        .lines()
                        .map(row -> row.substring(0, row.indexOf('\t')))
                        .toList());
    }
}
