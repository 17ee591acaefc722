package io.balsa.config.access;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens by which those who speak HTTP say who they are. One stands on each line: {@code ROLE NAME TOKEN}, with the
 * token as it is sent, or as {@code sha256:} and the hash of it in hexadecimal.
 */
public final class TokenFile {
    private static final String KEY = "raft.http.token-file";
    private static final Pattern LINE = Pattern.compile("(admin|write|read)\\s+([A-Za-z0-9._-]{1,64})\\s+(\\S+)");
    private static final Pattern HASH = Pattern.compile("sha256:([0-9a-fA-F]{64})");

    /** What can be sent in a header (RFC 6750), long enough that nobody finds it by trying. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{16,512}=*");

    private final List<Token> tokens;

    private record Token(Identity owner, byte[] hash) {}

    private TokenFile(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /**
     * Reads a file.
     *
     * @throws UnusableFileException when it is missing or unreadable, or a line of it makes no sense; says which line,
     *     and nothing of what stands there
     */
    public static TokenFile read(Path file) {
        List<Token> tokens = new ArrayList<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                tokens.add(token(file, number, line.strip()));
            }
        }
        if (tokens.isEmpty()) {
            throw new UnusableFileException(KEY, file, "holds no token; write lines of the form ROLE NAME TOKEN");
        }
        return new TokenFile(tokens);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException absent) {
            throw new UnusableFileException(
                    KEY, file, "is not there; write it with lines of the form ROLE NAME TOKEN, see security.md");
        } catch (MalformedInputException noText) {
            throw new UnusableFileException(KEY, file, "is no text in UTF-8");
        } catch (IOException unreadable) {
            throw new UnusableFileException(KEY, file, "cannot be read: " + unreadable.getMessage());
        }
    }

    private static Token token(Path file, int number, String line) {
        Matcher words = LINE.matcher(line);
        if (!words.matches()) {
            String form =
                    "has a line " + number + " that is not of the form ROLE NAME TOKEN, with admin, write or read";
            throw new UnusableFileException(KEY, file, form);
        }
        Identity owner = Identity.of(words.group(1), words.group(2));
        Matcher hash = HASH.matcher(words.group(3));
        if (hash.matches()) {
            return new Token(owner, HexFormat.of().parseHex(hash.group(1)));
        }
        if (!TOKEN.matcher(words.group(3)).matches()) {
            String rule = "has a token in line " + number + " that is shorter than 16 letters or has others than"
                    + " A-Z a-z 0-9 . _ ~ + / - in it; openssl rand -hex 32 makes a good one";
            throw new UnusableFileException(KEY, file, rule);
        }
        return new Token(owner, hash(words.group(3)));
    }

    /** Whose token it is; takes as long for a wrong one as for a right one, whatever they have in common. */
    public Optional<Identity> owner(String token) {
        byte[] hash = hash(token);
        Identity owner = null;
        for (Token known : tokens) {
            if (MessageDigest.isEqual(known.hash(), hash)) {
                owner = known.owner();
            }
        }
        return Optional.ofNullable(owner);
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every Java has it
        }
    }
}
