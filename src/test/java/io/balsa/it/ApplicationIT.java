package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.client.RaftClient;
import io.balsa.client.delivery.Outcome;
import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.kv.KeyValueMachine;
import io.balsa.kv.KvCommand;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Subscription;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.role.Environment;
import io.balsa.role.RaftNode;
import io.balsa.trace.RaftEvent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Pekko application with a node in it, and another with a subscriber, as the site's page on embedding shows them. */
final class ApplicationIT {
    private static final Path SOURCE = Path.of("src/test/java/io/balsa/it/ApplicationIT.java");
    private static final Path PAGE = Path.of("src/site/markdown/embedding.md");
    private static final Pattern CONF = Pattern.compile("```hocon\\n(.*?)```", Pattern.DOTALL);
    private static final List<String> SUBSCRIBERS = List.of("subscriber", "subscribers/prices", "stock/subscriber");
    private static final int LARGE = 900_000;

    @TempDir
    private Path folder;

    private final List<Integer> ports = Ports.free(2);
    private final Map<String, BlockingQueue<LogEntry>> seen = new ConcurrentHashMap<>();
    private final Queue<String> paged = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<RaftEvent> told = new LinkedBlockingQueue<>();
    private ActorSystem<RaftClient.Command> shop;
    private ActorSystem<Object> other;

    // begin of the page's application
    static ActorSystem<RaftClient.Command> shop(Config config) {
        NodeConfig node = NodeConfig.of(config);
        return ActorSystem.create(Behaviors.setup(context -> guardian(context, node)), "shop", config);
    }

    private static Behavior<RaftClient.Command> guardian(ActorContext<RaftClient.Command> context, NodeConfig node) {
        Settings settings = node.settings();
        Environment world = Environment.production(settings, new KeyValueMachine());
        context.watch(context.spawn(
                RaftNode.create(world), RaftNode.NAME, DispatcherSelector.fromConfig(RaftNode.DISPATCHER)));

        Target target = new Target(settings.clusterId(), settings.group());
        List<String> servers = List.copyOf(settings.bootstrap().members().values());
        ActorRef<RaftClient.Command> client = context.spawn(
                RaftClient.create(RaftClient.Setup.remote(target, servers, node.client())), RaftClient.NAME);
        return Behaviors.receiveMessage(command -> {
            client.tell(command);
            return Behaviors.same();
        });
    }
    // end of the page's application

    // begin of the page's subscriber
    static final class Subscriber {
        /** Comes when nothing has for a while: the server was not there yet, or has given this subscriber up. */
        private static final Subscription.Deliver SILENCE = new Subscription.Deliver(new byte[0], 0, null);

        private final ActorContext<Subscription.Deliver> context;
        private final ActorRef<RaftMessage> server;
        private final Client replies;
        private final Consumer<LogEntry> consumer;
        private long done;

        private Subscriber(
                ActorContext<Subscription.Deliver> context, ActorRef<RaftMessage> server, Consumer<LogEntry> consumer) {
            this.context = context;
            this.server = server;
            this.consumer = consumer;
            ActorRef<ClientReply> refusals = context.spawn(Behaviors.receiveMessage(Subscriber::onRefusal), "replies");
            this.replies = new Client(refusals, refusals);
        }

        static Behavior<Subscription.Deliver> create(ActorRef<RaftMessage> server, Consumer<LogEntry> consumer) {
            return Behaviors.setup(context -> {
                context.setReceiveTimeout(Duration.ofSeconds(10), SILENCE);
                Subscriber subscriber = new Subscriber(context, server, consumer);
                subscriber.subscribe();
                return Behaviors.receiveMessage(subscriber::onDeliver);
            });
        }

        private void subscribe() {
            Target target = new Target("shop", "main");
            server.tell(new ClientRequest.Subscribe(target, 1, replies, done + 1, context.getSelf()));
        }

        private Behavior<Subscription.Deliver> onDeliver(Subscription.Deliver delivery) {
            if (delivery.equals(SILENCE)) {
                subscribe();
                return Behaviors.same();
            }
            for (LogEntry entry : delivery.entries().from(done + 1)) {
                if (entry.index() > done + 1) {
                    subscribe(); // something was lost on the way
                    return Behaviors.same();
                }
                consumer.accept(entry);
                done = entry.index();
            }
            delivery.feed().tell(new Subscription.Processed(done, context.getSelf()));
            return Behaviors.same();
        }

        private static Behavior<ClientReply> onRefusal(ClientReply reply) {
            throw new IllegalStateException("not subscribed: " + reply);
        }
    }
    // end of the page's subscriber

