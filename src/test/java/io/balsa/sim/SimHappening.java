package io.balsa.sim;

import io.balsa.model.NodeId;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.trace.Fields;
import io.balsa.trace.Happening;
import io.balsa.trace.Messages;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** What only a simulation can tell: what befalls its servers and messages, and what its clients do. */
sealed interface SimHappening extends Happening {

    /** The world has changed: a partition, a healing, a pause, a disk that will fail. */
    record Fault(Supplier<String> what) implements SimHappening {
        @Override
        public String name() {
            return "fault";
        }

        @Override
        public Fields fields() {
            return new Fields().with("what", what.get());
        }

        @Override
        public String text(long term) {
            return "── " + what.get();
        }
    }

    /** A server's process has ended by no will of its own. */
    record Crashed(String how) implements SimHappening {
        @Override
        public String name() {
            return "crashed";
        }

        @Override
        public Fields fields() {
            return new Fields().with("how", how);
        }

        @Override
        public String text(long term) {
            return "── " + how;
        }
    }

    /** What a server sent will not arrive, or not this copy of it. */
    record Lost(NodeId to, RaftMessage message, String why) implements SimHappening {
        @Override
        public String name() {
            return "lost";
        }

        @Override
        public Fields fields() {
            return new Fields().with("to", to.name()).with("why", why).with("message", Messages.describe(message));
        }

        @Override
        public String text(long term) {
            return "⇥ " + to + " " + why + ": " + Messages.text(Messages.describe(message));
        }
    }

    /** A client has sent a request. */
    record Invoked(NodeId to, ClientRequest request) implements SimHappening {
        private static final int LONGEST_WORD = 40;

        @Override
        public String name() {
            return "invoke";
        }

        @Override
        public Fields fields() {
            Fields fields = new Fields().with("to", to.name()).with("message", Messages.describe(request));
            return request instanceof ClientRequest.Submit submit ? fields.with("words", words(submit)) : fields;
        }

        @Override
        public String text(long term) {
            String words = request instanceof ClientRequest.Submit submit ? " " + words(submit) : "";
            return "→ " + to + " " + Messages.text(Messages.describe(request)) + words;
        }

        private static List<String> words(ClientRequest.Submit submit) {
            return Arrays.stream(submit.commands())
                    .map(command -> new String(command, StandardCharsets.UTF_8).strip())
                    .map(word -> word.substring(0, Math.min(LONGEST_WORD, word.length())))
                    .toList();
        }
    }

    /** A server has answered a client; the answer is on its way. */
    record Answered(NodeId from, ClientReply reply) implements SimHappening {
        @Override
        public String name() {
            return "answer";
        }

        @Override
        public Fields fields() {
            return new Fields().with("from", from.name()).with("message", Messages.describe(reply));
        }

        @Override
        public String text(long term) {
            return "⇠ " + from + " " + Messages.text(Messages.describe(reply));
        }
    }

    /** A server's state machine has executed a command. */
    record Executed(long index, String word) implements SimHappening {
        @Override
        public String name() {
            return "execute";
        }

        @Override
        public Fields fields() {
            return new Fields().with("index", index).with("word", word);
        }
    }

    /** Something that must never be was seen; nothing follows. */
    record Violated(String what) implements SimHappening {
        @Override
        public String name() {
            return "violation";
        }

        @Override
        public Fields fields() {
            return new Fields().with("what", what);
        }

        @Override
        public String text(long term) {
            return "══ " + what;
        }
    }
}
