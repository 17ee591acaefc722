package io.balsa.cli;

import io.balsa.cli.show.JoinConfig;
import io.balsa.config.PeerAddress;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.MembersChanged.Refusal;
import io.balsa.show.Answer;
import io.balsa.show.ClusterView;
import io.balsa.show.MemberList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who belongs to the cluster, and who is to (§6). */
final class MemberVerbs {
    private MemberVerbs() {}

    @Command(
            name = "member",
            description = "The members of the cluster.",
            subcommands = {ShowList.class, Add.class, Promote.class, Demote.class, Remove.class, Replace.class})
    static final class Member {}

    @Command(name = "list", description = "Lists the members, their addresses, and who of them votes.")
    static final class ShowList extends Verb {
        @Override
        void run(Client client) {
            print(client, MemberList.of(client.cluster().view()));
        }
    }

    /** A verb that changes the members. */
    abstract static class ChangeVerb extends Verb {
        @Option(
                names = "--force-without-quorum",
                description = "Does it even if no majority of those who would vote answers. The cluster may then stand"
                        + " still until they do.")
        private boolean forced;

        /** Asks the leader for it, and returns how things are when it is committed. */
        final ClusterView change(Client client, Members members) {
            ClusterView view = client.cluster().view();
            String address = view.leaderAddress().orElseThrow(() -> noLeader(view));
            MembersChanged answer = await(client, address, forced ? members.forced() : members);
            answer.refusal().ifPresent(why -> {
                throw failure(why);
            });
            return client.cluster().view();
        }

        private static MembersChanged await(Client client, String address, Members members) {
            try {
                return await(client.cluster().changeMembers(address, members));
            } catch (Failure failure) {
                throw failure.exit() == Exit.UNAVAILABLE ? unknown(failure.getMessage()) : failure;
            }
        }
    }

    @Command(
            name = "add",
            description = "Adds a member that does not vote yet, and prints the complete configuration file for it.")
    static final class Add extends ChangeVerb {
        @Parameters(index = "0", paramLabel = "ID", description = "The name of the new node.")
        private String id;

        @Parameters(index = "1", paramLabel = "REF", description = "Its address: pekko://SYSTEM@HOST:PORT/user/raft")
        private String address;

        @Override
        void run(Client client) {
            checkAddress(address);
            ClusterView view = change(client, Members.adding(Map.of(id, address)));
            print(client, join(view, id, address));
        }
    }

    /** A verb that does the same to several members. */
    abstract static class SeveralVerb extends ChangeVerb {
        @Parameters(arity = "1..*", paramLabel = "ID", description = "Their names.")
        private List<String> ids;

        abstract Members wish(String... members);

        @Override
        final void run(Client client) {
            print(client, MemberList.of(change(client, wish(ids.toArray(String[]::new)))));
        }
    }

    @Command(name = "promote", description = "Gives members a vote, once they hold nearly all that is in the log.")
    static final class Promote extends SeveralVerb {
        @Override
        Members wish(String... members) {
            return Members.promoting(members);
        }
    }

    @Command(name = "demote", description = "Takes their votes from members, who stay.")
    static final class Demote extends SeveralVerb {
        @Override
        Members wish(String... members) {
            return Members.demoting(members);
        }
    }

    @Command(name = "remove", description = "Removes members. Stop their nodes afterwards.")
    static final class Remove extends SeveralVerb {
        @Override
        Members wish(String... members) {
            return Members.removing(members);
        }
    }

    @Command(
            name = "replace",
            description = {
                "Puts a new node in the place of a member: OLD leaves when NEW holds all.",
                "With OLD alone: the same node comes back with an empty data folder."
            })
    static final class Replace extends ChangeVerb {
        @Parameters(index = "0", paramLabel = "OLD", description = "The member to replace.")
        private String old;

        @Parameters(index = "1", arity = "0..1", paramLabel = "NEW", description = "The name of the new node.")
        private String id;

        @Parameters(index = "2", arity = "0..1", paramLabel = "REF", description = "Its address.")
        private String address;

        @Override
        void run(Client client) {
            ClusterView before = client.cluster().view();
            ClusterView.Node member = before.nodes().get(old);
            if (member == null) {
                throw Failure.usage(old + " is not a member", "client.sh member list shows who is");
            } else if (id == null) {
                print(client, join(change(client, Members.renewing(old)), old, member.address()));
            } else {
                checkAddress(address);
                List<String> promote = member.isVoter() ? List.of(id) : List.of();
                Map<String, String> add = Map.of(id, address);
                print(
                        client,
                        MemberList.of(
                                change(client, new Members(add, promote, List.of(), List.of(old), List.of(), false))));
            }
        }
    }

    private static void checkAddress(String address) {
        if (address == null || !PeerAddress.isOne(address)) {
            throw Failure.usage(
                    (address == null ? "no address" : address) + " is not an address",
                    "give one of the form pekko://SYSTEM@HOST:PORT/user/raft");
        }
    }

    private static Answer join(ClusterView view, String id, String address) {
        NavigableMap<String, String> peers = new TreeMap<>();
        view.nodes().values().forEach(node -> peers.put(node.id(), node.address()));
        peers.put(id, address);
        return JoinConfig.of(view.cluster(), view.group(), id, peers);
    }

    private static Failure failure(Refusal refusal) {
        String list = "client.sh member list shows who is a member, and who votes";
        return switch (refusal) {
            case NOT_LEADER, LEADERSHIP_LOST -> unknown("the leader lost its office");
            case NOT_READY -> Failure.unavailable("the leader has just begun and has committed nothing yet");
            case UNDER_WAY -> Failure.unavailable("another change is under way");
            case NO_ROOM -> Failure.unavailable("the leader's disk has no room");
            case NOT_A_MEMBER -> Failure.usage("somebody is named who is no member", list);
            case TAKEN -> new Failure(Exit.UNSAFE, "that name or address belongs to a member already", list);
            case SENSELESS ->
                new Failure(Exit.UNSAFE, "nobody would be left to vote, or a name or an address is none", list);
            case NO_QUORUM ->
                new Failure(
                        Exit.UNSAFE,
                        "no majority of those who would vote answers, so that the cluster might stand still",
                        "start their nodes first; --force-without-quorum does it all the same");
            case NOT_CAUGHT_UP ->
                new Failure(
                        Exit.UNSAFE,
                        "who is to vote does not keep up, or is not heard, and has no vote",
                        "start its node, look at client.sh replication, and then client.sh member promote ID");
        };
    }

    private static Failure unknown(String message) {
        return new Failure(
                Exit.OUTCOME_UNKNOWN,
                message + "; the change may be made all the same, or half of it",
                "client.sh member list tells; to ask again does no harm");
    }

    private static Failure noLeader(ClusterView view) {
        return Failure.unavailable("there is no leader in term " + view.term());
    }
}
