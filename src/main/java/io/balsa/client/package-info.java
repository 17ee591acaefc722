/** The client (§8): finds the leader, keeps a session, batches what has queued up, and says honestly what became of it. */
package io.balsa.client;
