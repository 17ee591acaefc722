/**
 * What must survive a crash: who this server is, its term and vote, and its log (Figure 2, "Persistent state on all
 * servers").
 *
 * <p>All of it lives in one data folder, reached only through {@link io.balsa.storage.Disk}, so that a test can put a
 * disk beneath it that loses what was not synced, tears writes, fails and fills up.
 *
 * <pre>
 * lock                    held by the process that uses the folder
 * identity.json           {@link io.balsa.storage.Identity}: whose folder this is
 * ballot                  {@link io.balsa.storage.ballot.Ballot}: term, vote, and the storage ids of the peers met
 * log/NUMBER.log          one segment of the log each; NUMBER is the index of its first entry
 * log/spare               the next segment, prepared ahead of time
 * log/NUMBER.old          a segment that was dropped, to be written again
 * log/truncation          a truncation that has begun and not ended
 * log/restart             a new beginning of the whole log that has begun and not ended
 * snapshot/               see {@link io.balsa.storage.snapshot}
 * </pre>
 *
 * <p>Start with {@link io.balsa.storage.Storage#open}. Damage is never passed over in silence: what was known to be
 * synced and is not readable any more is refused with {@link io.balsa.storage.CorruptionException}; what was not yet
 * known to be synced is a torn tail, which is cut and reported.
 */
package io.balsa.storage;
