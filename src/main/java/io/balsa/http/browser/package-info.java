/**
 * What browsers get: the page at {@code /}, a word on what it may do, and on who else may read what a node answers.
 */
package io.balsa.http.browser;
