package io.balsa.trace;

import io.balsa.model.CorruptEntryException;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.reply.ClientReply;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** What a reader who knows Raft wants to see of a message: its kind, and the fields of Figure 2. */
public final class Messages {
    private static final String KIND = "kind";

    private Messages() {}

    /** Whether a message belongs in a trace: what peers and clients say; not greetings, clocks and operators' looks. */
    public static boolean areOfInterest(RaftMessage message) {
        return message instanceof Rpc || message instanceof ClientRequest;
    }

    /** The kind first, then its fields. */
    public static Fields describe(RaftMessage message) {
        if (message instanceof Rpc rpc) {
            return rpc(rpc);
        } else if (message instanceof ClientRequest request) {
            return request(request);
        }
        return kind(message.getClass().getSimpleName());
    }

    /** The kind first, then its fields. */
    public static Fields describe(ClientReply reply) {
        Fields fields = kind(reply.getClass().getSimpleName()).with("request", reply.request());
        if (reply instanceof ClientReply.Submitted submitted) {
            return fields.with("statuses", names(submitted.statuses()))
                    .with("indexes", LongStream.of(submitted.indexes()).boxed().toList());
        } else if (reply instanceof ClientReply.SessionOpened opened) {
            return fields.with("session", opened.session());
        } else if (reply instanceof ClientReply.Queried queried) {
            return fields.with("appliedIndex", queried.appliedIndex()).with("answers", queried.answers().length);
        } else if (reply instanceof ClientReply.Rejected rejected) {
            return fields.with("reason", rejected.reason().name()).with("leader", rejected.leader());
        } else if (reply instanceof ClientReply.TooOld old) {
            return fields.with("ageMillis", old.ageMillis());
        }
        return fields;
    }

    /** For people; the term is left out when it is the speaker's own. */
    static String text(RaftMessage message, long ownTerm) {
        Fields fields = describe(message);
        return text(message instanceof Rpc rpc && rpc.term() == ownTerm ? fields.without("term") : fields);
    }

    /** For people: the kind, then its fields. */
    public static String text(Fields message) {
        return (message.values().get(KIND) + " " + message.without(KIND)).strip();
    }

    /** About how many bytes a message keeps from being freed. */
    static int bytes(RaftMessage message) {
        if (message instanceof AppendEntries.Request request) {
            return request.block().length;
        } else if (message instanceof InstallSnapshot.Request chunk) {
            return chunk.data().length;
        } else if (message instanceof ClientRequest.Submit submit) {
            return bytes(submit.commands());
        }
        return message instanceof ClientRequest.Query query ? bytes(query.queries()) : 0;
    }

    private static Fields rpc(Rpc rpc) {
        if (rpc instanceof AppendEntries.Request request) {
            return append(request);
        } else if (rpc instanceof AppendEntries.Response response) {
            return appended(response);
        } else if (rpc instanceof RequestVote.Request request) {
            return candidacy(request);
        } else if (rpc instanceof RequestVote.Response response) {
            return of("RequestVoteResponse", rpc).with("granted", response.granted());
        } else if (rpc instanceof PreVote.Request request) {
            return of("PreVote", rpc).with("last", request.last());
        } else if (rpc instanceof PreVote.Response response) {
            return of("PreVoteResponse", rpc).with("granted", response.granted());
        } else if (rpc instanceof Rpc.ReadIndex.Request request) {
            return of("ReadIndex", rpc).with("number", request.number());
        } else if (rpc instanceof Rpc.ReadIndex.Response response) {
            return of("ReadIndexResponse", rpc)
                    .with("number", response.number())
                    .with("granted", response.granted())
                    .with("readIndex", response.readIndex());
        } else if (rpc instanceof InstallSnapshot.Request chunk) {
            return chunk(chunk);
        } else if (rpc instanceof InstallSnapshot.Response answer) {
            return of("InstallSnapshotResponse", rpc)
                    .with("snapshot", answer.snapshot())
                    .with("offset", answer.offset())
                    .with("state", answer.state().name());
        }
        return of(rpc.getClass().getSimpleName(), rpc);
    }

    /** That a leader has asked for the election is said only where it has. */
    private static Fields candidacy(RequestVote.Request request) {
        Fields fields = of("RequestVote", request).with("last", request.last());
        return request.transfer() ? fields.with("transfer", true) : fields;
    }

    private static Fields chunk(InstallSnapshot.Request chunk) {
        return of("InstallSnapshot", chunk)
                .with("snapshot", chunk.snapshot())
                .with("offset", chunk.offset())
                .with("bytes", chunk.data().length)
                .with("done", chunk.done());
    }

    private static Fields append(AppendEntries.Request request) {
        Fields fields = of("AppendEntries", request).with("previous", request.previous());
        try {
            fields.with("entries", Span.of(request.entries()));
        } catch (CorruptEntryException damaged) {
            fields.with("damaged", damaged.getMessage());
        }
        return fields.with("bytes", request.block().length)
                .with("commit", request.leaderCommit())
                .with("round", request.round());
    }

    /** The hint is there only in a refusal. */
    private static Fields appended(AppendEntries.Response response) {
        Fields fields = of("AppendEntriesResponse", response)
                .with("success", response.success())
                .with("match", response.matchIndex())
                .with("previous", response.previous());
        return (response.success() ? fields : fields.with("hint", response.hint())).with("round", response.round());
    }

    private static Fields request(ClientRequest request) {
        Fields fields = kind(request.getClass().getSimpleName()).with("request", request.request());
        if (request instanceof ClientRequest.Submit submit) {
            return fields.with("session", submit.session())
                    .with("firstSequence", submit.firstSequence())
                    .with("firstUnacknowledged", submit.firstUnacknowledged())
                    .with("commands", submit.commands().length)
                    .with("bytes", bytes(submit));
        } else if (request instanceof ClientRequest.CloseSession close) {
            return fields.with("session", close.session());
        } else if (request instanceof ClientRequest.Query query) {
            fields.with("consistency", query.consistency().name()).with("queries", query.queries().length);
            return query.hasMaxAge() ? fields.with("maxAgeMillis", query.maxAgeMillis()) : fields;
        } else if (request instanceof ClientRequest.Subscribe subscribe) {
            return fields.with("from", subscribe.from());
        }
        return fields;
    }

    private static Fields of(String kind, Rpc rpc) {
        return kind(kind).with("term", rpc.term());
    }

    private static Fields kind(String kind) {
        return new Fields().with(KIND, kind);
    }

    private static List<String> names(Enum<?>... values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    private static int bytes(byte[]... parts) {
        return Arrays.stream(parts).mapToInt(part -> part.length).sum();
    }
}
