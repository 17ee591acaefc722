/**
 * What people and scripts are shown, on the command line and over HTTP: answers as tables, as JSON and as plain text,
 * and the cluster as its operators see it.
 */
package io.balsa.show;
