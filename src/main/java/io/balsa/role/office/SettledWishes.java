package io.balsa.role.office;

import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.reply.AdminReply;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What became of the last wish of each kind that an operator had of this server while it led: another leader, other
 * members. It is kept when the office is gone, as the answer may be lost on its way, and the wish comes again then,
 * under the same number.
 */
public final class SettledWishes {
    private final Map<Class<? extends AdminRequest>, Settled> last = new HashMap<>();

    private record Settled(AdminRequest wish, AdminReply answer) {}

    /** Whether both are one wish, said twice. */
    public static boolean isSame(AdminRequest one, AdminRequest other) {
        return one.request() == other.request() && one.replyTo().equals(other.replyTo());
    }

    /** Tells the operator what has become of it. */
    public void settle(AdminRequest wish, AdminReply answer) {
        wish.replyTo().tell(answer);
        last.put(wish.getClass(), new Settled(wish, answer));
    }

    /** What the operator was told, if this is the last wish of its kind once more. */
    public Optional<AdminReply> answerTo(AdminRequest wish) {
        return Optional.ofNullable(last.get(wish.getClass()))
                .filter(settled -> isSame(settled.wish(), wish))
                .map(Settled::answer);
    }
}
