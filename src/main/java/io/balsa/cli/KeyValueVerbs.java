package io.balsa.cli;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.cli.show.Durations;
import io.balsa.client.delivery.Freshness;
import io.balsa.kv.KvCommand;
import io.balsa.kv.KvQuery;
import io.balsa.kv.KvReply;
import io.balsa.kv.MalformedException;
import io.balsa.show.Answer;
import io.balsa.show.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The key-value machine. Keys and values are bytes; arguments are taken in UTF-8. */
final class KeyValueVerbs {
    private KeyValueVerbs() {}

    @Command(name = "put", description = "Sets the value of a key.")
    static final class Put extends Verb {
        @Parameters(index = "0", paramLabel = "KEY")
        private String key;

        @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE")
        private String value;

        @Mixin
        private Value source;

        @Mixin
        private SessionVerbs.Once once;

        @Override
        void run(Client client) {
            byte[] name = key(key);
            Change change = Change.submit(client, once, new KvCommand.Put(name, source.of(client, value)));
            print(client, change.done());
        }
    }

    @Command(name = "get", description = "Prints the value of a key; exit code 1 when there is none.")
    static final class Get extends Verb {
        @Parameters(paramLabel = "KEY")
        private String key;

        @Mixin
        private Reading reading;

        @Override
        void run(Client client) {
            KvReply reply = reading.ask(client, new KvQuery.Get(key(key)));
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("key", key);
            json.put("found", reply.isOk());
            if (reply.isOk()) {
                putBytes(json, "value", "encoding", reply.value());
            }
            json.put("consistency", reading.name());
            check(client, json, reply.status());
            print(client, Answer.of(json, reply.value()));
        }
    }

    @Command(name = "del", description = "Removes a key; exit code 1 when it is not there.")
    static final class Del extends Verb {
        @Parameters(paramLabel = "KEY")
        private String key;

        @Mixin
        private SessionVerbs.Once once;

        @Override
        void run(Client client) {
            print(
                    client,
                    Change.submit(client, once, new KvCommand.Delete(key(key))).done());
        }
    }

    @Command(name = "cas", description = "Sets a key to NEW if its value is OLD; otherwise exit code 1.")
    static final class Cas extends Verb {
        @Parameters(index = "0", paramLabel = "KEY")
        private String key;

        @Parameters(index = "1", paramLabel = "OLD")
        private String expected;

        @Parameters(index = "2", paramLabel = "NEW")
        private String value;

        @Mixin
        private SessionVerbs.Once once;

        @Override
        void run(Client client) {
            byte[] name = key(key);
            Optional<byte[]> old = Optional.of(value(client, expected));
            KvCommand command = new KvCommand.CompareAndSet(name, old, value(client, value));
            print(client, Change.submit(client, once, command).done());
        }
    }

    @Command(name = "incr", description = "Adds to a number, which is 0 when the key is not there, and prints it.")
    static final class Incr extends Verb {
        @Parameters(index = "0", paramLabel = "KEY")
        private String key;

        @Parameters(index = "1", arity = "0..1", paramLabel = "N", description = "Default: 1.")
        private long by = 1;

        @Mixin
        private SessionVerbs.Once once;

        @Override
        void run(Client client) {
            Change change = Change.submit(client, once, new KvCommand.Increment(key(key), by));
            long sum = change.number();
            change.json().put("value", sum);
            print(client, Answer.of(change.json(), Long.toString(sum)));
        }
    }

    @Command(name = "scan", description = "Lists the keys that begin with PREFIX, and their values.")
    static final class Scan extends Verb {
        @Parameters(paramLabel = "PREFIX", arity = "0..1", description = "Without it: all keys.")
        private String prefix = "";

        @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
        private int limit = Integer.MAX_VALUE;

        @Mixin
        private Reading reading;

        @Override
        void run(Client client) {
            if (limit < 0) {
                throw Failure.usage("--limit must be 0 or more", "without it all are listed");
            }
            List<Map<String, Object>> entries = new ArrayList<>();
            Table table = new Table("KEY", "VALUE");
            for (KvReply.Pair pair : pairs(client)) {
                table.row(Answer.readable(pair.key()), Answer.readable(pair.value()));
                Map<String, Object> entry = new LinkedHashMap<>();
                putBytes(entry, "key", "keyEncoding", pair.key());
                putBytes(entry, "value", "encoding", pair.value());
                entries.add(entry);
            }
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("entries", entries);
            json.put("consistency", reading.name());
            print(client, Answer.of(json, table));
        }

