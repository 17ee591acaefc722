package io.balsa.protocol;

import io.balsa.model.EntryId;
import io.balsa.model.Sender;

/** Invoked by candidates to gather votes (§5.2). */
public final class RequestVote {
    private RequestVote() {}

    /**
     * @param term the candidate's term
     * @param last the candidate's last entry: {@code lastLogIndex} and {@code lastLogTerm} (§5.4.1)
     * @param transfer whether the leader itself asked for this election (thesis §3.10), so that it may disturb it
     */
    public record Request(Sender sender, long term, EntryId last, boolean transfer) implements Rpc.Request {}

    /**
     * @param term that of the request, or the newer one for which it is refused
     * @param granted true means the candidate received the vote, and the vote is on disk
     */
    public record Response(Sender sender, long term, boolean granted) implements Rpc.Response {}
}
