package io.balsa.sim;

import io.balsa.machine.Freezable;
import io.balsa.machine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A list of words: a command appends one and is answered with its position; a query is answered with the whole list, or
 * with its {@link Fingerprint}.
 * What stands behind a blank is not kept, so that large commands do not make a large state.
 * It tells the run what it was made to apply, so that the copies can be compared command by command.
 */
class SimMachine implements StateMachine {
    /** The query that asks for the fingerprint. */
    static final byte[] FINGERPRINT = {1};

    private final List<String> words = new ArrayList<>();
    private final Watcher watcher;
    private Fingerprint fingerprint = Fingerprint.EMPTY;

    /** Is told what is done with the words, before it is answered. */
    interface Watcher {
        Watcher NONE = new Watcher() {
            @Override
            public void applied(long index, String word) {}

            @Override
            public void restored(List<String> words) {}
        };

        void applied(long index, String word);

        void restored(List<String> words);
    }

    private SimMachine(Watcher watcher) {
        this.watcher = watcher;
    }

    static SimMachine of(boolean freezes, Watcher watcher) {
        return freezes ? new Freezing(watcher) : new SimMachine(watcher);
    }

    /** One whose words can be held fast while more are appended. */
    private static final class Freezing extends SimMachine implements Freezable {
        Freezing(Watcher watcher) {
            super(watcher);
        }

        @Override
        public Consumer<OutputStream> freeze() {
            List<String> frozen = List.copyOf(words());
            return out -> {
                try {
                    write(frozen, out);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
        }
    }

    List<String> words() {
        return words;
    }

    @Override
    public byte[] apply(long index, byte[] command) {
        String word = new String(command, StandardCharsets.UTF_8).split(" ", 2)[0];
        watcher.applied(index, word);
        words.add(word);
        fingerprint = fingerprint.and(word);
        return Integer.toString(words.size()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] query(byte[] query) {
        return query.length > 0 ? fingerprint.bytes() : String.join(" ", words).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void snapshot(OutputStream out) throws IOException {
        write(words, out);
    }

    static void write(List<String> words, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(words.size());
        for (String word : words) {
            data.writeUTF(word);
        }
        data.flush();
    }

    @Override
    public void restore(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        List<String> restored = new ArrayList<>();
        for (int left = data.readInt(); left > 0; left--) {
            restored.add(data.readUTF());
        }
        words.clear();
        words.addAll(restored);
        fingerprint = Fingerprint.EMPTY;
        words.forEach(word -> fingerprint = fingerprint.and(word));
        watcher.restored(List.copyOf(words));
    }
}
