package io.balsa.show.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.RefusedException;
import io.balsa.client.delivery.Outcome;
import io.balsa.model.EntryId;
import io.balsa.protocol.reply.AdminReply.Condition;
import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Refused;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.show.diagnosis.Finding.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each thing that may be wrong with a cluster is found under its name, and a cluster that is well has none. */
final class DiagnosisTest {
    private static final Limits LIMITS = new Limits(1000, Duration.ofMillis(100), Duration.ofSeconds(1));
    private static final long NOW = 1_000_000;

    private final Map<String, Status> statuses = new HashMap<>();
    private final Map<String, Condition> conditions = new HashMap<>();
    private final Map<String, Throwable> failures = new HashMap<>();
    private SortedMap<String, String> asked = new TreeMap<>(Map.of("n1", "a1", "n2", "a2", "n3", "a3"));

    @BeforeEach
    void allIsWell() {
        statuses.put("a1", status("n1", "Leader", 5000, voters("replicating", 20)));
        statuses.put("a2", status("n2", "Follower", 5000, voters("connected", 20)));
        statuses.put("a3", status("n3", "Follower", 4900, voters("connected", 20)));
        for (String number : List.of("1", "2", "3")) {
            conditions.put("a" + number, condition("n" + number, "1.0", 0));
        }
    }

    @Test
    void aClusterThatIsWellHasNoFinding() {
        Diagnosis diagnosis = diagnose();

        assertThat(diagnosis.findings()).isEmpty();
        assertThat(new String(diagnosis.toAnswer().table(), StandardCharsets.UTF_8))
                .isEqualTo("nothing looks wrong: 3 of 3 members answer, and n1 leads in term 7\n");
    }

    @Test
    void aNodeThatIsDownIsOneFindingWithTheTimeSinceItWasHeard() {
        silence("a2");
        statuses.put("a1", status("n1", "Leader", 5000, voters("quiet", 42_000)));

        Finding down = only(Kind.NODE_DOWN);

        assertThat(down.where()).isEqualTo("n2");
        assertThat(down.since()).contains(Duration.ofMillis(20));
        assertThat(found()).doesNotContain(Kind.NO_QUORUM, Kind.NO_LEADER);
    }

    @Test
    void withoutAMajorityThereIsNoQuorumAndNoLeader() {
        silence("a1");
        silence("a2");
        statuses.put("a3", leaderless(statuses.get("a3")));

        assertThat(found()).containsExactly(Kind.NO_QUORUM, Kind.NO_LEADER, Kind.NODE_DOWN, Kind.NODE_DOWN);
    }

    @Test
    void aClusterOfWhichNobodyAnswersIsDiagnosedAsWell() {
        List.of("a1", "a2", "a3").forEach(this::silence);

        assertThat(found()).containsExactly(Kind.NO_QUORUM, Kind.NODE_DOWN, Kind.NODE_DOWN, Kind.NODE_DOWN);
    }

    @Test
    void anEntryUnderWhichAnotherAnswersIsNamedWithThoseWhoHoldIt() {
        asked = new TreeMap<>(Map.of("n1", "a1", "n2", "a3", "n3", "a2"));

        List<Finding> wrong = diagnose().findings();

        assertThat(wrong).extracting(Finding::kind).containsExactly(Kind.WRONG_ENTRY, Kind.WRONG_ENTRY);
        assertThat(wrong.get(0).where()).isEqualTo("n2");
        assertThat(wrong.get(0).what())
                .isEqualTo("by the configuration of this client it is at a3, but: n3 answers there");
    }

    @Test
    void anAddressOfAnotherClusterIsAWrongEntryAndNotANodeThatIsDown() {
        silence("a2");
        failures.put("a2", new RefusedException(Outcome.Refusal.FOREIGN, "a2 belongs to cluster \"x\" group \"main\""));

        assertThat(only(Kind.WRONG_ENTRY).what()).contains("n1, n3, the configuration of this client", "cluster \"x\"");
        assertThat(found()).doesNotContain(Kind.NODE_DOWN);
    }

