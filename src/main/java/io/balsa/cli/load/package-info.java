/** Load for a cluster, and how long it takes. */
package io.balsa.cli.load;
