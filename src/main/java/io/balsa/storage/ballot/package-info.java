/** Term and vote on disk (Figure 2, persistent state), and whose data folders a server has met. */
package io.balsa.storage.ballot;