    @Test
    void whoIsRefusedIsFoundWithTheReasonAndTheNextStepUnlessItIsLongAgo() {
        conditions.put("a1", refusing(new Refused("n2", "it takes us for n3; check the addresses", 90_000, 100)));
        conditions.put("a3", refusing(new Refused("n9", "old; do nothing", 90_000, 30_000)));

        Finding refused = only(Kind.REFUSED);

        assertThat(refused.where()).isEqualTo("n2");
        assertThat(refused.what()).isEqualTo("n1 does not listen to it: it takes us for n3");
        assertThat(refused.next()).isEqualTo("check the addresses");
        assertThat(refused.age()).isEqualTo("90 s");
    }

    @Test
    void whoAnswersHereAndIsNotHeardThereIsCutOff() {
        statuses.put(
                "a1",
                status(
                        "n1",
                        "Leader",
                        5000,
                        List.of(peer("n1", "self", 0), peer("n2", "quiet", 200_000), peer("n3", "x", 5))));

        assertThat(only(Kind.CUT_OFF).what()).isEqualTo("it answers here, but is not heard by n1");
        assertThat(only(Kind.CUT_OFF).age()).isEqualTo("3 min");
    }

    @Test
    void aFullDiskASlowOneAndOneThatStoodStillOnceAreFound() {
        conditions.put("a1", new Condition(1, "n1", "1.0", NOW, 5000, 10, 500, 900, List.of()));
        conditions.put("a2", new Condition(1, "n2", "1.0", NOW, -1, 10, 150_000, 160_000, List.of()));
        conditions.put("a3", new Condition(1, "n3", "1.0", NOW, -1, 10, 500, 1_500_000, List.of()));

        assertThat(found()).containsExactly(Kind.DISK_FULL, Kind.SLOW_DISK, Kind.SLOW_DISK);
        assertThat(only(Kind.DISK_FULL).age()).isEqualTo("5 s");
    }

    @Test
    void whoTrailsAndWhoAppliesTooSlowlyIsFound() {
        statuses.put("a3", status("n3", "Follower", 3000, voters("connected", 20)));
        Status slow = status("n2", "Follower", 5000, voters("connected", 20));
        statuses.put("a2", applied(slow, 10));

        assertThat(found()).containsExactly(Kind.LAGGING, Kind.APPLY_LAG);
        assertThat(only(Kind.LAGGING).where()).isEqualTo("n3");
    }

    @Test
    void aMemberWithoutAVoteAndOneWhoRunsAndIsNoneAreFound() {
        Peer learner = new Peer("n3", "a3", false, false, 1, 1, 20, 0, "replicating");
        statuses.put("a1", status("n1", "Leader", 5000, List.of(peer("n1", "self", 0), peer("n2", "x", 5), learner)));
        asked.put("n4", "a4");
        statuses.put("a4", status("n4", "Follower", 0, List.of()));
        conditions.put("a4", condition("n4", "1.0", 0));

        assertThat(found()).containsExactly(Kind.NOT_PROMOTED, Kind.NOT_A_MEMBER);
        assertThat(only(Kind.NOT_A_MEMBER).next()).startsWith("client.sh member add n4 a4");
    }

    @Test
    void aClockIsHeldAgainstTheOneInTheMiddle() {
        conditions.put("a2", condition("n2", "1.0", 90_000));

        assertThat(only(Kind.CLOCK_DRIFT).what()).isEqualTo("its clock is 90.0 s ahead of the others'");
        conditions.put("a2", condition("n2", "1.0", -900));
        assertThat(found()).isEmpty();
    }

    @Test
    void versionsThatDifferAreNamedAndWhoDoesNotSayIsNotHeldToDiffer() {
        conditions.remove("a3");
        assertThat(found()).isEmpty();

        conditions.put("a2", condition("n2", "2.0", 0));
        assertThat(only(Kind.VERSION_MIX).what()).isEqualTo("versions differ: n1: 1.0; n2: 2.0");
    }

