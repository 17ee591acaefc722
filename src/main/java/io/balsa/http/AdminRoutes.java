package io.balsa.http;

import io.balsa.config.PeerAddress;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.SnapshotTaken;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.protocol.reply.AdminReply.Transferred;
import io.balsa.show.ClusterView;
import io.balsa.show.MemberList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What changes the cluster itself: its members, its leader, its snapshots. */
final class AdminRoutes {
    private static final Executor A_LITTLE_LATER = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

    private final Gateway gateway;
    private final Duration patience;

    /**
     * @param patience how long the next leader is waited for
     */
    AdminRoutes(Gateway gateway, Duration patience) {
        this.gateway = gateway;
        this.patience = patience;
    }

    List<Route> routes() {
        return Stream.of(
                        Route.post("/api/v1/members", this::changeMembers),
                        Route.delete("/api/v1/members/{id}", this::removeMember),
                        Route.post("/api/v1/leader/transfer", this::transfer),
                        Route.post("/api/v1/snapshot", this::snapshot))
                .map(Route::forAdministrators)
                .toList();
    }

    private CompletionStage<HttpResponse> changeMembers(Call call) {
        call.allow();
        return JsonBody.of(call, "add", "promote", "demote", "remove", "renew", "withoutQuorum")
                .thenCompose(body -> change(new Members(
                        addresses(body),
                        body.texts("promote"),
                        body.texts("demote"),
                        body.texts("remove"),
                        body.texts("renew"),
                        body.flag("withoutQuorum"))));
    }

    private static Map<String, String> addresses(JsonBody body) {
        Map<String, String> addresses = body.textsByName("add");
        addresses.values().stream()
                .filter(address -> !PeerAddress.isOne(address))
                .findFirst()
                .ifPresent(address -> {
                    throw Problem.of(
                            Fault.BAD_REQUEST,
                            address + " is not an address of the form pekko://SYSTEM@HOST:PORT/user/raft");
                });
        return addresses;
    }

    private CompletionStage<HttpResponse> removeMember(Call call) {
        call.allow("withoutQuorum");
        Members removal = Members.removing(call.word("id"));
        return change(call.flag("withoutQuorum") ? removal.forced() : removal);
    }

    private CompletionStage<HttpResponse> change(Members members) {
        return gateway.view()
                .thenCompose(view -> silenceIsDoubt(
                        gateway.changeMembers(view.leaderAddress().orElseThrow(ClusterRoutes.noLeader(view)), members)))
                .thenCompose(answer -> {
                    answer.refusal().ifPresent(why -> {
                        throw problem(why, members);
                    });
                    return silenceIsDoubt(gateway.view());
                })
                .thenApply(view -> Reply.json(MemberList.of(view).json()));
    }

    /** A member that does not answer may have begun all the same. */
    private static <T> CompletionStage<T> silenceIsDoubt(CompletionStage<T> answer) {
        return answer.exceptionally(failure -> {
            Problem problem = Problem.of(failure);
            throw problem.fault() == Fault.UNAVAILABLE ? unknown(problem.getMessage()) : problem;
        });
    }

    private static Problem unknown(String reason) {
        String detail = reason + "; it may be done all the same, or half of it; to ask again does no harm";
        return Problem.of(Fault.OUTCOME_UNKNOWN, detail).repeatable();
    }

    private static Problem problem(MembersChanged.Refusal refusal, Members members) {
        return switch (refusal) {
            case NOT_LEADER, LEADERSHIP_LOST -> unknown("the leader lost its office");
            case NOT_READY -> Problem.of(Fault.UNAVAILABLE, "the leader has just begun and has committed nothing yet");
            case UNDER_WAY ->
                Problem.of(Fault.UNAVAILABLE, "a change is under way, perhaps this one, asked for before")
                        .repeatable();
            case NO_ROOM -> Problem.of(Fault.UNAVAILABLE, "the leader's disk has no room");
            case NOT_A_MEMBER -> Problem.of(Fault.NO_SUCH_MEMBER, "somebody is named who is no member");
            case TAKEN -> Problem.of(Fault.CONFLICT, "that name or address belongs to a member already");
            case SENSELESS ->
                Problem.of(Fault.CONFLICT, "nobody would be left to vote, or a name or an address is none");
            case NO_QUORUM -> withoutQuorum(members);
            case NOT_CAUGHT_UP -> unknown("who is to vote does not keep up, or is not heard, and has no vote");
        };
    }

    /** New members, and those with a new disk, are let in before it is asked who would vote. */
    private static Problem withoutQuorum(Members members) {
        String why = "no majority of those who would vote answers, so that the cluster might stand still; start their"
                + " nodes first; withoutQuorum does it all the same";
        boolean begun = !members.add().isEmpty() || !members.renew().isEmpty();
        return begun ? unknown(why) : Problem.of(Fault.CONFLICT, why);
    }

