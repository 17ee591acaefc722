package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.config.access.Identity;
import io.balsa.config.access.KeyFiles;
import io.balsa.config.access.TlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/certs.sh} as it is typed. */
final class CertsIT {
    @TempDir
    private Path folder;

    private Path certs;

    @BeforeEach
    void name() {
        certs = folder.resolve("certs");
    }

    @Test
    void whatItMakesIsWhatANodeAndAClientTake() throws Exception {
        assertThat(certs("node", "node-1").code()).as("without an authority").isEqualTo(6);
        assertThat(certs("authority").code()).isZero();
        assertThat(certs("node", "node-1", "db1.example", "10.0.0.1").code()).isZero();
        assertThat(certs("--days", "2", "client", "bob", "--role", "write").code())
                .isZero();

        assertThat(read("node-1").identity()).hasToString("node node-1");
        assertThat(read("node-1").certificate().getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .contains("urn:balsa:node:node-1", "db1.example", "10.0.0.1");
        assertThat(read("bob").identity().kind()).isEqualTo(Identity.Kind.WRITE);
        for (String file : List.of("authority.p12", "trust.p12", "password", "node-1.p12", "bob.p12")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certs.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
        byte[] before = Files.readAllBytes(certs.resolve("node-1.p12"));
        Shell.Result again = certs("node", "node-1");
        assertThat(again.code()).as("it is there already").isEqualTo(7);
        assertThat(again.err()).contains("hint:");
        assertThat(Files.readAllBytes(certs.resolve("node-1.p12"))).isEqualTo(before);
    }

    /** One password opens both stores of a node, so those of the next authority must open by that of the last. */
    @Test
    void aPasswordThatIsThereIsKept() throws Exception {
        Files.createDirectories(certs);
        Files.writeString(certs.resolve("password"), "as it was before");

        assertThat(certs("authority").code()).isZero();
        assertThat(certs("node", "node-1").code()).isZero();
        assertThat(certs.resolve("password")).hasContent("as it was before");
        assertThat(read("node-1").identity().kind()).isEqualTo(Identity.Kind.NODE);
    }

    @Test
    void whatMakesNoSenseIsAMatterOfUsage() throws Exception {
        assertThat(certs().code()).isEqualTo(2);
        assertThat(certs("king").code()).isEqualTo(2);
        assertThat(certs("node").code()).isEqualTo(2);
        assertThat(certs("node", "a/b").code()).isEqualTo(2);
        assertThat(certs("--days", "soon", "authority").code()).isEqualTo(2);
        assertThat(certs("--help").code()).isZero();
        assertThat(certs).doesNotExist();
    }

    private KeyFiles read(String name) {
        Duration any = Duration.ofSeconds(1);
        Path keys = certs.resolve(name + ".p12");
        return KeyFiles.read(
                new TlsSettings(true, keys, certs.resolve("trust.p12"), certs.resolve("password"), any, any, 1));
    }

    private Shell.Result certs(String... words) throws Exception {
        List<String> line =
                new ArrayList<>(List.of(Shell.HOME.resolve("bin/certs.sh").toString(), "--dir", certs.toString()));
        line.addAll(List.of(words));
        return Shell.run(line.toArray(String[]::new));
    }
}
