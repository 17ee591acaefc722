package io.balsa.cli.show;

import io.balsa.show.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/**
 * Where verbs print: answers, and nothing else, to standard output in the wanted form; all the rest to standard error.
 */
public final class Output {
    private final OutputStream answers;
    private final PrintStream remarks;
    private final boolean terminal;

    /**
     * @param terminal whether answers go to one; there, what comes next begins a new line
     */
    public Output(OutputStream answers, PrintStream remarks, boolean terminal) {
        this.answers = answers;
        this.remarks = remarks;
        this.terminal = terminal;
    }

    /** The reader of standard output went away; there is nobody left to print for. */
    public static final class ReaderGone extends UncheckedIOException {
        private ReaderGone(IOException cause) {
            super(cause);
        }
    }

    /**
     * @throws ReaderGone when standard output was closed at its other end
     */
    public void print(byte[] bytes) {
        try {
            answers.write(bytes);
            answers.flush();
        } catch (IOException e) {
            throw new ReaderGone(e);
        }
    }

    /**
     * Prints the answer in the wanted form.
     *
     * @throws ReaderGone when standard output was closed at its other end
     */
    public void print(Answer answer, Answer.Format format) {
        byte[] bytes = answer.in(format);
        print(bytes);
        if (terminal && bytes.length > 0 && bytes[bytes.length - 1] != '\n') {
            print(new byte[] {'\n'});
        }
    }

    /** Says something that is no part of an answer. */
    public void remark(String line) {
        remarks.println(line);
        remarks.flush();
    }
}
