package io.balsa.show;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows under headings, for people: columns are as wide as their widest cell, numbers stand at the right. Without
 * headings and with tabs between the cells it is what {@code cut} and {@code awk} like.
 */
public final class Table {
    private static final String GAP = "  ";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        this.headings = List.of(headings);
    }

    /** Adds a row; what is not known is shown as a dash, a control character as an escape. */
    public Table row(Object... cells) {
        List<String> row = new ArrayList<>(cells.length);
        for (Object cell : cells) {
            row.add(cell == null ? "-" : visible(cell.toString()));
        }
        rows.add(row);
        return this;
    }

    /** For people; ends with a line feed. */
    public String aligned() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(headings);
        lines.addAll(rows);
        return lines.stream().map(this::align).collect(Collectors.joining());
    }

    /** For scripts; every row ends with a line feed. */
    public String tabbed() {
        return rows.stream().map(row -> String.join("\t", row) + "\n").collect(Collectors.joining());
    }

    private static String visible(String cell) {
        StringBuilder visible = new StringBuilder(cell.length());
        cell.codePoints().forEach(point -> {
            switch (point) {
                case '\n' -> visible.append("\\n");
                case '\r' -> visible.append("\\r");
                case '\t' -> visible.append("\\t");
                default ->
                    visible.append(
                            Character.isISOControl(point)
                                    ? String.format("\\x%02x", point)
                                    : Character.toString(point));
            }
        });
        return visible.toString();
    }

    private String align(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String padding = " ".repeat(width(column) - cells.get(column).length());
            boolean right = isNumeric(column);
            line.append(column == 0 ? "" : GAP).append(right ? padding : "").append(cells.get(column));
            line.append(right ? "" : padding);
        }
        return line.toString().stripTrailing() + "\n";
    }

    private int width(int column) {
        int widest =
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        return Math.max(widest, headings.get(column).length());
    }

    private boolean isNumeric(int column) {
        return rows.stream().map(row -> row.get(column)).allMatch(cell -> cell.matches("-|-?[0-9][0-9.,]*( ms)?"));
    }
}
