package io.balsa.bench;

import io.balsa.cli.load.Load;
import io.balsa.cli.local.LocalFailure;
import java.io.IOException;
import java.util.OptionalLong;

/** Where a load comes from. */
interface Source extends AutoCloseable {
    /**
     * What a run has come to.
     *
     * @param allocated bytes that the process in which the load ran, and a server with it, has allocated meanwhile;
     *     empty where only clients run in it, or the JVM does not count
     */
    record Outcome(Load load, OptionalLong allocated) {}

    Outcome run(Order order) throws IOException, LocalFailure;

    @Override
    void close();
}
