package io.balsa.sim;

import io.balsa.model.Entries;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.ClientReply;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The last moments of a run, to be read by a person when it has failed. */
final class Play {
    private static final int LINES = 400;

    private final SimRuntime runtime;
    private final Deque<Line> lines = new ArrayDeque<>();

    Play(SimRuntime runtime) {
        this.runtime = runtime;
    }

    private record Line(long nanos, Supplier<String> text) {
        @Override
        public String toString() {
            return String.format("%10.3f ms  %s", nanos / 1e6, text.get());
        }
    }

    void note(Supplier<String> text) {
        lines.addLast(new Line(runtime.nanos(), text));
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    void note(Parcel parcel) {
        note(() -> parcel.route() + " " + describe(parcel.message()));
    }

    @Override
    public String toString() {
        return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
    }

    private static String describe(Object message) {
        if (message instanceof AppendEntries.Request request) {
            return "AppendEntries term " + request.term() + " previous " + request.previous() + " " + describe(request)
                    + " commit " + request.leaderCommit() + " round " + request.round();
        } else if (message instanceof AppendEntries.Response response) {
            return "AppendEntries answer term " + response.term()
                    + (response.success() ? " match " : " refused, match ")
                    + response.matchIndex() + " previous " + response.previous() + " hint " + response.hint()
                    + " round " + response.round();
        } else if (message instanceof RequestVote.Request request) {
            return "RequestVote term " + request.term() + " last " + request.last();
        } else if (message instanceof RequestVote.Response response) {
            return "vote " + (response.granted() ? "granted" : "refused") + " term " + response.term();
        } else if (message instanceof PreVote.Request request) {
            return "PreVote for term " + request.term() + " last " + request.last();
        } else if (message instanceof PreVote.Response response) {
            return "pre-vote " + (response.granted() ? "granted" : "refused") + " term " + response.term();
        } else if (message instanceof ClientReply.Rejected rejected) {
            return "rejected " + rejected.request() + ": " + rejected.reason() + " leader " + rejected.leader();
        } else if (message instanceof ClientRequest request) {
            return request.getClass().getSimpleName() + " " + request.request();
        } else if (message instanceof ClientReply reply) {
            return reply.getClass().getSimpleName() + " " + reply.request();
        }
        return message.getClass().getSimpleName();
    }

    private static String describe(AppendEntries.Request request) {
        Entries entries = request.entries();
        return entries.isEmpty() ? "(empty)" : "entries " + entries;
    }
}
