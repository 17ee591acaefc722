package io.balsa.client.link;

import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.reply.AdminReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Questions to single servers that are not answered yet. They change nothing, or nothing more when they are asked again
 * under the same number, so they are repeated until they are answered or nobody waits any more.
 */
public final class Inquiries {
    /** A server that was well and has not answered a question for so long has fallen silent. */
    public static final long SILENCE = Duration.ofMillis(500).toNanos();

    private final Map<Long, Open> open = new LinkedHashMap<>();
    private long requests;

    /**
     * A question to one server.
     *
     * @param question makes the message for a request number
     * @param answer is given what the server says, or nothing when it says nothing until {@code deadline}
     */
    public record Inquiry(
            Endpoint endpoint,
            long deadline,
            LongFunction<AdminRequest> question,
            Consumer<Optional<AdminReply>> answer) {}

    /** A question and when it was last asked. */
    private record Open(Inquiry inquiry, long askedAt) {}

    /**
     * @param numbers questions are numbered from there on
     */
    public Inquiries(long numbers) {
        this.requests = numbers;
    }

    public boolean isEmpty() {
        return open.isEmpty();
    }

    public int size() {
        return open.size();
    }

    /** Asks at once a server that answers; another one if it has not just been probed, else a little later. */
    public void ask(Inquiry inquiry, long now) {
        Endpoint endpoint = inquiry.endpoint();
        long request = ++requests;
        boolean atOnce = endpoint.answers(now) || endpoint.mayBeProbed(now);
        if (atOnce) {
            endpoint.probe(inquiry.question().apply(request), now);
        }
        open.put(request, new Open(inquiry, now));
    }

    /** Hands the answer to whoever asked, if anybody still waits. */
    public void answered(AdminReply reply, long now) {
        Open asked = open.remove(reply.request());
        if (asked != null) {
            asked.inquiry().endpoint().heard(now);
            asked.inquiry().answer().accept(Optional.of(reply));
        }
    }

    /** Asks again where that is due, and gives up where nobody waits any more. */
    public void tick(long now) {
        List<Inquiry> late = new ArrayList<>();
        for (Iterator<Map.Entry<Long, Open>> each = open.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Long, Open> entry = each.next();
            if (entry.getValue().inquiry().deadline() <= now) {
                late.add(entry.getValue().inquiry());
                each.remove();
            } else {
                entry.setValue(askAgain(entry.getKey(), entry.getValue(), now));
            }
        }
        late.forEach(inquiry -> inquiry.answer().accept(Optional.empty()));
    }

    private static Open askAgain(long request, Open asked, long now) {
        Endpoint endpoint = asked.inquiry().endpoint();
        boolean overdue = now - asked.askedAt() >= SILENCE;
        if (overdue && endpoint.heardAt() < asked.askedAt()) {
            endpoint.fellSilent();
        }
        boolean again = endpoint.answers(now) ? overdue : endpoint.mayBeProbed(now);
        if (!again) {
            return asked;
        }
        endpoint.probe(asked.inquiry().question().apply(request), now);
        return new Open(asked.inquiry(), now);
    }
}
