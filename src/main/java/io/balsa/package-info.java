/**
 * Balsa: the Raft consensus algorithm as typed actors of Apache Pekko.
 */
package io.balsa;
