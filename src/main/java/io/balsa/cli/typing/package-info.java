/** What helps a person to type verbs: words for Tab, and a history that nobody else reads. */
package io.balsa.cli.typing;
