/** The servers a client knows: how each is reached, which of them answer, and which one leads. */
package io.balsa.client.link;