    @Test
    void thoseWhomTheAnswersNameAreAskedToo() {
        asked = new TreeMap<>(Map.of("a1", "a1"));
        conditions.put("a3", condition("n3", "2.0", 0));

        assertThat(found()).containsExactly(Kind.VERSION_MIX);
    }

    /** A client that has just begun takes its time, for which no node is to blame. */
    @Test
    void whoeverAnswersFirstMayTakeLongerThanTheOthers() {
        CompletableFuture<Void> atLast =
                CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
        Examination.Questions questions = new Examination.Questions() {
            @Override
            public CompletionStage<Status> status(String address) {
                return address.equals("a3")
                        ? new CompletableFuture<>()
                        : atLast.thenCompose(now -> answer(address, statuses));
            }

            @Override
            public CompletionStage<Condition> condition(String address) {
                return answer(address, conditions);
            }
        };

        Diagnosis diagnosis = new Examination(questions, Duration.ofMillis(500), () -> NOW)
                .examine(asked, LIMITS)
                .toCompletableFuture()
                .orTimeout(1, TimeUnit.MINUTES)
                .join();

        assertThat(diagnosis.findings()).singleElement().satisfies(finding -> assertThat(finding.kind())
                .isEqualTo(Kind.NODE_DOWN));
    }

    private List<Kind> found() {
        return diagnose().findings().stream().map(Finding::kind).toList();
    }

    private Finding only(Kind kind) {
        List<Finding> found = diagnose().findings().stream()
                .filter(finding -> finding.kind() == kind)
                .toList();
        assertThat(found).as(kind.toString()).hasSize(1);
        return found.get(0);
    }

    private Diagnosis diagnose() {
        Examination.Questions questions = new Examination.Questions() {
            @Override
            public CompletionStage<Status> status(String address) {
                return answer(address, statuses);
            }

            @Override
            public CompletionStage<Condition> condition(String address) {
                return answer(address, conditions);
            }
        };
        return new Examination(questions, Duration.ofSeconds(30), () -> NOW)
                .examine(asked, LIMITS)
                .toCompletableFuture()
                .join();
    }

    private <T> CompletionStage<T> answer(String address, Map<String, T> answers) {
        T answer = answers.get(address);
        return answer != null
                ? CompletableFuture.completedFuture(answer)
                : CompletableFuture.failedFuture(failures.getOrDefault(address, new IllegalStateException("silent")));
    }

    private void silence(String address) {
        statuses.remove(address);
        conditions.remove(address);
    }

    private static Peer peer(String id, String state, long contact) {
        return new Peer(id, id.replace('n', 'a'), true, false, 1, 1, contact, 0, state);
    }

    /** All three, of whom n2 is in this state. */
    private static List<Peer> voters(String state, long contact) {
        return List.of(peer("n1", "connected", 20), peer("n2", state, contact), peer("n3", "connected", 20));
    }

    private static Condition condition(String id, String version, long ahead) {
        return new Condition(1, id, version, NOW + ahead, -1, 10, 500, 900, List.of());
    }

    private static Condition refusing(Refused refused) {
        return new Condition(1, "n", "1.0", NOW, -1, 10, 500, 900, new ArrayList<>(List.of(refused)));
    }

    private static Status status(String id, String role, long last, List<Peer> peers) {
        EntryId end = new EntryId(last, last == 0 ? 0 : 7);
        return new Status(
                1,
                "demo",
                "main",
                id,
                role,
                7,
                Optional.empty(),
                Optional.of("n1"),
                true,
                end,
                end,
                last,
                last,
                1,
                0,
                "id",
                peers);
    }

    private static Status leaderless(Status status) {
        return other(status, status.applied(), Optional.empty());
    }

    private static Status applied(Status status, long applied) {
        return other(status, applied, status.leader());
    }

    private static Status other(Status status, long applied, Optional<String> leader) {
        return new Status(
                1,
                "demo",
                "main",
                status.node(),
                status.role(),
                7,
                Optional.empty(),
                leader,
                leader.isPresent(),
                status.last(),
                status.durable(),
                status.commitIndex(),
                applied,
                1,
                0,
                "id",
                status.peers());
    }
}
