/** Keys, certificates and tokens: where they are, whose they are, and what is wrong with them. */
package io.balsa.config.access;
