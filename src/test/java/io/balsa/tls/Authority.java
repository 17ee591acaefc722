package io.balsa.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Signs certificates of any kind within milliseconds, also such as bin/certs.sh would never make (RFC 5280). */
public final class Authority {
    /** Of all stores. */
    public static final String PASSWORD = "password-of-tests";

    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int INTEGER = 0x02;
    private static final int BITS = 0x03;
    private static final int OCTETS = 0x04;
    private static final int UTF8 = 0x0c;
    private static final int TIME = 0x18;
    private static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);
    private static final byte[] ALTERNATIVE_NAMES = oid(0x55, 0x1d, 0x11);
    private static final byte[] CONSTRAINTS = oid(0x55, 0x1d, 0x13);
    private static final byte[] SHA256_WITH_ECDSA = der(SEQUENCE, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final String name;
    private final KeyPair key = newKey();
    private final Certificate certificate;

    public Authority(String name) {
        this.name = name;
        this.certificate = sign(name, key.getPublic(), validFrom(Instant.now()), constraints());
    }

    /** A store with a certificate for this host, made out to a name that is valid now. */
    public Path issue(Path file, String urn) {
        return issue(file, urn, Instant.now());
    }

    /** The same, valid for the day around another time. */
    public Path issue(Path file, String urn, Instant when) {
        KeyPair own = newKey();
        byte[] names = join(
                der(0x86, urn.getBytes(StandardCharsets.US_ASCII)),
                der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
                der(0x87, new byte[] {127, 0, 0, 1}));
        byte[] extension = der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTETS, der(SEQUENCE, names)));
        Certificate signed = sign(urn, own.getPublic(), validFrom(when), extension);
        store(
                file,
                keys -> keys.setKeyEntry(
                        "key", own.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {signed, certificate}));
        return file;
    }

    /** A store with nothing but this authority. */
    public Path trust(Path file) {
        store(file, keys -> keys.setCertificateEntry("authority", certificate));
        return file;
    }

    /** A file with the password of all stores. */
    public static Path password(Path file) throws IOException {
        return Files.writeString(file, PASSWORD + "\n");
    }

    private interface Filling {
        void fill(KeyStore store) throws GeneralSecurityException;
    }

    private static void store(Path file, Filling filling) {
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            filling.fill(store);
            store.store(out, PASSWORD.toCharArray());
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Certificate sign(String subject, PublicKey owner, byte[] validity, byte[] extension) {
        byte[] body = der(
                SEQUENCE,
                der(0xa0, der(INTEGER, new byte[] {2})),
                der(INTEGER, new BigInteger(63, new SecureRandom()).toByteArray()),
                SHA256_WITH_ECDSA,
                distinguished(name),
                validity,
                distinguished(subject),
                owner.getEncoded(),
                der(0xa3, der(SEQUENCE, extension)));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key.getPrivate());
            signature.update(body);
            byte[] bits = join(new byte[1], signature.sign());
            byte[] whole = der(SEQUENCE, body, SHA256_WITH_ECDSA, der(BITS, bits));
            return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] constraints() {
        byte[] authority = der(SEQUENCE, der(0x01, new byte[] {-1}));
        return der(SEQUENCE, CONSTRAINTS, der(0x01, new byte[] {-1}), der(OCTETS, authority));
    }

    private static byte[] validFrom(Instant middle) {
        Duration half = Duration.ofHours(12);
        return der(SEQUENCE, time(middle.minus(half)), time(middle.plus(half)));
    }

    private static byte[] time(Instant when) {
        return der(TIME, FORM.format(when).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] distinguished(String name) {
        byte[] text = der(UTF8, name.getBytes(StandardCharsets.UTF_8));
        return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, text)));
    }

    private static byte[] oid(int... parts) {
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = (byte) parts[i];
        }
        return der(0x06, bytes);
    }

    private static byte[] der(int tag, byte[]... parts) {
        byte[] content = join(parts);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 128) {
            out.write(content.length);
        } else if (content.length < 256) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) content.length).array());
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
