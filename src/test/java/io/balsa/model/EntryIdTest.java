package io.balsa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

/** §5.4.1: a log is more up-to-date when its last entry has the later term, or the same term and it is longer. */
final class EntryIdTest {

    @ParameterizedTest(name = "({0}@{1}) at least as up-to-date as ({2}@{3}): {4}")
    @CsvSource({
        "0, 0, 0, 0, true",
        "0, 0, 1, 1, false",
        "1, 1, 0, 0, true",
        "5, 2, 5, 2, true",
        "5, 2, 6, 2, false",
        "6, 2, 5, 2, true",
        "9, 2, 1, 3, false",
        "1, 3, 9, 2, true",
        "4, 4, 4, 3, true",
        "4, 3, 4, 4, false",
        "100, 1, 1, 2, false",
        "2, 2, 2, 2, true"
    })
    void comparesTermFirstThenIndex(ArgumentsAccessor row) {
        EntryId one = new EntryId(row.getLong(0), row.getLong(1));
        EntryId other = new EntryId(row.getLong(2), row.getLong(3));
        assertThat(one.isAtLeastAsUpToDateAs(other)).isEqualTo(row.getBoolean(4));
    }

    @Test
    void refusesNegativeNumbers() {
        assertThatThrownBy(() -> new EntryId(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EntryId(0, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