    // begin of the page's observer
    /** Calls somebody when it matters, and counts the rest. */
    static Behavior<RaftEvent> observer(Consumer<String> pager, Consumer<RaftEvent> statistics) {
        return Behaviors.setup(context -> {
            context.getSystem().eventStream().tell(new EventStream.Subscribe<>(RaftEvent.class, context.getSelf()));
            return BehaviorBuilder.<RaftEvent>create()
                    .onMessage(RaftEvent.StorageFull.class, event -> {
                        pager.accept(event.node() + (event.full() ? " has no room" : " has room again"));
                        return Behaviors.same();
                    })
                    .onMessage(RaftEvent.class, event -> {
                        statistics.accept(event);
                        return Behaviors.same();
                    })
                    .build();
        });
    }
    // end of the page's observer

    @BeforeEach
    void start() throws Exception {
        shop = shop(conf(0));
        shop.systemActorOf(observer(paged::add, told::add), "observer", MailboxSelector.bounded(1_000));
        other = ActorSystem.create(Behaviors.setup(this::subscribers), "office", conf(1));
    }

    @AfterEach
    void stop() {
        for (ActorSystem<?> system : List.of(shop, other)) {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    @Test
    void entriesReachActorsInAnotherProcessHoweverLarge() throws Exception {
        byte[] large = new KvCommand.Put(new byte[] {1}, new byte[LARGE]).encode();
        submit(new KvCommand.Put(new byte[] {1}, new byte[10]).encode());
        Applied applied = submit(large);

        for (String path : SUBSCRIBERS) {
            LogEntry entry = next(path);
            while (entry.index() < applied.index()) {
                entry = next(path);
            }
            assertThat(((Payload.Command) entry.payload()).command()).as(path).isEqualTo(large);
        }
    }

    @Test
    void anObserverIsToldHowFarTheLogIsCommitted() throws Exception {
        Applied applied = submit(new KvCommand.Put(new byte[] {1}, new byte[10]).encode());

        RaftEvent event = told.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        while (!(event instanceof RaftEvent.CommitAdvanced advanced
                && advanced.last().index() >= applied.index())) {
            assertThat(event).isNotNull();
            assertThat(event.node()).hasToString("node-1");
            event = told.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(paged).isEmpty();
    }

    @Test
    void thePageShowsThisCode() throws Exception {
        for (String part : List.of("application", "subscriber", "observer")) {
            List<String> source = Files.readAllLines(SOURCE);
            int begin = source.indexOf("    // begin of the page's " + part);
            int end = source.indexOf("    // end of the page's " + part);
            String shown = String.join("\n", source.subList(begin + 1, end)).stripIndent();
            assertThat(Files.readString(PAGE)).as(part).contains("```java\n" + shown + "\n```");
        }
    }

    private Applied submit(byte[] command) throws Exception {
        CompletableFuture<Outcome<Applied>> answer = new CompletableFuture<>();
        shop.tell(new RaftClient.Submit(command, answer::complete));
        return ((Outcome.Done<Applied>) answer.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).value();
    }

    private LogEntry next(String path) throws InterruptedException {
        LogEntry entry = seen.get(path).poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(entry).as("an entry at %s", path).isNotNull();
        return entry;
    }

    private Behavior<Object> subscribers(ActorContext<Object> context) {
        String address = "pekko://shop@127.0.0.1:" + ports.get(0) + "/user/raft";
        ActorRef<RaftMessage> server = ActorRefResolver.get(context.getSystem()).resolveActorRef(address);
        for (String path : SUBSCRIBERS) {
            BlockingQueue<LogEntry> queue = new LinkedBlockingQueue<>();
            seen.put(path, queue);
            spawn(context, List.of(path.split("/")), Subscriber.create(server, queue::add));
        }
        return Behaviors.empty();
    }

    private static void spawn(ActorContext<?> context, List<String> path, Behavior<Subscription.Deliver> subscriber) {
        if (path.size() == 1) {
            context.spawn(subscriber, path.get(0));
        } else {
            Behavior<Object> parent = Behaviors.setup(inner -> {
                spawn(inner, path.subList(1, path.size()), subscriber);
                return Behaviors.empty();
            });
            context.spawn(parent, path.get(0));
        }
    }

    /** What the page shows as an {@code application.conf}, found on the class path as a program finds its own. */
    private Config conf(int number) throws Exception {
        Matcher shown = CONF.matcher(Files.readString(PAGE));
        String text = shown.results().skip(number).findFirst().orElseThrow().group(1);
        Path place = Files.createDirectory(folder.resolve("conf-" + number));
        Files.writeString(
                place.resolve("application.conf"),
                text.replace("7051", ports.get(0).toString())
                        .replace("7052", ports.get(1).toString())
                        .replace("/var/lib/shop", folder.toString()));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {place.toUri().toURL()})) {
            return ConfigFactory.load(loader);
        }
    }
}
