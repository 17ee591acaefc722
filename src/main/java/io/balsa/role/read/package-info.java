/**
 * What servers keep of reads (§8, thesis §6.4): who waits for which round or answer, how long a leader may go without a
 * round, what a voter owes a leader that it has heard, and how old its own state is. No actors and no clocks.
 */
package io.balsa.role.read;
