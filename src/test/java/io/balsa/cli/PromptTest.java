package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.show.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;
import org.junit.jupiter.api.Test;

final class PromptTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private int opened;

    private final Prompt prompt = Prompt.of(new Client(new Surroundings(
            new Output(out, new PrintStream(err, true, StandardCharsets.UTF_8)),
            Optional.empty(),
            true,
            "127.0.0.1:7051",
            Optional.empty(),
            (endpoints, timeout) -> {
                opened++;
                return cluster;
            })));

    @Test
    void everyLineIsAVerbOverTheSameConnection() {
        assertThat(prompt.execute(Prompt.words("put greeting 'hello world'"))).isTrue();
        assertThat(prompt.execute(Prompt.words("get greeting"))).isTrue();

        assertThat(printed()).isEqualTo("OK  index 2\nhello world\n");
        assertThat(opened).isEqualTo(1);
        assertThat(cluster.isClosed()).isFalse();
    }

    @Test
    void anErrorDoesNotEndIt() {
        assertThat(prompt.execute(Prompt.words("put"))).isTrue();
        assertThat(prompt.execute(Prompt.words("get nothing"))).isTrue();

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("error: Missing required", "error: there is no such key");
    }

    @Test
    void exitEndsItAndAnEmptyLineDoesNot() {
        assertThat(prompt.execute(Prompt.words("   "))).isTrue();
        assertThat(prompt.execute(Prompt.words("exit"))).isFalse();
        assertThat(prompt.execute(Prompt.words("quit"))).isFalse();
    }

    @Test
    void helpListsTheVerbsOrExplainsOne() {
        prompt.execute(Prompt.words("help"));
        prompt.execute(Prompt.words("help log append"));

        assertThat(printed()).contains("Usage: client.sh [", "Usage: client.sh log append");
    }

    @Test
    void aPromptWithinAPromptIsRefused() {
        assertThat(prompt.execute(List.of("--timeout", "1s"))).isTrue();

        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("error: a verb is missing\n");
    }

    @Test
    void quotesHoldWordsTogetherAndBackslashesAreThemselves() {
        assertThat(Prompt.words(" put k \"a b\" ")).containsExactly("put", "k", "a b");
        assertThat(Prompt.words("put k c:\\x")).containsExactly("put", "k", "c:\\x");
        assertThat(Prompt.words("put k ''")).containsExactly("put", "k", "");
    }

    @Test
    void tabOffersVerbsThenTheirSecondWordsThenOptions() {
        assertThat(offered(""))
                .contains("put", "status", "exit", "help")
                .doesNotContain("snapshot", "goLeader", "addLog");
        assertThat(offered("log ")).containsExactlyInAnyOrder("append", "show");
        assertThat(offered("put k v --")).contains("--session", "--seq", "--timeout");
        assertThat(offered("member ")).containsExactly("list");
    }

    private List<String> offered(String line) {
        List<Candidate> candidates = new ArrayList<>();
        prompt.complete(new DefaultParser().parse(line, line.length(), Parser.ParseContext.COMPLETE), candidates);
        return candidates.stream().map(Candidate::value).toList();
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
