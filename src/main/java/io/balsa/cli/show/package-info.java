/**
 * What people and scripts are shown: answers as tables, as JSON and as plain text, and the cluster as its
 * operators see it.
 */
package io.balsa.cli.show;
