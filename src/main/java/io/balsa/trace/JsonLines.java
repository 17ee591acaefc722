package io.balsa.trace;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.model.EntryId;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * A file of events, one JSON object in each line, behind a line that says what they are of. A file that holds some
 * already is continued: what a process wrote before it died is what people look for.
 */
public final class JsonLines implements AutoCloseable {
    /** Raised when a reader of the version before would misunderstand; more events and more fields do not count. */
    public static final int VERSION = 1;

    private static final JsonFactory JSON = new JsonFactory();

    private final FileChannel file;
    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private final JsonGenerator json;
    private final long maxBytes;
    private long bytes;

    private JsonLines(FileChannel file, long maxBytes) throws IOException {
        this.file = file;
        this.out = new BufferedOutputStream(Channels.newOutputStream(file));
        this.maxBytes = maxBytes;
        this.bytes = file.size();
        this.json = JSON.createGenerator(line, JsonEncoding.UTF8);
        json.setRootValueSeparator(null);
    }

    /**
     * Opens a file for one writer, with its folder, and writes the header.
     *
     * @param maxBytes how long the file may get
     * @param origin what the header says besides the version
     * @throws IOException also when another process or another server of this one writes to the file
     */
    public static JsonLines open(Path path, long maxBytes, Fields origin) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(file);
            file.position(file.size());
            JsonLines lines = new JsonLines(file, maxBytes);
            lines.begin(origin);
            return lines;
        } catch (IOException unfit) {
            file.close();
            throw unfit;
        }
    }

    private static void lock(FileChannel file) throws IOException {
        try {
            if (file.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException sameProcess) {
            // Said below.
        }
        throw new IOException("another node writes to it; give each node a file of its own, or %n in the name");
    }

    /** Writes a line; false when the file is full and it was not written. */
    public boolean write(long nanos, TraceEvent event) throws IOException {
        encode(event.head(nanos), event.happening().fields());
        return append(maxBytes);
    }

    /** Says that the file is full; the one line for which there is always room. */
    void writeFull(long nanos) throws IOException {
        encode(TraceEvent.of("", new Happening.Full(maxBytes)).head(nanos), new Fields().with("maxBytes", maxBytes));
        append(Long.MAX_VALUE);
    }

    /** Hands everything written so far to the operating system. */
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            out.flush();
        }
    }

    private void begin(Fields origin) throws IOException {
        if (bytes > 0 && !endsWithLine()) {
            out.write('\n');
            bytes++;
        }
        encode(new Fields().with("balsa-trace", VERSION), origin);
        append(Long.MAX_VALUE);
    }

    private boolean endsWithLine() throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        file.read(last, bytes - 1);
        return last.get(0) == '\n';
    }

    private boolean append(long limit) throws IOException {
        if (bytes + line.size() > limit) {
            return false;
        }
        line.writeTo(out);
        bytes += line.size();
        return true;
    }

    private void encode(Fields head, Fields fields) throws IOException {
        line.reset();
        json.writeStartObject();
        write(head);
        write(fields);
        json.writeEndObject();
        json.flush();
        line.write('\n');
    }

    private void write(Fields fields) throws IOException {
        for (Map.Entry<String, Object> field : fields.values().entrySet()) {
            json.writeFieldName(field.getKey());
            write(field.getValue());
        }
    }

    private void write(Object value) throws IOException {
        if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof EntryId id) {
            writeObject(new Fields().with("index", id.index()).with("term", id.term()));
        } else if (value instanceof Span span) {
            writeObject(
                    new Fields().with("from", span.from()).with("to", span.to()).with("term", span.term()));
        } else if (value instanceof Fields fields) {
            writeObject(fields);
        } else if (value instanceof List<?> list) {
            writeArray(list);
        } else {
            json.writeString(value.toString());
        }
    }

    private void writeObject(Fields fields) throws IOException {
        json.writeStartObject();
        write(fields);
        json.writeEndObject();
    }

    private void writeArray(List<?> list) throws IOException {
        json.writeStartArray();
        for (Object element : list) {
            write(element);
        }
        json.writeEndArray();
    }
}
