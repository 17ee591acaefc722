/** The newest events of a node, numbered, for those who read on where they stopped. */
package io.balsa.http.event;
