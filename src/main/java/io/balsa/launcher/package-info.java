/**
 * One node as a process: {@link io.balsa.launcher.Main} starts it, a guardian watches it, and an exit code says how it
 * ended.
 */
package io.balsa.launcher;
