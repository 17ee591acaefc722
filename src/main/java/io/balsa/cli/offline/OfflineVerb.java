package io.balsa.cli.offline;

import io.balsa.cli.show.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One thing that {@code client.sh} can do without a cluster. */
abstract class OfflineVerb implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /**
     * @throws OfflineFailure when it could not be done
     */
    abstract void run(Console console);

    @Override
    public final Integer call() {
        try {
            run((Console) spec.root().userObject());
            return 0;
        } catch (RuntimeException failure) {
            throw OfflineFailure.of(failure);
        }
    }
}
