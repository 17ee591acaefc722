package io.balsa.role.read;

/** Somebody who wants to read what is certainly the newest state, and waits until it is known which that is. */
public interface Reader {
    /** May read once everything up to {@code readIndex} is applied. */
    void read(long readIndex);

    /** Nobody can say now; nothing was done. */
    void refuse();
}
