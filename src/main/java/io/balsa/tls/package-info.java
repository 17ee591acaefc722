/**
 * TLS between nodes, and between nodes and clients: who may connect, and to whom a node has connected. What a node says
 * as a node is believed only with a pass, which was given to it where its certificate was seen; see security.md.
 */
package io.balsa.tls;
