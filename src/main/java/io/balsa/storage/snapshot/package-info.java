/**
 * Snapshots on disk (§7): what the log was applied to, in place of the entries that led to it.
 *
 * <pre>
 * snapshot/INDEX-TERM.snapshot    a snapshot whose last included entry has this index and term
 * snapshot/*.damaged              one that was found damaged while the log still held what it stood for
 * snapshot/*.draft                one that is being written or received; a crash leaves it behind, opening removes it
 * </pre>
 *
 * <p>A file gets its name only when all of it is durable, and never changes afterwards. The same state gives the same
 * bytes on every server, so a file is sent to a follower as it is. It is written, sent, received and read in pieces:
 * the whole of it is never in memory.
 */
package io.balsa.storage.snapshot;
