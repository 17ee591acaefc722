/** How verbs meet a terminal: where they print, and what people may type. */
package io.balsa.cli.show;