    private CompletionStage<HttpResponse> transfer(Call call) {
        call.allow();
        return JsonBody.ofOptional(call, "to").thenCompose(body -> {
            Optional<String> heir = body.optionalText("to");
            return gateway.view().thenCompose(view -> transfer(view, heir));
        });
    }

    private CompletionStage<HttpResponse> transfer(ClusterView view, Optional<String> heir) {
        heir.filter(id -> !view.nodes().containsKey(id)).ifPresent(id -> {
            throw Problem.of(Fault.NO_SUCH_MEMBER, id + " is not a member");
        });
        Status leader = view.leading().orElseThrow(ClusterRoutes.noLeader(view));
        String address = view.leaderAddress().orElseThrow(ClusterRoutes.noLeader(view));
        boolean leadsAlready = heir.equals(Optional.of(leader.node()));
        long end = System.nanoTime() + patience.toNanos();
        return silenceIsDoubt(gateway.transfer(address, heir))
                .thenCompose(answer -> {
                    // A repeated question finds the office given up already: who leads next tells.
                    answer.refusal()
                            .filter(why -> why != Transferred.Refusal.NOT_LEADER)
                            .ifPresent(why -> {
                                throw problem(why, heir.orElse("nobody"));
                            });
                    return leadsAlready ? CompletableFuture.completedFuture(view) : next(leader.term(), end);
                })
                .thenApply(after -> leads(after, heir));
    }

    private static Problem problem(Transferred.Refusal refusal, String heir) {
        return switch (refusal) {
            case NOT_A_VOTER -> Problem.of(Fault.CONFLICT, heir + " has no vote and cannot lead");
            case NOBODY_ELSE -> Problem.of(Fault.CONFLICT, "the leader is the only voter");
            case IN_VAIN -> Problem.of(Fault.UNAVAILABLE, "nobody took over within an election timeout");
            case UNDER_WAY -> Problem.of(Fault.UNAVAILABLE, "another transfer is under way");
            case NOT_LEADER -> Problem.of(Fault.UNAVAILABLE, "the leader has just lost its office");
        };
    }

    /** The view once somebody leads in a newer term. */
    private CompletionStage<ClusterView> next(long term, long end) {
        return silenceIsDoubt(gateway.view()).thenCompose(view -> {
            if (view.term() > term && view.leading().isPresent()) {
                return CompletableFuture.completedFuture(view);
            }
            if (System.nanoTime() > end) {
                throw Problem.of(Fault.OUTCOME_UNKNOWN, "the leader gave up its office to nobody in time");
            }
            return CompletableFuture.supplyAsync(() -> next(term, end), A_LITTLE_LATER)
                    .thenCompose(later -> later);
        });
    }

    private static HttpResponse leads(ClusterView view, Optional<String> heir) {
        String leader = view.leader().orElseThrow(ClusterRoutes.noLeader(view));
        heir.filter(id -> !id.equals(leader)).ifPresent(id -> {
            throw Problem.of(Fault.OUTCOME_UNKNOWN, "the office has moved, but " + leader + " leads instead of " + id)
                    .repeatable();
        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("leader", leader);
        json.put("address", view.leaderAddress().orElse(null));
        json.put("term", view.term());
        return Reply.json(json);
    }

    /** Of one member, or of all that answer. */
    private CompletionStage<HttpResponse> snapshot(Call call) {
        call.allow("node");
        call.discardBody();
        return gateway.view().thenCompose(view -> {
            List<ClusterView.Node> members = call.query("node")
                    .map(id -> List.of(ClusterRoutes.answering(view, id)))
                    .orElseGet(() -> view.nodes().values().stream()
                            .filter(node -> node.status().isPresent())
                            .toList());
            CompletionStage<List<Map<String, Object>>> all = CompletableFuture.completedFuture(new ArrayList<>());
            for (ClusterView.Node member : members) {
                CompletionStage<SnapshotTaken> taken = silenceIsDoubt(gateway.snapshot(member.address()));
                all = all.thenCombine(taken, (list, one) -> {
                    list.add(fields(member.id(), one, members.size() > 1));
                    return list;
                });
            }
            return all.thenApply(list -> Reply.json(Map.of("snapshots", list)));
        });
    }

    /**
     * @param others whether others are asked too, whose answers must not be lost because one has refused
     */
    private static Map<String, Object> fields(String node, SnapshotTaken taken, boolean others) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("node", node);
        if (taken.refusal().isPresent()) {
            String why = taken.refusal().get();
            if (!others) {
                throw Problem.of(Fault.UNAVAILABLE, node + " took no snapshot: " + why);
            }
            fields.put("refusal", why);
            return fields;
        }
        fields.put("index", taken.last().index());
        fields.put("term", taken.last().term());
        return fields;
    }
}
