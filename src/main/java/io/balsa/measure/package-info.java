/**
 * What a node measures of itself while it works: a few additions for each sync, each batch and each message of a peer,
 * read by others when somebody asks. Plain Java, seen by all who work and by all who tell.
 */
package io.balsa.measure;
