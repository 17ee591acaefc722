/**
 * What committed entries are for: the state machine, the sessions that make commands exactly once, and subscribers.
 *
 * <p>Start at {@link io.balsa.machine.StateMachine}, which users implement; {@link io.balsa.machine.Applier} is the
 * actor that hosts it.
 */
package io.balsa.machine;
