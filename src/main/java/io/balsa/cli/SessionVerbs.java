package io.balsa.cli;

import io.balsa.Applied;
import io.balsa.show.Answer;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sessions, within which a command is applied once, however often it is sent. */
@Command(
        name = "session",
        description = "Sessions for exactly-once commands.",
        subcommands = {SessionVerbs.Open.class, SessionVerbs.Close.class})
final class SessionVerbs {

    @Command(name = "open", description = "Opens a session and prints its id.")
    static final class Open extends Verb {
        @Override
        void run(Client client) {
            long session = await(client.cluster().openSession());
            print(client, Answer.of(Map.of("session", session), Long.toString(session)));
        }
    }

    @Command(name = "close", description = "Ends a session; its answers are forgotten.")
    static final class Close extends Verb {
        @Parameters(paramLabel = "SESSION", description = "From session open.")
        private long session;

        @Override
        void run(Client client) {
            if (session < 1) {
                throw Failure.usage("the session must be 1 or more", "client.sh session open gives one");
            }
            await(client.cluster().closeSession(session));
            print(client, Answer.of(Map.of("ok", true), "OK"));
        }
    }

    /** The options of every verb that changes something. */
    static final class Once {
        @ArgGroup(exclusive = false)
        private Pair pair;

        /** Both or none. */
        private static final class Pair {
            @Option(names = "--session", required = true, paramLabel = "ID", description = "From session open.")
            private long session;

            @Option(
                    names = "--seq",
                    required = true,
                    paramLabel = "N",
                    description = "1 and up: the same pair is applied once and answers the same.")
            private long sequence;
        }

        /** Has the command applied, under the pair when one is given. */
        Applied submit(Cluster cluster, byte[] command) {
            if (pair == null) {
                return Verb.await(cluster.submit(command));
            }
            if (pair.session < 1 || pair.sequence < 1) {
                throw Failure.usage("--session and --seq must be 1 or more", "client.sh session open gives a session");
            }
            return Verb.await(cluster.submit(pair.session, pair.sequence, command));
        }
    }
}
