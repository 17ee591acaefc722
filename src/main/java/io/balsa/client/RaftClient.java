package io.balsa.client;

/** The client as an actor. */
public final class RaftClient {
    private RaftClient() {}

    /** What a client can be asked. */
    public sealed interface Command {}

    private enum Wake implements Command {
        WAKE
    }
}
