package io.balsa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What whoever reaches the port may put into a message, and what becomes of it before anybody looks at it. */
final class MeantTest {
    /** A line of the audit log has an end, behind which the one who is removed could be hidden. */
    @Test
    void whoIsNamedAThousandTimesIsMeantOnce() {
        List<String> many = Collections.nCopies(1000, "n1");
        AdminRequest.Members members = new AdminRequest.Members(Map.of(), many, many, List.of("n3"), many, false);

        assertThat(members.promote()).containsExactly("n1");
        assertThat(members.demote()).containsExactly("n1");
        assertThat(members.renew()).containsExactly("n1");
        assertThat(members.toString()).contains("n3").hasSizeLessThan(200);
    }

    @Test
    void aChangeThatNobodyWouldReadIsNone() {
        String[] many = new String[1000];
        Arrays.setAll(many, i -> "node-with-a-long-name-" + i);

        assertThatThrownBy(() -> AdminRequest.Members.removing(many)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The leader would find it out, by its end. */
    @Test
    void nobodyIsNoMember() {
        List<String> none = Arrays.asList("n1", null);

        assertThatThrownBy(() -> new AdminRequest.Members(Map.of(), none, List.of(), List.of(), List.of(), false))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> AdminRequest.Members.adding(Collections.singletonMap("n1", null)))
                .isInstanceOf(NullPointerException.class);
    }

    /** They are written into the log, and remembered. */
    @ParameterizedTest
    @ValueSource(strings = {"c\n12:00:00 INFO audit: admin bob", "c\u0085", "\u0000"})
    void anIdThatWouldBeginAnotherLineIsNone(String id) {
        NodeId node = NodeId.of("n1");

        assertThatThrownBy(() -> new Sender(id, "main", node, node, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Sender("c", id, node, node, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Target(id, "main")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Target("c", id)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIdHasAnEnd() {
        assertThat(new Target("x".repeat(Sender.LONGEST_ID), "main").known()).isTrue();
        assertThatThrownBy(() -> new Target("x".repeat(Sender.LONGEST_ID + 1), "main"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
