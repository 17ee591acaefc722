/** Clusters of real processes on this machine, for programs that kill and restart their nodes. */
package io.balsa.cli.local;
