package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.Typed.Result;
import io.balsa.protocol.reply.AdminReply.Transferred.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TransferVerbsTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final Typed typed = new Typed(cluster);

    @Test
    void theOneThatIsNamedLeads() {
        Result result = typed.run("-o", "json", "leader", "transfer", "n2");

        assertThat(result.code()).isZero();
        assertThat(result.text()).contains("\"leader\"", "\"n2\"", "\"term\"", "2");
        assertThat(cluster.wishes()).containsExactly("a1 → n2");
    }

    @Test
    void withoutANameAnybodyLeads() {
        assertThat(typed.run("leader", "transfer").code()).isZero();
        assertThat(cluster.wishes()).containsExactly("a1 → anybody");
    }

    @Test
    void goLeaderNeedsExactlyOneMember() {
        assertThat(typed.run("--endpoints", "a:1,b:2", "goLeader").code()).isEqualTo(2);
        assertThat(typed.run("--endpoints", "a:1", "goLeader").err()).contains("no member has the address");
        assertThat(cluster.wishes()).isEmpty();
    }

    @Test
    void whoIsNoMemberIsAMatterOfUsage() {
        Result result = typed.run("leader", "transfer", "n9");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).isEqualTo("error: n9 is not a member\nhint: client.sh member list shows who is\n");
        assertThat(cluster.wishes()).isEmpty();
    }

    @Test
    void withoutALeaderNothingIsAsked() {
        cluster.loseLeader();

        assertThat(typed.run("leader", "transfer").code()).isEqualTo(3);
        assertThat(cluster.wishes()).isEmpty();
    }

    /** The answer was lost, the question repeated, and meanwhile the office given up. */
    @Test
    void whoIsToldThatItIsTooLateLooksWhoLeads() {
        cluster.giveUpOfficeUnheard();

        Result result = typed.run("-o", "text", "leader", "transfer", "n2");

        assertThat(result.err()).isEmpty();
        assertThat(result.text().strip()).isEqualTo("n2");
    }

    @Test
    void anOfficeThatNobodyTakesUpIsNoLeader() {
        cluster.refuseTransfers(Refusal.NOT_LEADER);

        Result result = typed.run("--timeout", "200ms", "leader", "transfer", "n2");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).startsWith("error: n1 gave up its office to nobody in time\nhint: ");
    }

    @ParameterizedTest
    @CsvSource({"NOT_A_VOTER, 7", "NOBODY_ELSE, 7", "IN_VAIN, 3", "UNDER_WAY, 3"})
    void aRefusalSaysWhyAndWhatToTry(Refusal refusal, int code) {
        cluster.refuseTransfers(refusal);

        Result result = typed.run("leader", "transfer", "n2");

        assertThat(result.code()).isEqualTo(code);
        assertThat(result.err()).matches("error: [^\n]+\nhint: [^\n]+\n");
    }
}
