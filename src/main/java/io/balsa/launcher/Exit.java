package io.balsa.launcher;

import com.typesafe.config.ConfigException;
import io.balsa.config.BadConfigException;
import io.balsa.config.access.UnusableFileException;
import io.balsa.http.HttpServer;
import io.balsa.model.UnknownEntryException;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.StorageException;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.remote.RemoteTransportException;

/** How a node's process ends: the code that scripts and supervisors see. */
enum Exit {
    /** Asked to stop, and has. */
    OK(0),
    /** The data folder is damaged where it was whole before. */
    CORRUPTION(5),
    /** The configuration cannot be used; or the address in it, because somebody else has it. */
    BAD_CONFIG(6),
    /** The data folder belongs to another node, cluster or version, or to a running process. */
    REFUSED(7),
    /** A write or a sync has failed; what the disk holds is only known after a restart. */
    STORAGE_FAILED(8),
    /** A mistake in Balsa or in the state machine. */
    INTERNAL(70);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The way to end after this failure, or after the one that caused it. */
    static Exit after(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Exit exit = directly(cause);
            if (exit != INTERNAL) {
                return exit;
            }
        }
        return INTERNAL;
    }

    private static Exit directly(Throwable cause) {
        boolean unreadable = cause instanceof ConfigException || cause instanceof ConfigurationException;
        boolean taken = cause instanceof RemoteTransportException || cause instanceof HttpServer.AddressRefused;
        if (unreadable || taken || cause instanceof BadConfigException || cause instanceof UnusableFileException) {
            return BAD_CONFIG;
        }
        if (cause instanceof CorruptionException) {
            return CORRUPTION;
        }
        if (cause instanceof FolderRefusedException || cause instanceof UnknownEntryException) {
            return REFUSED;
        }
        return cause instanceof StorageException ? STORAGE_FAILED : INTERNAL;
    }
}
