/**
 * The measurements of {@code bin/bench.sh}: clusters of real processes under load, in elections and after restarts, one
 * line of CSV for each. None of it runs in a build.
 */
package io.balsa.bench;
