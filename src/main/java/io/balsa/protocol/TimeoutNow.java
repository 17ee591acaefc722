package io.balsa.protocol;

import io.balsa.model.Sender;

/** The leader asks the receiver to campaign at once, as if its election timer had fired (thesis §3.10). */
public record TimeoutNow(Sender sender, long term) implements Rpc.Request {}
