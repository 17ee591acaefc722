package io.balsa.config;

import java.util.List;

/**
 * A configuration that a node cannot start with; a launcher ends with exit code 6. The message lists every problem, one
 * per line, each with its file and line.
 */
public final class BadConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    BadConfigException(List<Problem> found) {
        super(table(found));
        this.problems = found.stream().sorted().toList();
    }

    /** All problems, by file and line. */
    public List<Problem> problems() {
        return problems;
    }

    /** Two columns: the places as wide as the widest of them, and the texts. */
    private static String table(List<Problem> found) {
        int width = found.stream()
                .mapToInt(problem -> problem.place().length())
                .max()
                .orElse(0);
        StringBuilder lines = new StringBuilder();
        for (Problem problem : found.stream().sorted().toList()) {
            String place = problem.place();
            lines.append(lines.isEmpty() ? "" : "\n").append(place);
            lines.append(" ".repeat(width - place.length() + 1)).append(problem.text());
        }
        return lines.toString();
    }
}
