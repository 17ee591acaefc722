/**
 * What servers do, event by event, in a form that is the same whether a live node records it or the simulator
 * ({@code src/site/markdown/trace.md} describes it). Knows what is said between servers, and nothing of their roles.
 */
package io.balsa.trace;
