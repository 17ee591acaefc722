package io.balsa.cli;

import com.typesafe.config.ConfigException;
import io.balsa.cli.offline.OfflineFailure;
import io.balsa.client.OutcomeUnknownException;
import io.balsa.client.RefusedException;
import io.balsa.client.UnavailableException;
import io.balsa.config.BadConfigException;
import java.util.Objects;
import java.util.stream.Collectors;

/** Why a verb did not do what it was asked, in one line, and what to try next. */
final class Failure extends RuntimeException {
    private final Exit exit;
    private final String hint;

    /**
     * @param message one line, without a full stop
     * @param hint the next command to try, or the next thing to look at
     */
    Failure(Exit exit, String message, String hint) {
        super(Objects.requireNonNull(message), null, false, false);
        this.exit = exit;
        this.hint = Objects.requireNonNull(hint);
    }

    static Failure usage(String message, String hint) {
        return new Failure(Exit.USAGE, message, hint);
    }

    static Failure unavailable(String message) {
        return new Failure(
                Exit.UNAVAILABLE,
                message,
                "client.sh status shows who answers; bin/node.sh starts a node; --timeout 30s waits longer");
    }

    /** What a failure of the client means to the one who typed the verb. */
    static Failure of(Throwable cause) {
        if (cause instanceof Failure failure) {
            return failure;
        }
        if (cause instanceof RefusedException refused) {
            return of(refused);
        }
        if (cause instanceof UnavailableException) {
            return unavailable(cause.getMessage());
        }
        if (cause instanceof OutcomeUnknownException) {
            return new Failure(
                    Exit.OUTCOME_UNKNOWN,
                    cause.getMessage(),
                    "client.sh log show tells what happened; with the same --session and --seq repeating is safe");
        }
        if (cause instanceof OfflineFailure offline) {
            return new Failure(exit(offline.kind()), offline.getMessage(), offline.hint());
        }
        if (cause instanceof BadConfigException bad) {
            return badConfig(bad);
        }
        if (cause instanceof ConfigException wrong) {
            return badConfig(wrong.getMessage());
        }
        return new Failure(Exit.INTERNAL, "internal error: " + cause, "please report it, with the verb you used");
    }

    private static Exit exit(OfflineFailure.Kind kind) {
        return switch (kind) {
            case USAGE -> Exit.USAGE;
            case CORRUPT -> Exit.CORRUPTION;
            case UNSAFE -> Exit.UNSAFE;
            case DISK_FAILED -> Exit.STORAGE_FAILED;
        };
    }

    private static Failure badConfig(BadConfigException bad) {
        return badConfig(bad.problems().stream()
                .map(problem -> problem.place() + " " + problem.text())
                .collect(Collectors.joining("; ")));
    }

    private static Failure badConfig(String message) {
        return new Failure(
                Exit.CONFIGURATION, message, "correct it, or name the members with --endpoints HOST:PORT,… instead");
    }

    private static Failure of(RefusedException refused) {
        String message = refused.getMessage();
        return switch (refused.refusal()) {
            case SESSION_EXPIRED -> new Failure(Exit.REFUSED, message, "client.sh session open gives a new one");
            case SETTLED -> new Failure(Exit.REFUSED, message, "use a new --seq for a new command");
            case BEYOND_WINDOW ->
                new Failure(
                        Exit.REFUSED,
                        message,
                        "client.sh session open gives a new one: a session driven by hand ends where its window does");
            case TOO_LARGE -> usage(message, "raise raft.max-command-size on all nodes, or send less");
            case FAILED_QUERY -> new Failure(Exit.REFUSED, message, "the log of the node that answered says why");
            case UNSUPPORTED -> usage(message, "client.sh --help lists what this version offers");
            case OUT_OF_RANGE -> new Failure(Exit.REFUSED, message, "client.sh log show tells which entries there are");
            case FOREIGN ->
                new Failure(
                        Exit.UNSAFE,
                        message,
                        "name the right cluster with --cluster and --group, or other --endpoints");
        };
    }

    /** The same with one more thing to look at. */
    Failure orElse(String more) {
        return new Failure(exit, getMessage(), hint + "; " + more);
    }

    /** The same with something better to do about it. */
    Failure with(String betterHint) {
        return new Failure(exit, getMessage(), betterHint);
    }

    Exit exit() {
        return exit;
    }

    String hint() {
        return hint;
    }
}
