package io.balsa.sim;

import com.typesafe.config.Config;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import scala.Option;

/** A mailbox whose messages arrive only when their sender, which may be waiting for its disk, comes to send them. */
public final class SimMailbox implements MailboxType {
    public SimMailbox(ActorSystem.Settings settings, Config config) {}

    @Override
    public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
        return new Messages();
    }

    private static final class Messages implements MessageQueue {
        private final Queue<Envelope> queue = new ArrayDeque<>();

        @Override
        public void enqueue(ActorRef receiver, Envelope envelope) {
            Host sender = SimRuntime.INSTANCE.runningHost();
            if (!SimRuntime.INSTANCE.isStalled()) {
                queue.add(envelope);
                return;
            }
            SimRuntime.INSTANCE.send(() -> {
                if (sender.isUp()) {
                    receiver.tell(envelope.message(), envelope.sender());
                }
            });
        }

        @Override
        public Envelope dequeue() {
            return queue.poll();
        }

        @Override
        public int numberOfMessages() {
            return queue.size();
        }

        @Override
        public boolean hasMessages() {
            return !queue.isEmpty();
        }

        @Override
        public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
            queue.forEach(envelope -> deadLetters.enqueue(owner, envelope));
            queue.clear();
        }
    }
}
