package io.balsa.role;

import static io.balsa.role.OneServer.N1;
import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Configuration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** §5.2: a majority of the servers, each of which has one voice. */
final class VotesTest {
    private final Votes votes = new Votes(Configuration.of(Map.of(N1, "a1", N2, "a2", N3, "a3")), N1);

    @Test
    void aVoiceCountsOnce() {
        votes.add(N1, true);
        assertThat(votes.isWon()).isFalse();
        votes.add(N2, true);
        votes.add(N2, true);
        assertThat(votes.isWon()).isTrue();
    }

    /** A refusal may answer an earlier request, or have been overtaken. */
    @Test
    void whoHasGrantedHasNotRefused() {
        votes.add(N2, false);
        votes.add(N3, false);
        assertThat(votes.isLost()).isTrue();
        votes.add(N2, true);
        votes.add(N2, false);

        assertThat(votes.isLost()).isFalse();
        assertThat(votes.isWon()).isTrue();
        assertThat(votes).hasToString("granted by [n1, n2], refused by [n3]");
    }
}
