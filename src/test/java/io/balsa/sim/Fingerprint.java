package io.balsa.sim;

import java.nio.charset.StandardCharsets;

/** A list of words in a few bytes: how many they are, and a hash of them in order. */
record Fingerprint(int length, long hash) {
    static final Fingerprint EMPTY = new Fingerprint(0, 0xcbf29ce484222325L);

    private static final long PRIME = 0x100000001b3L;

    /** That of the list with one more word. */
    Fingerprint and(String word) {
        long mixed = (hash ^ word.hashCode()) * PRIME;
        return new Fingerprint(length + 1, mixed ^ (mixed >>> 31));
    }

    byte[] bytes() {
        return (length + " " + hash).getBytes(StandardCharsets.US_ASCII);
    }

    static Fingerprint of(byte[] bytes) {
        String[] words = new String(bytes, StandardCharsets.US_ASCII).split(" ", 2);
        return new Fingerprint(Integer.parseInt(words[0]), Long.parseLong(words[1]));
    }
}
