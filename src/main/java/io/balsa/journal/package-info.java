/**
 * The actors that own the log files, so that no role ever waits for a disk: {@link io.balsa.journal.Journal} writes and
 * syncs, {@link io.balsa.journal.LogReader} reads back what memory no longer holds.
 *
 * <p>To a leader its own disk is one more peer: {@link io.balsa.protocol.Local.Persisted} is that peer's
 * acknowledgement.
 */
package io.balsa.journal;
