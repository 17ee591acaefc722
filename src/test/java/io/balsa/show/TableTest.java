package io.balsa.show;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TableTest {
    @Test
    void alignsWordsLeftAndNumbersRight() {
        Table table =
                new Table("NODE", "LAST", "CONTACT").row("node-1", 7, "12 ms").row("n2", 1234567, null);

        assertThat(table.aligned()).isEqualTo("""
                        NODE       LAST  CONTACT
                        node-1        7    12 ms
                        n2      1234567        -
                        """);
    }

    @Test
    void putsTabsBetweenCellsForScripts() {
        assertThat(new Table("KEY", "VALUE").row("a", "1").row("b", null).tabbed())
                .isEqualTo("a\t1\nb\t-\n");
    }

    @Test
    void keepsARowOnOneLine() {
        assertThat(new Table("KEY", "VALUE").row("a\tb", "1\n2\u001b[0m").tabbed())
                .isEqualTo("a\\tb\t1\\n2\\x1b[0m\n");
    }

    @Test
    void showsHeadingsEvenWithoutRows() {
        assertThat(new Table("KEY", "VALUE").aligned()).isEqualTo("KEY  VALUE\n");
    }
}
