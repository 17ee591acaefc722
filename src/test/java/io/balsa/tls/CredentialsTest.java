package io.balsa.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.config.access.TlsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CredentialsTest {
    private static final Duration ANY = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    /** It was meant for another host, and would end all connections there are to this one. */
    @Test
    void theCertificateOfAnotherIsNotTakenIntoUse() throws IOException {
        Authority ours = new Authority("ours");
        Path keys = ours.issue(folder.resolve("keys"), "urn:balsa:node:n1");
        Credentials credentials = new Credentials(
                new TlsSettings(
                        true,
                        keys,
                        ours.trust(folder.resolve("trust")),
                        Authority.password(folder.resolve("password")),
                        Duration.ZERO,
                        ANY,
                        1),
                new Seldom("test"));

        ours.issue(keys, "urn:balsa:node:n2");
        assertThat(List.of(credentials.identity(), credentials.identity()))
                .allSatisfy(who -> assertThat(who).hasToString("node n1"));
    }
}
