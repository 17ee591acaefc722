/**
 * The measurements of {@code bin/bench.sh}: clusters of real processes under load, in elections and after restarts, one
 * line of CSV for each. Nothing here runs in a build but what {@link io.balsa.sim} counts.
 */
package io.balsa.bench;
