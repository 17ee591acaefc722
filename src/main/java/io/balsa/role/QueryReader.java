package io.balsa.role;

import io.balsa.machine.Applier;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.role.read.Reader;
import java.util.Optional;

/** A client's query, taken into the open ones; whoever lets it read or refuses it does so once. */
record QueryReader(Node node, ClientRequest.Query query) implements Reader {
    @Override
    public void read(long readIndex) {
        node.feed().applier().tell(new Applier.Query(readIndex, query));
    }

    /** Who would have been content with an older state is told how old this one is. */
    @Override
    public void refuse() {
        node.queries().answered(query);
        query.client().answer(query.hasMaxAge() ? tooOld() : rejected());
    }

    private ClientReply tooOld() {
        return new ClientReply.TooOld(
                query.request(), node.freshness().ageMillis(node.clock().now()));
    }

    private ClientReply rejected() {
        return new ClientReply.Rejected(query.request(), Reason.NOT_LEADER, Optional.empty());
    }
}
