package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.balsa.cli.Typed.Result;
import io.balsa.config.NodeConfig;
import io.balsa.protocol.reply.AdminReply.MembersChanged.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MemberVerbsTest {
    private static final String REF = "pekko://raft@127.0.0.1:7054/user/raft";

    private final InMemoryCluster cluster = new InMemoryCluster();
    private final Typed typed = new Typed(cluster);

    @Test
    void whoIsAddedGetsACompleteConfigurationFile() {
        Result result = typed.run("-o", "text", "member", "add", "n4", REF);

        assertThat(result.code()).isZero();
        assertThat(cluster.changes())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("a1 ")
                .contains("add={n4=" + REF);
        String usable = result.text()
                .replace("\"a1\"", "\"" + REF.replace("7054", "7051") + "\"")
                .replace("\"a2\"", "\"" + REF.replace("7054", "7052") + "\"");
        NodeConfig config = NodeConfig.of(ConfigFactory.parseString(usable));
        assertThat(config.settings().membership().join()).isTrue();
        assertThat(config.settings().nodeId().name()).isEqualTo("n4");
        assertThat(config.settings().address()).isEqualTo(REF);
        assertThat(config.settings().clusterId()).isEqualTo("demo");
        assertThat(config.settings().first().members()).isEmpty();
    }

    @Test
    void anAddressThatIsNoneIsAMatterOfUsage() {
        assertThat(typed.run("member", "add", "n4", "somewhere").code()).isEqualTo(2);
        assertThat(typed.run("member", "replace", "n2", "n4").code()).isEqualTo(2);
        assertThat(cluster.changes()).isEmpty();
    }

    @Test
    void severalAtOnceArePromotedDemotedAndRemoved() {
        typed.run("member", "promote", "n1", "n2");
        typed.run("member", "demote", "n2");
        typed.run("member", "remove", "n2", "--force-without-quorum");
        assertThat(cluster.changes().get(0)).contains("promote=[n1, n2]", "withoutQuorum=false");
        assertThat(cluster.changes().get(1)).contains("demote=[n2]");
        assertThat(cluster.changes().get(2)).contains("remove=[n2]", "withoutQuorum=true");
    }

    @Test
    void aVoterIsReplacedByAVoterOrByItselfWithAnotherFolder() {
        assertThat(typed.run("member", "replace", "n2", "n4", REF).code()).isZero();
        assertThat(cluster.changes().get(0)).contains("add={n4=" + REF, "promote=[n4]", "remove=[n2]");
        assertThat(typed.run("member", "replace", "n2").text()).contains("join = on", "node-id = \"n2\"");
        assertThat(cluster.changes().get(1)).contains("renew=[n2]");
        assertThat(typed.run("member", "replace", "n9").code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_LEADER, 4",
        "NOT_READY, 3",
        "UNDER_WAY, 3",
        "NO_ROOM, 3",
        "NOT_A_MEMBER, 2",
        "TAKEN, 7",
        "SENSELESS, 7",
        "NO_QUORUM, 7",
        "NOT_CAUGHT_UP, 7",
        "LEADERSHIP_LOST, 4"
    })
    void aRefusalSaysWhyAndWhatToTry(Refusal refusal, int code) {
        cluster.refuseChanges(refusal);

        Result result = typed.run("member", "remove", "n2");

        assertThat(result.code()).isEqualTo(code);
        assertThat(result.err()).matches("error: [^\n]+\nhint: [^\n]+\n");
    }

    @Test
    void theListSaysWhoVotes() {
        assertThat(typed.run("-o", "json", "member", "list").text()).contains("\"role\":\"voter\"");
    }
}
