package io.balsa.protocol;

/** The leader asks the receiver to campaign at once, as if its election timer had fired (thesis §3.10). */
public record TimeoutNow(Sender sender, long term) implements Rpc.Request {}
