package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.show.Output;
import io.balsa.cli.typing.HistoryFile;
import io.balsa.client.UnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Endpoints> opened = new ArrayList<>();

    private final Prompt prompt = Prompt.of(Client.of(new Surroundings(
            new Output(out, new PrintStream(err, true, StandardCharsets.UTF_8), true),
            Optional.empty(),
            true,
            Map.of("RAFT_ENDPOINTS", "127.0.0.1:7051"),
            Optional.empty(),
            endpoints -> {
                opened.add(endpoints);
                return cluster;
            })));

    @Test
    void everyLineIsAVerbOverTheSameConnection() {
        assertThat(prompt.execute(Prompt.words("put greeting 'hello world'"))).isTrue();
        assertThat(prompt.execute(Prompt.words("get greeting"))).isTrue();

        assertThat(printed()).isEqualTo("OK  index 2\nhello world\n");
        assertThat(opened).hasSize(1);
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
    void aLineMayHaveATimeoutOfItsOwn() {
        prompt.execute(Prompt.words("put k v"));
        prompt.execute(Prompt.words("get k --timeout 250ms"));
        assertThat(cluster.isClosed()).as("the connection of the line").isTrue();
        prompt.execute(Prompt.words("get k"));

        assertThat(opened)
                .extracting(given -> given.config().settings().timeout())
                .containsExactly(Duration.ofSeconds(5), Duration.ofMillis(250));
        assertThat(printed()).isEqualTo("OK  index 2\nv\nv\n");
    }

    @Test
    void theTimeoutOfThePromptHoldsForItsLines() {
        Client slow = Client.of(new Surroundings(
                new Output(out, new PrintStream(err, true, StandardCharsets.UTF_8), true),
                Optional.empty(),
                false,
                Map.of("RAFT_ENDPOINTS", "127.0.0.1:7051"),
                Optional.empty(),
                endpoints -> {
                    opened.add(endpoints);
                    return cluster;
                }));
        Verbs.execute(slow, "--timeout", "9s", "subscribe", "--from", "1");
        Prompt.of(slow).execute(List.of("subscribe", "--from", "1"));

        assertThat(opened)
                .extracting(given -> given.config().settings().timeout())
                .containsExactly(Duration.ofSeconds(9), Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--endpoints a:1", "--config conf/cluster.conf", "--cluster other", "--group other"})
    void aLineCannotNameAnotherCluster(String option) {
        prompt.execute(Prompt.words("put k v " + option));

        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("error: a prompt stays with its cluster: ")
                .contains("\nhint: leave it with exit");
        assertThat(opened).isEmpty();
    }

    @Test
    void anInterruptEndsTheVerbAndNotThePrompt() {
        cluster.fallSilent();
        Thread.currentThread().interrupt();
        assertThat(prompt.execute(Prompt.words("subscribe --from 1"))).isTrue();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(cluster.isClosed()).as("so that nothing more is printed").isTrue();

        Thread.currentThread().interrupt();
        assertThat(prompt.execute(Prompt.words("put k v"))).isTrue();
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("interrupted; what was sent may be");

        Thread.currentThread().interrupt();
        assertThat(prompt.execute(Prompt.words("status -w"))).isTrue();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aValueByteForByteDoesNotStandBeforeTheNextPrompt() {
        prompt.execute(Prompt.words("put k v"));
        prompt.execute(Prompt.words("-o text get k"));

        assertThat(printed()).isEqualTo("OK  index 2\nv\n");
    }

    @Test
    void theHistoryIsOnlyKeptWhereItCanBeAndFromOthers(@TempDir Path folder) throws IOException {
        Path open = Files.createFile(
                folder.resolve("file"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        Path fresh = folder.resolve("new");

        assertThat(HistoryFile.open(open)).contains(open);
        assertThat(HistoryFile.open(fresh)).contains(fresh);
        assertThat(List.of(open, fresh))
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
        assertThat(HistoryFile.open(Files.createDirectory(folder.resolve("folder"))))
                .isEmpty();
        assertThat(HistoryFile.open(open.resolve("new"))).isEmpty();
        assertThat(HistoryFile.open(folder.resolve("nowhere/new"))).isEmpty();
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
                .contains("put", "status", "snapshot", "exit", "help")
                .doesNotContain("goLeader", "addLog");
        assertThat(offered("log ")).containsExactlyInAnyOrder("append", "show", "dump", "verify", "repair");
        assertThat(offered("put k v --")).contains("--session", "--seq", "--timeout");
        assertThat(offered("member "))
                .containsExactlyInAnyOrder("list", "add", "promote", "demote", "remove", "replace");
        assertThat(offered("help member ")).contains("promote");
    }

    @Test
    void tabOffersMembersWhereOneIsToBeNamed() {
        assertThat(offered("leader transfer ")).containsExactly("n1", "n2");
        assertThat(offered("member remove ")).containsExactly("n1", "n2");
        assertThat(offered("member promote n1 ")).containsExactly("n1", "n2");
        assertThat(offered("member replace ")).containsExactly("n1", "n2");
        assertThat(offered("log show --last 3 --node ")).containsExactly("n1", "n2");
        assertThat(offered("member add ")).isEmpty();
        assertThat(offered("get ")).isEmpty();
        assertThat(offered("session close ")).isEmpty();
    }

    @Test
    void tabOffersWhatAnOptionTakes() {
        assertThat(offered("get k --consistency ")).containsExactlyInAnyOrder("linearizable", "lease", "stale");
        assertThat(offered("status -o ")).containsExactlyInAnyOrder("table", "json", "text");
    }

    @Test
    void tabDoesWithoutAClusterThatDoesNotAnswer() {
        cluster.fail(new UnavailableException("nobody answers"));

        assertThat(offered("leader transfer ")).isEmpty();
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
