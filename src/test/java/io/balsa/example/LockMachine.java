package io.balsa.example;

import io.balsa.machine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

// begin machine
/** Locks by name. Each grant has a token, larger than those of all grants before: the index of its command. */
public final class LockMachine implements StateMachine {
    private final Map<String, Grant> grants = new TreeMap<>();

    private record Grant(String owner, long token) {}

    /** {@code acquire LOCK OWNER} or {@code release LOCK OWNER}. */
    @Override
    public byte[] apply(long index, byte[] command) {
        String[] words = text(command).split(" ", -1);
        if (words.length != 3) {
            return bytes("what?");
        }
        return bytes(
                switch (words[0]) {
                    case "acquire" -> acquire(words[1], words[2], index);
                    case "release" -> release(words[1], words[2]);
                    default -> "what?";
                });
    }

    private String acquire(String lock, String owner, long index) {
        Grant grant = grants.computeIfAbsent(lock, free -> new Grant(owner, index));
        return grant.owner().equals(owner) ? "granted " + grant.token() : "held by " + grant.owner();
    }

    private String release(String lock, String owner) {
        Grant grant = grants.get(lock);
        if (grant == null || !grant.owner().equals(owner)) {
            return "not yours";
        }
        grants.remove(lock);
        return "released";
    }

    /** Who holds the lock of this name. */
    @Override
    public byte[] query(byte[] lock) {
        Grant grant = grants.get(text(lock));
        return bytes(grant == null ? "free" : "held by " + grant.owner());
    }
    // end machine

    // begin snapshot
    @Override
    public void snapshot(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(grants.size());
        for (Map.Entry<String, Grant> entry : grants.entrySet()) {
            data.writeUTF(entry.getKey());
            data.writeUTF(entry.getValue().owner());
            data.writeLong(entry.getValue().token());
        }
        data.flush();
    }

    @Override
    public void restore(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        grants.clear();
        for (int left = data.readInt(); left > 0; left--) {
            grants.put(data.readUTF(), new Grant(data.readUTF(), data.readLong()));
        }
    }
    // end snapshot

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
