/** The taking of snapshots (§7): when one is due, and the writing of it while commands go on. */
package io.balsa.machine.snapshot;
