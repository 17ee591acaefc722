package io.balsa.sim;

/** A running hash over what happened, in order: equal hashes mean equal runs. */
final class TraceHash {
    private static final long PRIME = 0x100000001b3L;

    private long hash = 0xcbf29ce484222325L;

    void add(long number) {
        hash = (hash ^ number) * PRIME;
        hash ^= hash >>> 29;
    }

    void add(String text) {
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
    }

    void add(byte[] bytes) {
        for (byte b : bytes) {
            hash = (hash ^ b) * PRIME;
        }
    }

    long value() {
        return hash;
    }
}
