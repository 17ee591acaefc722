/**
 * What a server is told: HOCON in, validated records out, all mistakes at once with file and line.
 *
 * <p>{@link io.balsa.config.NodeConfig} is the door; {@link io.balsa.config.Settings} is what the rest of Balsa sees.
 */
package io.balsa.config;
