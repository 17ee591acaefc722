package io.balsa.role;

import io.balsa.protocol.Rpc.ReadIndex;
import io.balsa.role.read.Reader;

/** A follower that asks a leader on behalf of its own readers (thesis §6.4). */
record FollowerReader(Node node, ReadIndex.Request question) implements Reader {
    @Override
    public void read(long readIndex) {
        answer(true, readIndex);
    }

    @Override
    public void refuse() {
        answer(false, 0);
    }

    private void answer(boolean granted, long readIndex) {
        long number = question.number();
        node.peers()
                .tell(
                        question.from(),
                        self -> new ReadIndex.Response(self, question.term(), number, granted, readIndex));
    }
}
