/**
 * HTTP on every node: the API under {@code /api/v1}, the state of health, metrics.
 *
 * <p>{@link io.balsa.http.HttpServer} is the actor that listens. {@link io.balsa.http.Router} knows all
 * {@link io.balsa.http.Route}s, and what the others do not answer it answers by a {@link io.balsa.http.Problem}. All
 * that concerns the cluster goes through one client, so that any node serves any request.
 */
package io.balsa.http;
