/**
 * Decisions about who belongs to a cluster (§6, thesis §4): sets in, a verdict out. {@code role.Reconfiguration}
 * carries them out on a leader.
 */
package io.balsa.role.membership;
