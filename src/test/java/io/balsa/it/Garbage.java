package io.balsa.it;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** What strangers may send to a port that is open: nothing of it means anything. */
final class Garbage {
    private static final int TIMES = 10;
    private static final byte[] MAGIC = "AKKA".getBytes(StandardCharsets.UTF_8);
    private static final int CONTROL = 1;
    private static final int ORDINARY = 2;
    private static final int LARGE = 3;

    /** Pekko adds it to a position; a number close to the largest would make it read in a circle. */
    private static final int HUGE = 1 << 30;

    private Garbage() {}

    /** Of every kind, often. */
    static void pourInto(int port) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(port);
        for (int i = 0; i < TIMES; i++) {
            for (byte[] bytes : kinds(random)) {
                send(port, bytes);
            }
        }
    }

    private static List<byte[]> kinds(SplittableRandom random) {
        byte[] noise = new byte[4000];
        random.nextBytes(noise);
        byte[] knownVersion = noise.clone();
        knownVersion[0] = 0;
        return List.of(
                noise,
                new byte[] {-1, -1, -1, 127, 1, 2, 3},
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8),
                framed(CONTROL, noise.length, noise),
                framed(ORDINARY, noise.length, noise),
                framed(ORDINARY, knownVersion.length, knownVersion),
                framed(LARGE, knownVersion.length, knownVersion),
                framed(ORDINARY, noise.length + 1, noise),
                framed(LARGE, HUGE, noise),
                new byte[0]);
    }

    /** As Artery begins a connection: its magic and the stream, then a length and as many bytes. */
    private static byte[] framed(int stream, int length, byte[] bytes) {
        return ByteBuffer.allocate(MAGIC.length + 1 + Integer.BYTES + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) stream)
                .putInt(length)
                .put(bytes)
                .array();
    }

    /** The other side may hang up at any time. */
    private static void send(int port, byte[] bytes) throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (SocketException hungUp) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
