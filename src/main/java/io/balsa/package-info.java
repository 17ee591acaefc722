/**
 * Raft for Apache Pekko: a replicated log and state machine as an actor cluster.
 *
 * <p>From "In Search of an Understandable Consensus Algorithm (Extended Version)" (the paper) and Ongaro's dissertation
 * (the thesis) to the files:
 *
 * <pre>
 * Figure 2, State            persistent: storage.ballot.Ballot, storage.SegmentedLog; volatile: role.Node,
 *                            role.Progress
 * Figure 2, AppendEntries    protocol.AppendEntries; receiver: role.Follower; sender: role.Replication
 * Figure 2, RequestVote      protocol.RequestVote; receiver: role.Role; sender: role.Candidate
 * Figure 2, Rules for Servers
 *   all servers              role.Role (the rule on terms is the head of every message table)
 *   followers                role.Follower
 *   candidates               role.PreCandidate (thesis §9.6), role.Candidate
 *   leaders                  role.Leader
 * §5.3  log matching         role.RaftLog, role.Replication, model.TermRanges (conflict hints)
 * §5.4.1 election restriction model.EntryId#isAtLeastAsUpToDateAs
 * §5.4.2 committing          role.Leader#advanceCommit, model.Configuration#quorumReached
 * §6    configurations       model.Configuration; changes: role.Reconfiguration, role.membership
 * §7    log compaction       machine.Snapshots, storage.snapshot, role.Snapshots (what the log may let go)
 * §8    clients              protocol.ClientRequest, client.RaftClient, machine.Sessions, role.Pending
 * §8    reads                role.read.LeaderReads, role.read.FollowerReads, role.read.Lease (thesis §6.4)
 * thesis §3.10 transfer      protocol.TimeoutNow, role.Succession
 * thesis §6.2  check-quorum  role.Leader#onHeartbeat
 * Figure 13 InstallSnapshot  protocol.InstallSnapshot; receiver: role.Follower, journal.SnapshotReceiver; sender:
 *                            role.Replication, role.snapshot.Installation
 * </pre>
 *
 * <p>A reading order in six steps: {@code model} (the nouns), {@code protocol} (what is said), {@code role.Role} and
 * the four roles (the rules), {@code journal} and {@code storage} (what must survive), {@code machine} (what committed
 * entries are for), {@code client} and {@code io.balsa.Raft} (how to use it). {@code trace} says what a server tells of
 * itself while it runs; {@code storage.offline} reads what one has left behind. {@code cli} and {@code http} are
 * the two faces of a cluster, and {@code show} is what both show.
 */
package io.balsa;
