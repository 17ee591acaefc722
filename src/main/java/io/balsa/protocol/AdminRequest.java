package io.balsa.protocol;

import io.balsa.protocol.reply.AdminReply;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;

/** What operators ask one server: how it is, what it has; if it leads, to let another lead or to change the members. */
public sealed interface AdminRequest extends RaftMessage {
    Target target();

    long request();

    ActorRef<AdminReply> replyTo();

    /** Answered by {@link AdminReply.Status}, in any role. */
    record GetStatus(Target target, long request, ActorRef<AdminReply> replyTo) implements AdminRequest {}

    /** Answered by {@link AdminReply.Condition}, in any role. */
    record GetCondition(Target target, long request, ActorRef<AdminReply> replyTo) implements AdminRequest {}

    /**
     * A page of this server's own log, committed or not; answered by {@link AdminReply.LogPage}.
     *
     * @param from the first index wanted
     * @param to the last index wanted; the page may end earlier
     */
    record GetLog(Target target, long request, ActorRef<AdminReply> replyTo, long from, long to)
            implements AdminRequest {}

    /** Has this server take a snapshot of its own state now (§7); answered by {@link AdminReply.SnapshotTaken}. */
    record TriggerSnapshot(Target target, long request, ActorRef<AdminReply> replyTo) implements AdminRequest {}

    /** Asks which snapshots this server has; answered by {@link AdminReply.Snapshots}. */
    record ListSnapshots(Target target, long request, ActorRef<AdminReply> replyTo) implements AdminRequest {}

    /**
     * Has the leader give its office to another voter (thesis §3.10); answered by {@link AdminReply.Transferred}.
     *
     * @param to who is to lead next; whoever is best placed when empty
     */
    record Transfer(Target target, long request, ActorRef<AdminReply> replyTo, Optional<String> to)
            implements AdminRequest {}

    /** Has the leader change who belongs to the cluster (§6); answered by {@link AdminReply.MembersChanged}. */
    record ChangeMembers(Target target, long request, ActorRef<AdminReply> replyTo, Members members)
            implements AdminRequest {}

    /**
     * What the members are to become, from any set of voters to any other. Whoever is named and is already what it is
     * to be stays it.
     *
     * @param add new members with their addresses; they do not vote, unless they are to be promoted too
     * @param promote members that are to vote, once they hold nearly all that is in the log (thesis §4.2.1)
     * @param demote voters that are to stay without a vote
     * @param remove who is to be a member no longer
     * @param renew voters that come back with an empty data folder: they lose their vote, and get it again as
     *     {@code promote} says
     * @param withoutQuorum whether to do it even if no majority of the new voters is heard
     */
    record Members(
            Map<String, String> add,
            List<String> promote,
            List<String> demote,
            List<String> remove,
            List<String> renew,
            boolean withoutQuorum) {

        /** As many characters as may be put down for one act; more than any cluster has names. */
        private static final int MOST = 16 * 1024;

        /**
         * Whoever is named twice is meant once; nobody is no name.
         *
         * @throws IllegalArgumentException when it is more than anybody would read
         */
        public Members {
            promote = promote.stream().distinct().map(Objects::requireNonNull).toList();
            demote = demote.stream().distinct().map(Objects::requireNonNull).toList();
            remove = remove.stream().distinct().map(Objects::requireNonNull).toList();
            renew = renew.stream().distinct().map(Objects::requireNonNull).toList();
            int length = Stream.of(add.keySet(), add.values(), promote, demote, remove, renew)
                    .flatMap(Collection::stream)
                    .mapToInt(word ->
                            Objects.requireNonNull(word, "a name or an address").length())
                    .sum();
            if (length > MOST) {
                throw new IllegalArgumentException("a change of members with " + length + " characters");
            }
        }

        /** Only new members, who do not vote. */
        public static Members adding(Map<String, String> add) {
            return new Members(add, List.of(), List.of(), List.of(), List.of(), false);
        }

        public static Members promoting(String... who) {
            return new Members(Map.of(), List.of(who), List.of(), List.of(), List.of(), false);
        }

        public static Members demoting(String... who) {
            return new Members(Map.of(), List.of(), List.of(who), List.of(), List.of(), false);
        }

        public static Members removing(String... who) {
            return new Members(Map.of(), List.of(), List.of(), List.of(who), List.of(), false);
        }

        public static Members renewing(String... who) {
            return new Members(Map.of(), List.of(), List.of(), List.of(), List.of(who), false);
        }

        /** The same, to be done even if no majority of the new voters is heard. */
        public Members forced() {
            return new Members(add, promote, demote, remove, renew, true);
        }
    }
}
