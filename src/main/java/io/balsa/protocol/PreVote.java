package io.balsa.protocol;

import io.balsa.model.EntryId;
import io.balsa.model.Sender;

/** Asks whether an election could be won, before any term is raised (thesis §9.6). */
public final class PreVote {
    private PreVote() {}

    /**
     * @param term the term the sender would campaign in: one above its own
     * @param last the sender's last entry
     */
    public record Request(Sender sender, long term, EntryId last) implements Rpc.Request {}

    /**
     * @param term the proposed term when granted, the voter's own term when refused
     * @param granted true means that the voter would vote so in an election now; it promises nothing
     */
    public record Response(Sender sender, long term, boolean granted) implements Rpc.Response {}
}
