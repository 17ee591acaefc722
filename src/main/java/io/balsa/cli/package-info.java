/**
 * The command line {@code bin/client.sh}: verbs, their exit codes, a prompt; and the demonstration {@code bin/demo.sh}.
 *
 * <p>{@link io.balsa.cli.Client} holds what all verbs share. A verb asks its {@link io.balsa.cli.Cluster} and prints
 * one {@link io.balsa.show.Answer}, or throws a {@link io.balsa.cli.Failure}.
 */
package io.balsa.cli;
