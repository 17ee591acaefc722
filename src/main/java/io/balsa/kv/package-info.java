/**
 * The key-value store that a node replicates unless it is given another state machine, and the bytes its clients speak.
 *
 * <p>Start at {@link io.balsa.kv.KeyValueMachine}.
 */
package io.balsa.kv;
