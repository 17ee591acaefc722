package io.balsa.cli.show;

import io.balsa.show.Answer;
import java.nio.file.Path;
import java.util.Optional;

/** What a verb that asks no cluster is given: where it prints, and the configuration that its line names. */
public interface Console {
    Output output();

    Answer.Format format();

    /** The file behind {@code --config}. */
    Optional<Path> configuration();

    default void print(Answer answer) {
        output().print(answer, format());
    }
}
