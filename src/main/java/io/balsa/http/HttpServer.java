package io.balsa.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.client.Connection;
import io.balsa.client.Inbox;
import io.balsa.client.RaftClient;
import io.balsa.client.delivery.Courier;
import io.balsa.client.link.Nearby;
import io.balsa.config.HttpSettings;
import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.config.access.TlsSettings;
import io.balsa.http.browser.Directory;
import io.balsa.http.browser.Origins;
import io.balsa.http.browser.Page;
import io.balsa.http.event.Listener;
import io.balsa.http.metrics.NodeMeters;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Target;
import io.balsa.role.NodeView;
import io.balsa.tls.Credentials;
import io.balsa.tls.Seldom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP for one node, with a client of the cluster as its child. Fails when it cannot listen: whoever spawned it
 * must watch it, as a node that was to be reached and is not has not started.
 */
public final class HttpServer {
    /** The name to spawn it under. */
    public static final String NAME = "http";

    /** How long requests under way may take when the node stops. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private HttpServer() {}

    /**
     * What it serves.
     *
     * @param view of the node
     * @param listener must {@link Listener#listen} before the node is started
     * @param keyValues whether the node's machine is the built-in one, which alone knows keys and values
     */
    public record Setup(NodeConfig config, NodeView view, Listener listener, boolean keyValues) {}

    /** What it is told by its own parts. */
    sealed interface Event {}

    private record Listening(ServerBinding binding) implements Event {}

    private record Failed(Throwable reason) implements Event {}

    /** It cannot listen at its address. */
    public static final class AddressRefused extends RuntimeException {
        private AddressRefused(HttpSettings http, Throwable reason) {
            super(
                    "cannot listen at raft.http.host and raft.http.port (%s:%s): %s. Does another program use the port?"
                                    .formatted(http.host(), http.port(), innermost(reason))
                            + " Set another, or raft.http.enabled = off",
                    null,
                    false,
                    false);
        }

        private static String innermost(Throwable failure) {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return cause.getMessage();
        }
    }

    /**
     * @param server the node
     */
    public static Behavior<?> create(Setup setup, ActorRef<RaftMessage> server) {
        return Behaviors.<Event>setup(context -> {
            Inbox inbox = new Inbox(setup.config().client(), System::nanoTime);
            Connection connection = Connection.over(client(context, setup.config(), server, inbox), inbox);
            Gateway gateway = gateway(context, setup, connection, inbox);
            Directory directory = new Directory(setup.config(), gateway::members);
            Router router = new Router(context.getSystem(), setup, routes(setup, gateway, directory), directory::isOwn);
            HttpSettings http = setup.config().http();
            context.pipeToSelf(
                    builder(http, context.getSystem()).bind(new Origins(directory).around(router::handle)),
                    (binding, failure) -> failure == null ? new Listening(binding) : new Failed(failure));
            return behavior(context, setup, connection);
        });
    }

    private static ServerBuilder builder(HttpSettings http, ActorSystem<?> system) {
        ServerBuilder builder = Http.get(system)
                .newServerAt(http.host(), http.port())
                .withSettings(ServerSettings.create(pekko(http, system)));
        if (!http.access().tls()) {
            return builder;
        }
        TlsSettings tls = TlsSettings.of(system.settings().config());
        Credentials credentials = new Credentials(tls, new Seldom(HttpServer.class.getName()));
        return builder.enableHttps(ConnectionContext.httpsServer(() -> {
            SSLEngine engine = credentials.server();
            engine.setWantClientAuth(true);
            return engine;
        }));
    }

    private static Behavior<Event> behavior(ActorContext<Event> context, Setup setup, Connection connection) {
        ActorSystem<?> system = context.getSystem();
        return Behaviors.receive(Event.class)
                .onMessage(Listening.class, listening -> {
                    listening.binding().addToCoordinatedShutdown(FAREWELL, system);
                    LOG.info(
                            "{} serves {} at {}",
                            setup.config().settings().nodeId(),
                            setup.config().http().access().tls() ? "HTTPS" : "HTTP",
                            listening.binding().localAddress());
                    return Behaviors.same();
                })
                .onMessage(Failed.class, failed -> {
                    throw new AddressRefused(setup.config().http(), failed.reason());
                })
                .onSignal(PostStop.class, stopped -> {
                    setup.listener().ring().close();
                    connection.close();
                    return Behaviors.same();
                })
                .build();
    }

