package io.balsa.storage;

import io.balsa.model.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Whose data folder this is: {@code identity.json}, written once, as the last step of making the folder.
 *
 * @param formatVersion of all files in the folder
 * @param storageId a number that no other folder was ever given: a server that comes back with another one has lost
 *     what it had promised
 */
public record Identity(int formatVersion, String clusterId, String group, NodeId nodeId, long storageId) {
    /** What this version writes, and the newest it reads. */
    public static final int FORMAT_VERSION = 1;

    /** Its name in the data folder. */
    public static final String FILE = "identity.json";

    private static final Pattern VERSION = Pattern.compile("\"formatVersion\": (\\d{1,9}),");
    private static final Pattern SHAPE = Pattern.compile("""
            \\{
              "formatVersion": (?<version>\\d{1,9}),
              "clusterId": "(?<cluster>[^"]*)",
              "group": "(?<group>[^"]*)",
              "nodeId": "(?<node>[A-Za-z0-9._-]{1,64})",
              "storageId": "(?<storage>[0-9a-f]{16})",
              "checksum": "(?<checksum>[0-9a-f]{8})"
            }
            """);
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

    /** Who a server is that was given this folder. */
    static Identity of(StorageOptions options, long storageId) {
        return new Identity(FORMAT_VERSION, options.clusterId(), options.group(), options.nodeId(), storageId);
    }

    void write(Disk disk) throws IOException {
        disk.replace(FILE, ByteBuffer.wrap(json().getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Reads the identity of a folder that has one.
     *
     * @throws CorruptionException when the file is not exactly what was once written
     * @throws FolderRefusedException when a newer version wrote it
     */
    public static Identity read(Disk disk) throws IOException {
        String json = StandardCharsets.UTF_8.decode(disk.content(FILE)).toString();
        Matcher version = VERSION.matcher(json);
        if (version.find() && Integer.parseInt(version.group(1)) > FORMAT_VERSION) {
            throw new FolderRefusedException("the data folder was written by a newer version (format "
                    + version.group(1) + "; this one reads up to " + FORMAT_VERSION + ")");
        }
        Matcher shape = SHAPE.matcher(json);
        if (!shape.matches()) {
            throw new CorruptionException(FILE, 0, "this is not an identity");
        }
        Identity identity = of(shape);
        if (!identity.json().equals(json)) {
            throw new CorruptionException(FILE, shape.start("checksum"), "the checksum does not match");
        }
        return identity;
    }

    /**
     * Compares it with what a server was told of its folder.
     *
     * @throws FolderRefusedException unless the folder is the one the server was configured for
     */
    public void checkBelongsTo(StorageOptions options) {
        if (!of(options, storageId).equals(this)) {
            throw new FolderRefusedException("the data folder belongs to node " + nodeId + " of cluster \"" + clusterId
                    + "\", group \"" + group + "\", not to node " + options.nodeId() + " of cluster \""
                    + options.clusterId() + "\", group \"" + options.group()
                    + "\"; check raft.node-id, raft.cluster-id, raft.group and raft.data-dir");
        }
    }

    private String json() {
        String facts = "{\n"
                + "  \"formatVersion\": " + formatVersion + ",\n"
                + "  \"clusterId\": \"" + escaped(clusterId) + "\",\n"
                + "  \"group\": \"" + escaped(group) + "\",\n"
                + "  \"nodeId\": \"" + nodeId + "\",\n"
                + "  \"storageId\": \"" + HexFormat.of().toHexDigits(storageId) + "\",\n";
        CRC32C crc = new CRC32C();
        crc.update(facts.getBytes(StandardCharsets.UTF_8));
        return facts + "  \"checksum\": \"" + HexFormat.of().toHexDigits((int) crc.getValue()) + "\"\n}\n";
    }

    private static Identity of(Matcher shape) {
        return new Identity(
                Integer.parseInt(shape.group("version")),
                plain(shape.group("cluster")),
                plain(shape.group("group")),
                NodeId.of(shape.group("node")),
                HexFormat.fromHexDigitsToLong(shape.group("storage")));
    }

    /** All that JSON gives a meaning to, and all that is not ASCII, as {@code \}{@code uXXXX}. */
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        text.chars().forEach(c -> {
            boolean plain = c >= ' ' && c < 127 && c != '"' && c != '\\';
            out.append(plain ? String.valueOf((char) c) : "\\u" + HexFormat.of().toHexDigits((char) c));
        });
        return out.toString();
    }

    private static String plain(String escaped) {
        return ESCAPE.matcher(escaped)
                .replaceAll(
                        hex -> Matcher.quoteReplacement(String.valueOf((char) HexFormat.fromHexDigits(hex.group(1)))));
    }
}
