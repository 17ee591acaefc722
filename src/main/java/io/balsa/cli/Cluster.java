package io.balsa.cli;

import io.balsa.Applied;
import io.balsa.client.Delivered;
import io.balsa.client.delivery.Freshness;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.reply.AdminReply.LogPage;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.SnapshotTaken;
import io.balsa.protocol.reply.AdminReply.Snapshots;
import io.balsa.protocol.reply.AdminReply.Transferred;
import io.balsa.show.ClusterView;
import io.balsa.show.diagnosis.Examination;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What verbs ask of a cluster. Stages fail with the exceptions of {@link io.balsa.client}, and within the timeout of
 * the command line.
 */
interface Cluster extends Examination.Questions, AutoCloseable {
    /** Has a command applied exactly once. */
    CompletionStage<Applied> submit(byte[] command);

    /** Has a command applied once for this session and sequence, however often the pair is sent. */
    CompletionStage<Applied> submit(long session, long sequence, byte[] command);

    CompletionStage<byte[]> query(byte[] query, Freshness freshness);

    CompletionStage<Long> openSession();

    CompletionStage<Void> closeSession(long session);

    /**
     * Asks every member, and waits a little for those that are slow to answer once one has.
     *
     * @throws Failure when nobody answers
     */
    ClusterView view();

    /** A page of one member's log; it may end before {@code to}. */
    CompletionStage<LogPage> log(String address, long from, long to);

    /** Has the member at this address, if it leads, give its office to another one, or to any when none is named. */
    CompletionStage<Transferred> transfer(String address, Optional<String> to);

    /** Has the member at this address take a snapshot of its own state. */
    CompletionStage<SnapshotTaken> snapshot(String address);

    /** The snapshots that the member at this address has. */
    CompletionStage<Snapshots> snapshots(String address);

    /** Has the member at this address, if it leads, change who belongs to the cluster. */
    CompletionStage<MembersChanged> changeMembers(String address, Members members);

    /** Committed entries as they come; completes when this is closed. */
    CompletionStage<Void> subscribe(long from, Consumer<Delivered> subscriber);

    /** Looks for what keeps it and this side apart, in a few seconds; empty when somebody answers after all. */
    Optional<String> whyNobodyAnswers();

    /** The largest command, in bytes, that the cluster takes, as far as this side knows. */
    int maxCommandBytes();

    /** Whether linearizable reads may be answered by any member, unless somebody says otherwise. */
    boolean readsFromAny();

    @Override
    void close();
}
