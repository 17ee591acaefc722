package io.balsa.role;

import io.balsa.journal.Journal;
import io.balsa.machine.Applier;
import io.balsa.machine.OpenQueries;
import io.balsa.machine.snapshot.SnapshotWriter;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.LogRead;
import io.balsa.storage.Storage;
import org.apache.pekko.actor.typed.ActorRef;

/** What a server is made of besides its roles: its recovered disk, and the actors that work for it. */
record Parts(
        Storage storage,
        ActorRef<Journal.Command> journal,
        ActorRef<LogRead> reader,
        ActorRef<Applier.Command> applier,
        ActorRef<SnapshotWriter.Command> writer,
        ActorRef<InstallSnapshot.Request> receiver,
        OpenQueries queries) {}
