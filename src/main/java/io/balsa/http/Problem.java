package io.balsa.http;

import io.balsa.client.OutcomeUnknownException;
import io.balsa.client.RefusedException;
import io.balsa.client.UnavailableException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/** Why a request was not done, or may not have been (RFC 9457). */
final class Problem extends RuntimeException {
    private static final String RETRY_AFTER_SECONDS = "1";

    private final Fault fault;
    private final boolean unknown;
    private final boolean repeatable;

    private Problem(Fault fault, String detail, boolean unknown, boolean repeatable) {
        super(detail, null, false, false);
        this.fault = fault;
        this.unknown = unknown;
        this.repeatable = repeatable;
    }

    /**
     * @param detail one line for people, without a full stop
     */
    static Problem of(Fault fault, String detail) {
        return new Problem(fault, detail, fault.leavesDoubt(), fault.isPassing());
    }

    /** What a failure of a request means to the one who sent it. */
    static Problem of(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Problem problem) {
            return problem;
        }
        if (cause instanceof RefusedException refused) {
            return of(refused);
        }
        if (cause instanceof UnavailableException) {
            return of(Fault.UNAVAILABLE, cause.getMessage());
        }
        return cause instanceof OutcomeUnknownException
                ? of(Fault.OUTCOME_UNKNOWN, cause.getMessage())
                : ofTransport(cause);
    }

    private static Problem ofTransport(Throwable cause) {
        if (cause instanceof EntityStreamSizeException) {
            return of(Fault.TOO_LARGE, "the body is larger than raft.http.max-body-size");
        }
        if (cause instanceof TimeoutException) {
            return of(Fault.TIMEOUT, "the body did not come within raft.http.body-timeout");
        }
        boolean malformed = cause instanceof EntityStreamException || cause instanceof IllegalUriException;
        return malformed ? of(Fault.BAD_REQUEST, cause.getMessage()) : of(Fault.INTERNAL, cause.toString());
    }

    private static Problem of(RefusedException refused) {
        Fault fault =
                switch (refused.refusal()) {
                    case SESSION_EXPIRED -> Fault.SESSION_EXPIRED;
                    case SETTLED -> Fault.SETTLED;
                    case BEYOND_WINDOW -> Fault.BEYOND_WINDOW;
                    case TOO_LARGE -> Fault.TOO_LARGE;
                    case FAILED_QUERY, UNSUPPORTED -> Fault.OTHER_MACHINE;
                    case OUT_OF_RANGE -> Fault.OUT_OF_RANGE;
                    case FOREIGN -> Fault.CONFLICT;
                };
        return of(fault, refused.getMessage());
    }

    /** Says the same of what is so malformed, or so large, that it does not become a request. */
    static final class OfParser extends ParsingErrorHandler {
        /** Where Pekko looks for it. */
        public static final OfParser MODULE$ = new OfParser();

        private OfParser() {}

        @Override
        public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
            Fault fault =
                    switch (status.intValue()) {
                        case 408 -> Fault.TIMEOUT;
                        case 413 -> Fault.TOO_LARGE;
                        case 414 -> Fault.TARGET_TOO_LONG;
                        case 431 -> Fault.HEAD_TOO_LARGE;
                        case 501 -> Fault.METHOD_NOT_ALLOWED;
                        default -> Fault.BAD_REQUEST;
                    };
            return of(fault, error.summary()).toResponse(Optional.empty());
        }
    }

    /**
     * The same of a request that is done once however often it is sent. What was refused for the moment may have been
     * sent before, and be done yet.
     */
    Problem repeatable() {
        return new Problem(
                fault,
                getMessage(),
                unknown || fault == Fault.UNAVAILABLE,
                repeatable || fault == Fault.OUTCOME_UNKNOWN);
    }

    Fault fault() {
        return fault;
    }

    /**
     * @param leader the one this node follows
     */
    HttpResponse toResponse(Optional<String> leader) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "about:blank");
        json.put("title", fault.title());
        json.put("status", fault.status());
        json.put("detail", getMessage());
        json.put("code", fault.code());
        json.put("leader", leader.orElse(null));
        json.put("retryable", repeatable);
        json.put("outcome", unknown ? "unknown" : "none");
        HttpResponse response = Reply.problem(fault.status(), json);
        return fault.isPassing() ? Reply.with(response, "Retry-After", RETRY_AFTER_SECONDS) : response;
    }
}
