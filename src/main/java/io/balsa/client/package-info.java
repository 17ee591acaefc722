/**
 * The client (§8): finds the leader, keeps a session, batches what has queued up, and says honestly what became of it.
 *
 * <p>{@link io.balsa.client.RaftClient} is the actor, {@link io.balsa.client.Connection} wraps one for programs without
 * actors, and {@link io.balsa.client.Inbox} is how threads reach one without a message each.
 */
package io.balsa.client;
