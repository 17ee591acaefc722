/** What a node does once before it matters, so that it is quick when it does. */
package io.balsa.rehearsal;
