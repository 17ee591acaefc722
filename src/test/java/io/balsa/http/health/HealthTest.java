package io.balsa.http.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.trace.RaftEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node is of use while it hears its leader, keeps up with what is committed, and has room. */
final class HealthTest {
    private final Health health = new Health(Duration.ofSeconds(2), 10);

    @Test
    void aFollowerThatHearsItsLeaderIsOfUse() {
        assertThat(failing(status(Optional.of("n2"), true, 2000, 10))).isEmpty();
    }

    @Test
    void aLeaderThatIsNotHeardIsAReason() {
        assertThat(failing(status(Optional.of("n2"), true, 2001, 0))).containsExactly("leader");
        assertThat(failing(status(Optional.of("n2"), true, -1, 0))).containsExactly("leader");
        assertThat(failing(status(Optional.of("n3"), true, 0, 0))).containsExactly("leader");
        assertThat(failing(status(Optional.empty(), false, 0, 0))).containsExactly("leader");
    }

    @Test
    void aLeaderIsOfUseWhileItHearsAMajority() {
        assertThat(failing(status(Optional.of("n1"), true, -1, 0))).isEmpty();
        assertThat(failing(status(Optional.of("n1"), false, 0, 0))).containsExactly("leader");
    }

    @Test
    void moreToApplyThanIsAllowedIsAReason() {
        assertThat(failing(status(Optional.of("n2"), true, 0, 11))).containsExactly("applied");
    }

    @Test
    void aFullDiskIsAReasonUntilThereIsRoom() {
        Status status = status(Optional.of("n2"), true, 0, 0);

        health.hear(new RaftEvent.StorageFull(NodeId.of("n1"), 7, true));
        assertThat(failing(status)).containsExactly("storage");
        assertThat(health.isFull()).isTrue();

        health.hear(new RaftEvent.StorageFull(NodeId.of("n1"), 7, false));
        assertThat(failing(status)).isEmpty();
    }

    private List<String> failing(Status status) {
        return health.checks(status).stream()
                .filter(check -> !check.ok())
                .map(Health.Check::name)
                .toList();
    }

    /** Of n1, whose peer n2 was heard so long ago, and which has so many entries left to apply. */
    private static Status status(Optional<String> leader, boolean quorum, long contact, long lag) {
        EntryId last = new EntryId(100, 7);
        Peer peer = new Peer("n2", "a", true, false, 0, 0, contact, 0, "connected");
        return new Status(
                1,
                "c",
                "main",
                "n1",
                "Follower",
                7,
                Optional.empty(),
                leader,
                quorum,
                last,
                last,
                100,
                100 - lag,
                1,
                0,
                "id",
                List.of(peer));
    }
}
