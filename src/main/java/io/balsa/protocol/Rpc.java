package io.balsa.protocol;

import io.balsa.model.NodeId;
import io.balsa.model.Sender;

/** A remote procedure call of Raft, or the answer to one (Figure 2). */
public sealed interface Rpc extends RaftMessage permits Rpc.Request, Rpc.Response {
    Sender sender();

    /** The term this message speaks for; for pre-votes, and answers that grant one, a proposed one (thesis §9.6). */
    long term();

    default NodeId from() {
        return sender().from();
    }

    /** A call. */
    sealed interface Request extends Rpc
            permits AppendEntries.Request,
                    RequestVote.Request,
                    PreVote.Request,
                    InstallSnapshot.Request,
                    TimeoutNow,
                    ReadIndex.Request {}

    /** An answer. It echoes what it answers: its term is that of the call, unless it refuses an older one. */
    sealed interface Response extends Rpc
            permits AppendEntries.Response,
                    RequestVote.Response,
                    PreVote.Response,
                    InstallSnapshot.Response,
                    ReadIndex.Response {}

    /** A follower asks how far it must have applied before it may answer reads by itself (§8, thesis §6.4). */
    final class ReadIndex {
        private ReadIndex() {}

        /**
         * @param number names this question; no process asks two under one number, nor do two processes
         */
        public record Request(Sender sender, long term, long number) implements Rpc.Request {}

        /**
         * @param number echoes the question
         * @param granted whether a majority has confirmed the leader, in a round that began after the question came
         * @param readIndex what the leader had committed when that round began; 0 when not granted
         */
        public record Response(Sender sender, long term, long number, boolean granted, long readIndex)
                implements Rpc.Response {}
    }
}
