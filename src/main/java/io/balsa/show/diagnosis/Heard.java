package io.balsa.show.diagnosis;

import io.balsa.protocol.reply.AdminReply.Condition;
import io.balsa.protocol.reply.AdminReply.Status;
import java.util.Optional;

/**
 * What came back from one address.
 *
 * @param status how the server there sees the cluster, if it answers
 * @param refusal what it said instead, if it belongs to another cluster or group
 * @param condition what it says of its machine
 */
record Heard(String address, Optional<Status> status, Optional<String> refusal, Optional<Timed> condition) {
    /**
     * @param asked when this was asked for, by the clock here, ms
     * @param answered when it had come, by the clock here, ms
     */
    record Timed(Condition condition, long asked, long answered) {
        /** How far the clock there is ahead of the one here, ms, give or take {@link #doubt()}. */
        long ahead() {
            return condition.clockMillis() - (asked + answered) / 2;
        }

        long doubt() {
            return (answered - asked + 1) / 2;
        }
    }

    boolean answers() {
        return status.isPresent();
    }

    String id() {
        return status.map(Status::node).orElse(address);
    }
}
