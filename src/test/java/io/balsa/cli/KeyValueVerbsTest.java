package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.cli.Typed.Result;
import io.balsa.client.delivery.Freshness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class KeyValueVerbsTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final Typed typed = new Typed(cluster);

    @Test
    void putThenGet() {
        Result put = typed.run("put", "greeting", "hello world");
        Result get = typed.run("get", "greeting");

        assertThat(put.text()).isEqualTo("OK  index 2\n");
        assertThat(get.code()).isZero();
        assertThat(get.text()).isEqualTo("hello world\n");
        assertThat(get.err()).isEmpty();
    }

    @Test
    void jsonStandsAloneOnStandardOutput() {
        assertThat(typed.run("-o", "json", "put", "k", "v").text()).isEqualTo("{\"ok\":true,\"index\":2}\n");
        assertThat(typed.run("get", "k", "-o", "json").text())
                .isEqualTo("{\"key\":\"k\",\"found\":true,\"value\":\"v\",\"consistency\":\"linearizable\"}\n");
        assertThat(typed.run("-o", "json", "incr", "n", "41").text())
                .isEqualTo("{\"ok\":true,\"index\":3,\"value\":41}\n");
    }

    @Test
    void aReadSaysHowFreshItMustBe() {
        typed.run("put", "k", "v");
        typed.run("get", "k");
        typed.run("get", "k", "--read-from", "any");
        typed.run("get", "k", "--consistency", "stale", "--max-age", "500ms");
        Result lease = typed.run("-o", "json", "get", "k", "--consistency", "lease");

        assertThat(cluster.asked())
                .containsExactly(
                        Freshness.of(Consistency.LINEARIZABLE),
                        Freshness.linearizableAnywhere(),
                        Freshness.within(Duration.ofMillis(500)),
                        Freshness.of(Consistency.LEASE));
        assertThat(lease.text()).contains("\"consistency\":\"lease\"");
    }

    @Test
    void anAgeIsOnlyForWhatMayBeOld() {
        assertThat(typed.run("get", "k", "--max-age", "1s").code()).isEqualTo(2);
        assertThat(typed.run("scan", "--consistency", "lease", "--read-from", "any")
                        .code())
                .isEqualTo(2);
        assertThat(cluster.asked()).isEmpty();
    }

    @Test
    void aMissingKeyIsRefusedWithCodeOne() {
        Result get = typed.run("get", "nothing");

        assertThat(get.code()).isEqualTo(1);
        assertThat(get.out()).isEmpty();
        assertThat(get.err())
                .isEqualTo("error: there is no such key\nhint: client.sh get or scan shows what is there\n");
        assertThat(typed.run("del", "nothing").code()).isEqualTo(1);
    }

    @Test
    void aRefusalIsAnAnswerForPrograms() {
        assertThat(typed.run("-o", "json", "get", "nothing").text())
                .isEqualTo("{\"key\":\"nothing\",\"found\":false,\"consistency\":\"linearizable\","
                        + "\"error\":\"not-found\"}\n");
    }

    @Test
    void casSetsOnlyWhatItExpects() {
        typed.run("put", "k", "one");

        assertThat(typed.run("cas", "k", "one", "two").code()).isZero();
        Result mismatch = typed.run("-o", "json", "cas", "k", "one", "three");

        assertThat(mismatch.code()).isEqualTo(1);
        assertThat(mismatch.text()).isEqualTo("{\"ok\":false,\"index\":4,\"error\":\"mismatch\"}\n");
        assertThat(typed.run("get", "k").text()).isEqualTo("two\n");
    }

    @Test
    void incrAddsAlsoWhatIsNegative() {
        assertThat(typed.run("incr", "n").text()).isEqualTo("1\n");
        assertThat(typed.run("incr", "n", "-5").text()).isEqualTo("-4\n");
    }

    @Test
    void incrOfAWordIsRefused() {
        typed.run("put", "k", "word");

        assertThat(typed.run("incr", "k").code()).isEqualTo(1);
    }

    @Test
    void delRemoves() {
        typed.run("put", "k", "v");

        assertThat(typed.run("del", "k").code()).isZero();
        assertThat(typed.run("get", "k").code()).isEqualTo(1);
    }

    @Test
    void scanListsAPrefixInOrder() {
        typed.run("put", "b/2", "two");
        typed.run("put", "b/1", "one");
        typed.run("put", "c", "three");

        assertThat(typed.run("scan", "b/").text()).isEqualTo("""
                        KEY  VALUE
                        b/1  one
                        b/2  two
                        """);
        assertThat(typed.run("-o", "text", "scan").text()).isEqualTo("b/1\tone\nb/2\ttwo\nc\tthree\n");
        assertThat(typed.run("-o", "json", "scan", "c").text())
                .isEqualTo("{\"entries\":[{\"key\":\"c\",\"value\":\"three\"}],\"consistency\":\"linearizable\"}\n");
        assertThat(typed.run("-o", "text", "scan", "--limit", "1").text()).isEqualTo("b/1\tone\n");
    }

    @Test
    void valuesAreBytesFromStandardInputToStandardOutput() {
        typed.with((byte) 0xff, (byte) 0, (byte) '\n').run("put", "k", "--stdin");

        assertThat(typed.run("-o", "text", "get", "k").out()).containsExactly(0xff, 0, '\n');
        assertThat(typed.run("-o", "json", "get", "k").text()).contains("\"value\":\"/wAK\",\"encoding\":\"base64\"");
    }

    @Test
    void aValueMayBeEmptyButMustBeGiven() {
        assertThat(typed.run("put", "k", "").code()).isZero();
        assertThat(typed.run("get", "k").text()).isEqualTo("\n");
        assertThat(typed.run("put", "k").code()).isEqualTo(2);
        assertThat(typed.run("put", "k", "v", "--stdin").code()).isEqualTo(2);
    }

    @Test
    void aKeyMayHave4096BytesAndNotOneMore() {
        assertThat(typed.run("put", "k".repeat(4096), "v").code()).isZero();
        int before = cluster.entries();

        Result refused = typed.run("put", "k".repeat(4097), "v");

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).startsWith("error: the key has 4097 bytes; at most 4096 (4 KiB) are allowed\nhint: ");
        assertThat(cluster.entries()).isEqualTo(before);
        assertThat(typed.run("get", "k".repeat(4097)).code()).isEqualTo(2);
    }

    @Test
    void theLimitOfAKeyCountsBytesAndNotLetters() {
        assertThat(typed.run("put", "é".repeat(2049), "v").code()).isEqualTo(2);
    }

    @Test
    void anEmptyKeyIsNotSent() {
        assertThat(typed.run("put", "", "v").code()).isEqualTo(2);
        assertThat(cluster.entries()).isEqualTo(1);
    }

    @Test
    void aValueLargerThanTheLimitIsNotSent() {
        assertThat(typed.run("put", "k", "v".repeat(1000)).code()).isZero();
        int before = cluster.entries();

        Result typedValue = typed.run("put", "k", "v".repeat(1001));
        Result piped =
                typed.with("v".repeat(5000).getBytes(StandardCharsets.US_ASCII)).run("put", "k", "--stdin");

        assertThat(typedValue.code()).isEqualTo(2);
        assertThat(typedValue.err()).contains("raft.max-command-size").contains("1000");
        assertThat(piped.code()).isEqualTo(2);
        assertThat(cluster.entries()).isEqualTo(before);
    }

    @Test
    void textThatWasNoUtf8IsNotStoredDamaged() {
        assertThat(typed.run("put", "k", "broken\ufffd").code()).isEqualTo(2);
    }

    @Test
    void theSamePairIsAppliedOnceAndAnswersTheSame() {
        String session = typed.run("-o", "text", "session", "open").text().strip();

        Result first = typed.run("incr", "n", "--session", session, "--seq", "1");
        Result again = typed.run("incr", "n", "--session", session, "--seq", "1");
        Result next = typed.run("incr", "n", "--session", session, "--seq", "2");

        assertThat(again).usingRecursiveComparison().isEqualTo(first);
        assertThat(next.text()).isEqualTo("2\n");
    }

    @Test
    void sessionAndSequenceBelongTogether() {
        assertThat(typed.run("put", "k", "v", "--session", "3").code()).isEqualTo(2);
        assertThat(typed.run("put", "k", "v", "--seq", "3").code()).isEqualTo(2);
        assertThat(typed.run("put", "k", "v", "--session", "0", "--seq", "1").code())
                .isEqualTo(2);
        assertThat(cluster.entries()).isEqualTo(1);
    }
}
