package io.balsa.kv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pairs by prefix, page after page. */
final class KvScanTest {
    private final KeyValueMachine machine = new KeyValueMachine();

    @Test
    void onlyKeysWithThePrefixComeInTheOrderOfUnsignedBytes() throws Exception {
        put("a", "b\u00ff", "b", "ba", "b\u0000", "c", "B");
        assertThat(keys(scan(KvQuery.Scan.of(bytes("b"))))).containsExactly("b", "b\u0000", "ba", "b\u00ff");
    }

    @Test
    void anEmptyPrefixMeansAll() throws Exception {
        put("a", "b", "c");
        assertThat(keys(scan(KvQuery.Scan.of(bytes(""))))).containsExactly("a", "b", "c");
    }

    @Test
    void whatIsNotThereIsAnEmptyPageAndNoNextOne() throws Exception {
        put("a");
        KvReply.Page page = scan(KvQuery.Scan.of(bytes("b")));
        assertThat(page.pairs()).isEmpty();
        assertThat(page.next()).isEmpty();
    }

    @Test
    void pagesOfAnySizeCoverEverythingOnce() throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(String.format("key-%03d", i));
        }
        put(all.toArray(String[]::new));
        for (int limit : new int[] {1, 7, 99, 100, 101}) {
            assertThat(allPages(new KvQuery.Scan(bytes("key"), Optional.empty(), limit)))
                    .isEqualTo(all);
        }
    }

    @Test
    void aPageHoldsAtMostAThousandPairsWhateverIsAskedFor() throws Exception {
        for (int i = 0; i < 1500; i++) {
            put("k" + i);
        }
        KvReply.Page page = scan(new KvQuery.Scan(bytes("k"), Optional.empty(), Integer.MAX_VALUE));
        assertThat(page.pairs()).hasSize(KvQuery.Scan.MAX_PAIRS);
        assertThat(page.next()).isPresent();
        assertThat(scan(new KvQuery.Scan(bytes("k"), Optional.empty(), -1)).pairs())
                .as("a senseless limit")
                .hasSize(1);
    }

    @Test
    void aPageEndsBeforeItGrowsTooLargeButHasOnePair() throws Exception {
        store("k1", new byte[KvQuery.Scan.MAX_BYTES / 2]);
        store("k2", new byte[KvQuery.Scan.MAX_BYTES / 2]);
        store("k3", new byte[2 * KvQuery.Scan.MAX_BYTES]);
        store("k4", new byte[1]);
        assertThat(keys(scan(KvQuery.Scan.of(bytes("k"))))).containsExactly("k1");
        assertThat(keys(scan(KvQuery.Scan.of(bytes("k")).after(bytes("k2"))))).containsExactly("k3");
        assertThat(allPages(KvQuery.Scan.of(bytes("k")))).containsExactly("k1", "k2", "k3", "k4");
    }

    @Test
    void goingOnBehindAKeyOutsideThePrefixLosesNothingInside() throws Exception {
        put("a", "b1", "b2", "c");
        assertThat(keys(scan(KvQuery.Scan.of(bytes("b")).after(bytes("a"))))).containsExactly("b1", "b2");
        assertThat(keys(scan(KvQuery.Scan.of(bytes("b")).after(bytes("c"))))).isEmpty();
    }

    private List<String> allPages(KvQuery.Scan first) throws MalformedException {
        KvReply.Page page = scan(first);
        List<String> keys = new ArrayList<>(keys(page));
        while (page.next().isPresent()) {
            page = scan(first.after(page.next().get()));
            keys.addAll(keys(page));
        }
        return keys;
    }

    private KvReply.Page scan(KvQuery.Scan scan) throws MalformedException {
        return KvReply.decode(machine.query(scan.encode())).page();
    }

    private void put(String... keys) {
        for (String key : keys) {
            store(key, bytes("value of " + key));
        }
    }

    private void store(String key, byte[] value) {
        machine.apply(1, new KvCommand.Put(bytes(key), value).encode());
    }

    private static List<String> keys(KvReply.Page page) {
        return page.pairs().stream()
                .map(pair -> new String(pair.key(), ISO_8859_1))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
