package io.balsa.cli;

import io.balsa.cli.show.Output;
import io.balsa.kv.KvCommand;
import io.balsa.show.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One thing that {@code client.sh} can do. */
abstract class Verb implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** Whoever typed a verb at a prompt does not want to wait for it any longer. */
    static final class Interrupted extends RuntimeException {
        private Interrupted(InterruptedException cause) {
            super(cause);
        }
    }

    /**
     * @throws Failure when it could not be done
     */
    abstract void run(Client client);

    @Override
    public final Integer call() {
        Client client = (Client) spec.root().userObject();
        client.requireSameCluster();
        run(client);
        return Exit.OK.code();
    }

    /** The words that call it, without the name of the program. */
    final String name() {
        return spec.qualifiedName().substring(spec.root().name().length() + 1);
    }

    static void print(Client client, Answer answer) {
        client.output().print(answer, client.format());
    }

    /**
     * Waits for an answer.
     *
     * @throws Interrupted when this thread is interrupted, which is reported by no longer waiting
     */
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException interrupted) {
            throw new Interrupted(interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Output.ReaderGone gone) {
                throw gone;
            }
            throw Failure.of(failed.getCause());
        }
    }

    /** For a verb that goes on until somebody has seen enough. */
    static void untilInterrupted(Runnable endless) {
        try {
            endless.run();
        } catch (Interrupted enough) {
            return;
        }
    }

    /**
     * A key as it was typed, in UTF-8.
     *
     * @throws Failure when it is empty, or longer than {@link KvCommand#MAX_KEY_BYTES}
     */
    static byte[] key(String typed) {
        byte[] key = bytes(typed);
        if (key.length == 0) {
            throw Failure.usage("the key is empty", "give a key of 1 to " + KvCommand.MAX_KEY_BYTES + " bytes");
        }
        if (key.length > KvCommand.MAX_KEY_BYTES) {
            throw Failure.usage(
                    "the key has " + key.length + " bytes; at most " + KvCommand.MAX_KEY_BYTES + " (4 KiB) are allowed",
                    "use a shorter key; nothing was sent");
        }
        return key;
    }

    /**
     * A value as it was typed, in UTF-8.
     *
     * @throws Failure when it is larger than the cluster takes
     */
    static byte[] value(Client client, String typed) {
        return checked(client, bytes(typed));
    }

    /** A value that is an argument, or else comes on standard input. */
    static final class Value {
        @Option(names = "--stdin", description = "Takes it from standard input instead, byte for byte.")
        private boolean stdin;

        /**
         * The bytes to store.
         *
         * @param typed null when there was no argument
         * @throws Failure when it is larger than the cluster takes, or given twice or not at all
         */
        byte[] of(Client client, String typed) {
            if (stdin == (typed != null)) {
                throw Failure.usage(
                        "one value is needed, and " + (stdin ? "two are" : "none is") + " given",
                        "give it as an argument, or with --stdin on standard input");
            }
            return stdin ? read(client) : value(client, typed);
        }

        private static byte[] read(Client client) {
            InputStream input = client.input()
                    .orElseThrow(
                            () -> Failure.usage("standard input is a terminal", "client.sh put KEY --stdin < FILE"));
            try {
                return checked(client, input.readNBytes(client.cluster().maxCommandBytes() + 1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The value if it is not larger than the cluster takes. */
    static byte[] checked(Client client, byte[] value) {
        int limit = client.cluster().maxCommandBytes();
        if (value.length > limit) {
            throw Failure.usage(
                    "the value has more than " + limit + " bytes, which raft.max-command-size allows",
                    "send less, or raise raft.max-command-size on all nodes; nothing was sent");
        }
        return value;
    }

    /** What the shell handed over as bytes that are no UTF-8 has been lost already, and must not be stored so. */
    static byte[] bytes(String typed) {
        if (typed.indexOf('\ufffd') >= 0) {
            throw Failure.usage(
                    "the argument is not valid UTF-8",
                    "give the value on standard input: client.sh put KEY --stdin < FILE");
        }
        return typed.getBytes(StandardCharsets.UTF_8);
    }
}
