/** The ways between servers, and from clients to servers; every way is one-way, and answers take their own. */
package io.balsa.protocol.link;
