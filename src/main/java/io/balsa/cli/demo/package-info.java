/** The demonstration {@code bin/demo.sh}: a cluster of real processes that loses its leader and gets it back. */
package io.balsa.cli.demo;
