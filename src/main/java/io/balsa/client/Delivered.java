package io.balsa.client;

import io.balsa.model.Entries;

/**
 * Committed entries as they come to a subscriber: in order, each once, without gaps.
 *
 * @param entries the next ones
 * @param commitIndex how far the log is committed on the server they come from
 */
public record Delivered(Entries entries, long commitIndex) {}
