/** What a leader decides about a follower that needs a snapshot (§7, Figure 13); no actors. */
package io.balsa.role.snapshot;
