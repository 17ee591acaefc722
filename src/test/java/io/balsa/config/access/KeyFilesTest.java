package io.balsa.config.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.tls.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a file of keys is told before a node starts, with the key that names it. */
final class KeyFilesTest {
    private final Authority ours = new Authority("ours");

    @TempDir
    private Path folder;

    private Path keys;
    private Path trust;
    private Path password;

    @BeforeEach
    void makeAllThatIsNeeded() throws IOException {
        keys = ours.issue(folder.resolve("keys"), "urn:balsa:node:n1");
        trust = ours.trust(folder.resolve("trust"));
        password = Authority.password(folder.resolve("password"));
    }

    @Test
    void aCertificateIsThatOfTheOneItIsMadeOutTo() {
        assertThat(read().identity()).isEqualTo(new Identity(Identity.Kind.NODE, "n1"));
        assertThat(read().identity()).hasToString("node n1");
    }

    @Test
    void eachMustBeNamedAndBeThere() {
        keys = Path.of("");
        refuses("raft.tls.key-store", "must name a file");
        keys = folder.resolve("nowhere");
        refuses("raft.tls.key-store", "is not there", "bin/certs.sh");
        keys = ours.issue(folder.resolve("keys"), "urn:balsa:node:n1");
        password = folder.resolve("nowhere");
        refuses("raft.tls.password-file", "is not there");
    }

    @Test
    void theyMustOpenWithThePassword() throws IOException {
        Files.writeString(password, "another-one\n");
        refuses("raft.tls.key-store", "does not open with the password");
        Files.writeString(password, "");
        refuses("raft.tls.password-file", "is empty");
        Files.writeString(keys, "no store");
        Authority.password(password);
        refuses("raft.tls.key-store", "no PKCS12");
    }

    @Test
    void othersMustBelieveTheCertificate() {
        new Authority("theirs").issue(keys, "urn:balsa:node:n1");
        refuses("raft.tls.key-store", "nobody believes");
        ours.issue(keys, "urn:balsa:node:n1", Instant.now().minus(Duration.ofDays(3)));
        refuses("raft.tls.key-store", "has expired");
        ours.issue(keys, "urn:balsa:node:n1", Instant.now().plus(Duration.ofDays(3)));
        refuses("raft.tls.key-store", "is the clock right?");
        ours.trust(keys);
        refuses("raft.tls.key-store", "no key");
    }

    @Test
    void aStoreOfAuthoritiesMustHoldOne() {
        ours.issue(trust, "urn:balsa:node:n1");
        refuses("raft.tls.trust-store", "no certificate of an authority");
    }

    @ParameterizedTest
    @ValueSource(strings = {"urn:balsa:king:n1", "urn:balsa:node:", "urn:balsa:node:a b", "urn:other:node:n1", "n1"})
    void aNameThatIsNoneIsNobody(String urn) {
        ours.issue(keys, urn);
        refuses("raft.tls.key-store", "urn:balsa:KIND:NAME");
    }

    private void refuses(String key, String... words) {
        assertThatThrownBy(this::read)
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContainingAll((CharSequence[]) List.of(words).toArray(String[]::new))
                .hasMessageStartingWith(key)
                .hasMessageNotContaining(Authority.PASSWORD);
    }

    private KeyFiles read() {
        Duration any = Duration.ofSeconds(1);
        return KeyFiles.read(new TlsSettings(true, keys, trust, password, any, any, 1));
    }
}
