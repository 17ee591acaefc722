package io.balsa.client.delivery;

import io.balsa.client.link.Endpoint;
import io.balsa.protocol.Client;
import io.balsa.protocol.Target;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/** The parcels under way, in the order in which they were accepted, and every attempt at them that may be answered. */
public final class Courier {
    private final Client client;
    private final Set<Parcel> parcels = new LinkedHashSet<>();
    private final Map<Long, Attempt> attempts = new HashMap<>();
    private long requests;

    /** One sending of a parcel to one server. */
    record Attempt(Parcel parcel, Endpoint endpoint, int number) {
        /** Whether nothing was sent after it. */
        boolean isLast() {
            return parcel.attempts() == number;
        }
    }

    /**
     * Where to begin with the numbers of requests when others may send to this process too: an answer is known by its
     * number alone, and nobody must be able to guess it who was not asked.
     */
    public static long anywhere() {
        return new SecureRandom().nextLong() >>> 2;
    }

    /**
     * @param client where answers are to go
     * @param numbers requests are numbered from there on
     */
    public Courier(Client client, long numbers) {
        this.client = client;
        this.requests = numbers;
    }

    void accept(Parcel parcel) {
        parcels.add(parcel);
    }

    void send(Parcel parcel, Endpoint endpoint, Target target, long now) {
        long request = ++requests;
        parcel.sent(request, endpoint, now);
        attempts.put(request, new Attempt(parcel, endpoint, parcel.attempts()));
        endpoint.send(parcel.message(new Parcel.Label(target, request, client)), parcel.bytes());
    }

    /** The attempt that an answer with this number is for, once; none if nobody waits for it any more. */
    Optional<Attempt> close(long request) {
        return Optional.ofNullable(attempts.remove(request));
    }

    /** It needs no more attempts, and no answer to those it had. */
    void settle(Parcel parcel) {
        parcels.remove(parcel);
        parcel.requests().forEach(attempts::remove);
    }

    boolean isEmpty() {
        return parcels.isEmpty();
    }

    List<Parcel> select(Predicate<Parcel> wanted) {
        List<Parcel> selected = new ArrayList<>();
        for (Parcel parcel : parcels) {
            if (wanted.test(parcel)) {
                selected.add(parcel);
            }
        }
        return selected;
    }

    long count(Predicate<Parcel> wanted) {
        return parcels.stream().filter(wanted).count();
    }

    /** When the oldest of the parcels was sent that this server has not answered. */
    OptionalLong waitingSince(Endpoint endpoint) {
        return parcels.stream()
                .filter(parcel -> parcel.isWith(endpoint))
                .mapToLong(Parcel::sentAt)
                .min();
    }
}
