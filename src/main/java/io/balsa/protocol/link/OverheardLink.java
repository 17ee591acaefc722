package io.balsa.protocol.link;

import io.balsa.protocol.RaftMessage;
import java.util.function.Consumer;

/**
 * A link on which somebody listens in.
 *
 * @param ear hears each message before it is sent
 */
public record OverheardLink(Link link, Consumer<RaftMessage> ear) implements Link {
    @Override
    public void tell(RaftMessage message) {
        ear.accept(message);
        link.tell(message);
    }

    @Override
    public void bulk(RaftMessage message) {
        ear.accept(message);
        link.bulk(message);
    }

    @Override
    public void probe(RaftMessage message) {
        ear.accept(message);
        link.probe(message);
    }

    @Override
    public long pass() {
        return link.pass();
    }

    @Override
    public boolean isProven() {
        return link.isProven();
    }
}
