/**
 * The data folder of a server that is stopped: looked at, and mended, by tools.
 *
 * <p>Nothing here has a second idea of what is whole and what is damaged: the folder is opened by
 * {@link io.balsa.storage.Storage} itself, as at a start, but over an {@link io.balsa.storage.offline.Overlay} that
 * keeps every change to itself.
 */
package io.balsa.storage.offline;
