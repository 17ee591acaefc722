package io.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.balsa.kv.KvReply.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Commands, queries and replies as bytes and back. */
final class KvCodecTest {
    private static final byte[] KEY = {1, 2, 3};
    private static final byte[] VALUE = {4, 5};

    private static final List<KvCommand> COMMANDS = List.of(
            new KvCommand.Put(KEY, VALUE),
            new KvCommand.Put(KEY, new byte[0]),
            new KvCommand.Delete(KEY),
            new KvCommand.CompareAndSet(KEY, Optional.of(VALUE), KEY),
            new KvCommand.CompareAndSet(KEY, Optional.empty(), new byte[0]),
            new KvCommand.CompareAndSet(KEY, Optional.of(new byte[0]), VALUE),
            new KvCommand.Increment(KEY, Long.MIN_VALUE),
            new KvCommand.Append(VALUE));

    private static final List<KvQuery> QUERIES =
            List.of(new KvQuery.Get(KEY), KvQuery.Scan.of(new byte[0]), new KvQuery.Scan(KEY, Optional.of(VALUE), 17));

    @Test
    void commandsComeBackAsTheyWere() throws Exception {
        for (KvCommand command : COMMANDS) {
            assertThat(KvCommand.decode(command.encode()))
                    .usingRecursiveComparison()
                    .isEqualTo(command);
        }
    }

    @Test
    void queriesComeBackAsTheyWere() throws Exception {
        for (KvQuery query : QUERIES) {
            assertThat(KvQuery.decode(query.encode()))
                    .usingRecursiveComparison()
                    .isEqualTo(query);
        }
    }

    @Test
    void repliesComeBackAsTheyWere() throws Exception {
        for (Status status : Status.values()) {
            KvReply reply = new KvReply(status, VALUE);
            assertThat(KvReply.decode(reply.encode()))
                    .usingRecursiveComparison()
                    .isEqualTo(reply);
            assertThat(KvReply.decode(KvReply.bytes(status)).status()).isEqualTo(status);
        }
        assertThat(KvReply.ofNumber(-5).number()).isEqualTo(-5);
        KvReply.Page page =
                KvReply.ofPage(List.of(new KvReply.Pair(KEY, VALUE)), true).page();
        assertThat(page.pairs().get(0)).usingRecursiveComparison().isEqualTo(new KvReply.Pair(KEY, VALUE));
        assertThat(page.next()).hasValue(KEY);
    }

    @Test
    void anUnknownVersionKindOrStatusIsMalformed() {
        byte[] newer = new KvCommand.Put(KEY, VALUE).encode();
        newer[0] = 2;
        malformed(() -> KvCommand.decode(newer));
        malformed(() -> KvCommand.decode(new KvQuery.Get(KEY).encode()));
        malformed(() -> KvQuery.decode(new KvCommand.Delete(KEY).encode()));
        malformed(() -> KvReply.decode(new byte[] {99}));
        malformed(() -> KvReply.decode(new byte[0]));
    }

    @Test
    void aByteTooManyOrTooFewIsMalformed() {
        byte[] increment = new KvCommand.Increment(KEY, 1).encode();
        malformed(() -> KvCommand.decode(Arrays.copyOf(increment, increment.length + 1)));
        malformed(() -> KvCommand.decode(Arrays.copyOf(increment, increment.length - 1)));
        malformed(() -> new KvReply(Status.OK, VALUE).number());
        malformed(() -> new KvReply(Status.OK, VALUE).page());
    }

    @Test
    void lengthsThatLieAreMalformedAndTakeNoMemory() {
        malformed(() -> KvCommand.decode(new byte[] {1, Format.PUT, 0x7f, -1, -1, -1, 0}));
        malformed(() -> KvCommand.decode(new byte[] {1, Format.PUT, -1, -1, -1, -1, 0}));
        malformed(() -> KvQuery.decode(new byte[] {1, Format.SCAN, 0, 0, 0, 0, -1, -1, -1, -2, 0, 0, 0, 1}));
    }

    @Test
    void noiseIsEitherReadOrMalformedAndNothingElse() {
        Random random = new Random(11);
        int malformed = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] noise = new byte[random.nextInt(30)];
            random.nextBytes(noise);
            if (noise.length > 1) {
                noise[0] = 1;
                noise[1] = (byte) random.nextInt(18);
            }
            malformed += isMalformed(() -> KvCommand.decode(noise)) ? 1 : 0;
            malformed += isMalformed(() -> KvQuery.decode(noise)) ? 1 : 0;
            malformed += isMalformed(() -> KvReply.decode(noise).page()) ? 1 : 0;
        }
        assertThat(malformed).isBetween(50_000, 150_000);
    }

    private interface Reading {
        Object read() throws MalformedException;
    }

    private static void malformed(Reading reading) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(reading::read);
    }

    private static boolean isMalformed(Reading reading) {
        try {
            return reading.read() == null;
        } catch (MalformedException expected) {
            return true;
        }
    }
}
