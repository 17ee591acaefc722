/** What a node counts and measures, for Prometheus. */
package io.balsa.http.metrics;
