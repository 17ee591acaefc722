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
            permits AppendEntries.Request, RequestVote.Request, PreVote.Request, TimeoutNow {}

    /** An answer. It echoes what it answers: its term is that of the call, unless it refuses an older one. */
    sealed interface Response extends Rpc permits AppendEntries.Response, RequestVote.Response, PreVote.Response {}
}