        /** Page by page: each page is as fresh as asked for, but the whole is no snapshot. */
        private List<KvReply.Pair> pairs(Client client) {
            List<KvReply.Pair> pairs = new ArrayList<>();
            Optional<KvQuery.Scan> wanted = Optional.of(KvQuery.Scan.of(bytes(prefix)));
            while (wanted.isPresent() && pairs.size() < limit) {
                KvReply.Page page = page(reading.ask(client, wanted.get()));
                pairs.addAll(page.pairs());
                wanted = page.next().map(wanted.get()::after);
            }
            return pairs.subList(0, Math.min(limit, pairs.size()));
        }

        private static KvReply.Page page(KvReply reply) {
            try {
                return reply.page();
            } catch (MalformedException e) {
                throw anotherMachine(e);
            }
        }
    }

    /** How fresh an answer must be. */
    static final class Reading {
        @Option(
                names = "--consistency",
                paramLabel = "HOW",
                description = "linearizable (default); lease: the same without a round, if clocks are good; or stale:"
                        + " what any node has applied, perhaps long ago.")
        private Consistency consistency = Consistency.LINEARIZABLE;

        @Option(
                names = "--max-age",
                paramLabel = "TIME",
                converter = Durations.class,
                description = "With stale: how old the answer may be, as in 500ms.")
        private Duration maxAge;

        @Option(
                names = "--read-from",
                paramLabel = "WHO",
                description = "leader, or any: a node that asks the leader first; default: raft.client.read-from.")
        private ReadFrom readFrom;

        /** Who answers linearizable reads. */
        enum ReadFrom {
            LEADER,
            ANY
        }

        String name() {
            return consistency.name().toLowerCase(Locale.ROOT);
        }

        KvReply ask(Client client, KvQuery query) {
            return reply(Verb.await(client.cluster().query(query.encode(), freshness(client))));
        }

        private Freshness freshness(Client client) {
            if (maxAge != null && consistency != Consistency.STALE) {
                throw Failure.usage("--max-age is for stale reads", "add --consistency stale");
            }
            if (readFrom != null && consistency != Consistency.LINEARIZABLE) {
                throw Failure.usage(
                        "--read-from is for linearizable reads", "stale is answered by any node, lease by the leader");
            }
            boolean anywhere = readFrom == null ? client.cluster().readsFromAny() : readFrom == ReadFrom.ANY;
            boolean linearizable = consistency == Consistency.LINEARIZABLE;
            return maxAge != null
                    ? Freshness.within(maxAge)
                    : linearizable && anywhere ? Freshness.linearizableAnywhere() : Freshness.of(consistency);
        }
    }

    /**
     * A command that the machine has carried out.
     *
     * @param json what there is to say about it; may be added to
     */
    record Change(Map<String, Object> json, long index, KvReply reply) {
        /**
         * Has the command applied.
         *
         * @throws Failure also when the machine refuses it
         */
        static Change submit(Client client, SessionVerbs.Once once, KvCommand command) {
            Applied applied = once.submit(client.cluster(), command.encode());
            KvReply reply = KeyValueVerbs.reply(applied.reply());
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("ok", reply.isOk());
            json.put("index", applied.index());
            check(client, json, reply.status());
            return new Change(json, applied.index(), reply);
        }

        /** The answer when there is nothing more to say. */
        Answer done() {
            return Answer.of(json, "OK", "OK  index " + index);
        }

        long number() {
            try {
                return reply.number();
            } catch (MalformedException e) {
                throw anotherMachine(e);
            }
        }
    }

    /**
     * @throws Failure unless the machine said yes; programs get the refusal as an answer besides
     */
    private static void check(Client client, Map<String, Object> json, KvReply.Status status) {
        String reason =
                switch (status) {
                    case OK -> null;
                    case NOT_FOUND -> "there is no such key";
                    case MISMATCH -> "the key has another value";
                    case NOT_A_NUMBER -> "the value is not a whole number of 64 bits, or the sum would not be";
                    case TOO_LARGE -> "the key is longer than " + KvCommand.MAX_KEY_BYTES + " bytes";
                    case MALFORMED -> "the node does not know this command";
                };
        if (reason != null) {
            json.put("error", status.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            client.printIfJson(json);
            throw new Failure(Exit.REFUSED, reason, "client.sh get or scan shows what is there");
        }
    }

    private static KvReply reply(byte[] bytes) {
        try {
            return KvReply.decode(bytes);
        } catch (MalformedException e) {
            throw anotherMachine(e);
        }
    }

    private static Failure anotherMachine(MalformedException malformed) {
        return new Failure(
                Exit.REFUSED,
                "the answer is none of the key-value machine: " + malformed.getMessage(),
                "use the verbs log, subscribe and status with a cluster that runs another machine");
    }

    private static void putBytes(Map<String, Object> json, String field, String encoding, byte[] value) {
        json.put(field, Answer.readable(value));
        if (Answer.isBinary(value)) {
            json.put(encoding, "base64");
        }
    }
}
