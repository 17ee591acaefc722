/**
 * Verbs for the data folder of a node that is stopped. They ask no cluster, and change nothing unless they say so.
 *
 * <p>They are the only verbs that see {@code storage}: what they do must work when nothing else does any more.
 */
package io.balsa.cli.offline;
