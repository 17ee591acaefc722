package io.balsa.storage;

import io.balsa.model.NodeId;
import java.util.function.LongSupplier;

/**
 * What a server knows about its data folder before it opens it.
 *
 * @param sync false only for measurements: appended entries are then never synced, and a power cut loses them
 * @param segmentBytes size of a segment file; a batch that is larger gets a segment of its own
 * @param reuseBytes of dropped segments that stay on disk, to be written again
 * @param newStorageId asked once, for an empty folder: a number that no other folder was ever given
 */
public record StorageOptions(
        String clusterId,
        String group,
        NodeId nodeId,
        boolean sync,
        int segmentBytes,
        long reuseBytes,
        LongSupplier newStorageId) {}
