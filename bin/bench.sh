#!/bin/sh
# Measures a cluster on this machine: bin/bench.sh TEST [OPTIONS]; --help lists them. bin/bench.sh micro is for JMH.
# TMPDIR is where the nodes write, on the disk to be measured. JAVA_OPTS has more flags for their JVMs.
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$home/bin/tests.sh"

if [ "${1:-}" = micro ]; then
    shift
    exec "$java" -cp "$classes" org.openjdk.jmh.Main "$@"
fi

# The nodes run from the distribution.
. "$home/bin/java.sh"

folder=$(mktemp -d "${TMPDIR:-/tmp}/balsa-bench.XXXXXX")
bench= terminal=false
[ ! -t 2 ] || terminal=true

# However it ends: no process and no file is left.
clean() {
    code=$?
    trap '' HUP INT TERM
    [ -z "$bench" ] || kill -9 "$bench" 2>/dev/null || true
    for pid in "$folder"/*.pid; do
        [ ! -f "$pid" ] || kill -9 "$(cat "$pid")" 2>/dev/null || true
    done
    rm -rf "$folder"
    exit $code
}
trap clean EXIT
trap 'exit 130' HUP INT TERM

"$java" \
    -XX:+UseG1GC -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow \
    -Dlogback.configurationFile="$home/conf/logback-client.xml" \
    -Dbench.home="$home" -Dbench.folder="$folder" -Dbench.terminal=$terminal \
    -cp "$classes" io.balsa.bench.Bench "$@" &
# A shell that waits for it in the background can still be interrupted.
bench=$!
code=0
wait "$bench" || code=$?
bench=
exit $code
