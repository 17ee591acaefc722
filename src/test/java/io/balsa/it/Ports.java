package io.balsa.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for nodes, each given out once. A node that is killed must find its port free when it comes back: so these are
 * none that the system gives to outgoing connections, and another run of the tests on this machine keeps away from them
 * as long as this one lives.
 */
final class Ports {
    private static final int FIRST = 12_000;
    private static final int END = 32_000;
    private static final FileChannel TAKEN = open();

    private Ports() {}

    static synchronized int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port) && take(port)) {
                return port;
            }
        }
    }

    static List<Integer> free(int count) {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            ports.add(free());
        }
        return ports;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException inUse) {
            return false;
        }
    }

    /** Locks one byte of a file that all runs share; the lock ends with this process. */
    private static boolean take(int port) {
        try {
            return TAKEN.tryLock(port, 1, false) != null;
        } catch (OverlappingFileLockException mine) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("cannot lock a port", e);
        }
    }

    private static FileChannel open() {
        try {
            Path file = Path.of(System.getProperty("java.io.tmpdir"), "balsa-it.ports");
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
