package io.balsa.config.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenFileTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path folder;

    @Test
    void aTokenIsThatOfItsOwnerAndNoOtherIsAnybodys() throws IOException {
        TokenFile tokens = read("# a comment\n\nadmin alice " + TOKEN + "\n  write  bob  ABCDEFGHIJKLMNOP==  \n");

        assertThat(tokens.owner(TOKEN)).contains(new Identity(Identity.Kind.ADMIN, "alice"));
        assertThat(tokens.owner("ABCDEFGHIJKLMNOP==")).contains(new Identity(Identity.Kind.WRITE, "bob"));
        assertThat(tokens.owner(TOKEN + "0")).isEmpty();
        assertThat(tokens.owner(TOKEN.substring(1))).isEmpty();
        assertThat(tokens.owner("")).isEmpty();
    }

    /** The file need not hold what opens the door: printf %s TOKEN | sha256sum. */
    @Test
    void aTokenMayBeWrittenAsItsHash() throws IOException {
        TokenFile tokens = read("read eve sha256:9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f\n");

        assertThat(tokens.owner(TOKEN)).contains(new Identity(Identity.Kind.READ, "eve"));
        assertThat(tokens.owner("sha256:9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "king alice " + TOKEN,
                "admin alice",
                "admin alice " + TOKEN + " more",
                "admin a/b " + TOKEN,
                "admin alice tooshort",
                "admin alice sha256:0123456789abcdef:",
            })
    void aLineThatMakesNoSenseIsNamedAndNotShown(String line) {
        assertThatThrownBy(() -> read("# first\n" + line + "\n"))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("raft.http.token-file")
                .hasMessageContaining("line 2")
                .hasMessageNotContaining(TOKEN);
    }

    @Test
    void aFileWithoutATokenLetsNobodyInAndIsRefused() {
        assertThatThrownBy(() -> read("# nobody yet\n")).hasMessageContaining("holds no token");
        assertThatThrownBy(() -> TokenFile.read(folder.resolve("nowhere"))).hasMessageContaining("is not there");
    }

    private TokenFile read(String text) throws IOException {
        return TokenFile.read(Files.writeString(folder.resolve("tokens"), text));
    }
}