    private static ActorRef<RaftClient.Command> client(
            ActorContext<Event> context, NodeConfig config, ActorRef<RaftMessage> server, Inbox inbox) {
        Settings settings = config.settings();
        Nearby nearby = new Nearby(settings, server);
        Target target = new Target(settings.clusterId(), settings.group());
        RaftClient.Setup setup = new RaftClient.Setup(
                target, nearby.endpoints(), config.client(), System::nanoTime, nearby, Courier.anywhere());
        ActorRef<RaftClient.Command> client = context.spawn(RaftClient.create(setup, inbox), RaftClient.NAME);
        context.watch(client);
        return client;
    }

    private static Gateway gateway(ActorContext<Event> context, Setup setup, Connection connection, Inbox inbox) {
        ActorSystem<?> system = context.getSystem();
        setup.listener().meters().pendingBytes(inbox::pendingBytes);
        CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseServiceUnbind(), "end events", () -> {
            setup.listener().ring().close();
            return CompletableFuture.completedFuture(Done.getInstance());
        });
        return new Gateway(connection, setup.config().settings(), system.executionContext());
    }

    /** All that can be asked. */
    static List<Route> routes(Setup setup, Gateway gateway, Directory directory) {
        NodeConfig config = setup.config();
        HttpSettings.Limits limits = config.http().limits();
        NodeMeters meters = setup.listener().meters();
        EventRoutes events = new EventRoutes(
                setup.listener().ring(),
                limits.eventStreams(),
                limits.idleTimeout().dividedBy(3));
        meters.streams(events::streams);
        meters.measures(setup.view().measures());
        Page page = new Page(directory);
        return Stream.of(
                        keyValues(setup, gateway),
                        new CommandRoutes(gateway, config.http().courtesy(), setup.keyValues()).routes(),
                        new ClusterRoutes(gateway, config.actorSystemConfig()).routes(),
                        List.of(
                                Route.get("/", call -> page.index()).forEverybody(),
                                Route.get("/page/{file}", call -> file(page, call))
                                        .forEverybody(),
                                Route.get("/api/v1/directory", call -> whereabouts(config.settings(), directory))),
                        new AdminRoutes(gateway, config.client().timeout()).routes(),
                        events.routes(),
                        new HealthRoutes(gateway, setup.listener().health(), meters).routes())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Route> keyValues(Setup setup, Gateway gateway) {
        int most = setup.config().settings().limits().maxCommandBytes();
        List<Route> routes = new KeyValueRoutes(gateway, most).routes();
        return setup.keyValues()
                ? routes
                : routes.stream().map(Route::withoutMachine).toList();
    }

    private static CompletionStage<HttpResponse> file(Page page, Call call) {
        HttpResponse file = page.file(call.word("file"))
                .orElseThrow(() -> Problem.of(Fault.NO_SUCH_RESOURCE, "the page has no such file"));
        return CompletableFuture.completedFuture(file);
    }

    private static CompletionStage<HttpResponse> whereabouts(Settings settings, Directory directory) {
        return directory.look().thenApply(addresses -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("clusterId", settings.clusterId());
            json.put("group", settings.group());
            json.put("node", settings.nodeId().name());
            json.put("electionTimeoutMax", settings.timing().electionMax().toMillis());
            Map<String, Object> http = new LinkedHashMap<>();
            addresses.forEach((name, address) -> http.put(name, address.orElse(null)));
            json.put("http", http);
            return Reply.json(json);
        });
    }

    /** Each request is bounded by its own means, so that what comes too late is a problem of a known kind. */
    private static Config pekko(HttpSettings http, ActorSystem<?> system) {
        HttpSettings.Limits limits = http.limits();
        return ConfigFactory.parseMap(Map.ofEntries(
                        Map.entry("pekko.http.server.server-header", "balsa"),
                        Map.entry("pekko.http.server.max-connections", limits.connections()),
                        Map.entry("pekko.http.server.request-timeout", "infinite"),
                        Map.entry(
                                "pekko.http.server.idle-timeout",
                                limits.idleTimeout().toMillis() + " ms"),
                        Map.entry("pekko.http.server.transparent-head-requests", "on"),
                        Map.entry("pekko.http.server.parsing.max-uri-length", limits.headerBytes()),
                        Map.entry("pekko.http.server.parsing.max-header-value-length", limits.headerBytes()),
                        Map.entry("pekko.http.server.parsing.max-header-count", limits.headers()),
                        Map.entry("pekko.http.server.parsing.tls-session-info-header", "on"),
                        Map.entry("pekko.http.server.parsing.modeled-header-parsing", "off"),
                        Map.entry("pekko.http.server.parsing.illegal-header-warnings", "off"),
                        Map.entry("pekko.http.server.parsing.error-logging-verbosity", "off"),
                        Map.entry("pekko.http.server.parsing.error-handler", Problem.OfParser.class.getName()),
                        Map.entry("pekko.http.server.parsing.max-content-length", limits.bodyBytes())))
                .withFallback(system.settings().config());
    }
}
