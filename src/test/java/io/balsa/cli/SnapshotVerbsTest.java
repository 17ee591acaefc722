package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.Typed.Result;
import org.junit.jupiter.api.Test;

final class SnapshotVerbsTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final Typed typed = new Typed(cluster);

    @Test
    void whoeverAnswersTakesOne() {
        Result result = typed.run("-o", "text", "snapshot", "trigger");

        assertThat(result.code()).isZero();
        assertThat(result.text()).isEqualTo("n1\t1\t1\n");
    }

    @Test
    void theListIsOneLineForEach() {
        Result result = typed.run("-o", "json", "snapshot", "list");

        assertThat(result.code()).isZero();
        assertThat(result.text()).contains("\"node\":\"n1\"", "\"index\":1", "\"bytes\":500", "\"firstIndex\":1");
    }

    @Test
    void oneSaysWhatIsInIt() {
        Result result = typed.run("-o", "json", "snapshot", "inspect");

        assertThat(result.code()).isZero();
        assertThat(result.text())
                .contains("\"sessionBytes\":100", "\"machineBytes\":350", "\"members\":", "\"n2\":\"a2\"");
    }

    @Test
    void whatIsNotThereIsRefused() {
        Result result = typed.run("snapshot", "inspect", "77");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("error: n1 has no such snapshot\nhint: client.sh snapshot list shows what there is\n");
    }

    @Test
    void whoDoesNotAnswerCannotBeAsked() {
        assertThat(typed.run("snapshot", "list", "--node", "n2").code()).isEqualTo(3);
    }
}
