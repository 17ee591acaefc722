package io.balsa.measure;

import java.util.function.LongSupplier;

/**
 * A clock to measure with, and where what was measured goes.
 *
 * @param nanos monotonic, nanoseconds
 */
public record Watch(LongSupplier nanos, Measures measures) {
    public long now() {
        return nanos.getAsLong();
    }
}
