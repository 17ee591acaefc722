package io.balsa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "../x", "node/1", "nöde", "\n"})
    void refusesWhatCannotBeAFolderOrALabel(String name) {
        assertThatThrownBy(() -> NodeId.of(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isOrderedByName() {
        assertThat(NodeId.of("node-1")).isLessThan(NodeId.of("node-2"));
        assertThat(NodeId.of("node-1")).hasToString("node-1");
    }
}
