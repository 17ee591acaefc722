#!/bin/sh
# Starts a cluster, kills its leader, and shows that nothing is lost: bin/demo.sh [--keep] [--nodes N]
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$home/bin/java.sh"

folder=$(mktemp -d "${TMPDIR:-/tmp}/balsa-demo.XXXXXX")
demo= keep=false
case " $* " in *" --keep "*) keep=true ;; esac

# However it ends: no process and no file is left, unless the cluster is to be kept and the demonstration went well.
clean() {
    code=$?
    trap '' HUP INT TERM
    [ -z "$demo" ] || kill -9 "$demo" 2>/dev/null || true
    if [ $code -ne 0 ] || [ $keep = false ]; then
        for pid in "$folder"/*.pid; do
            [ ! -f "$pid" ] || kill -9 "$(cat "$pid")" 2>/dev/null || true
        done
        rm -rf "$folder"
    fi
    rmdir "$folder" 2>/dev/null || true
    exit $code
}
trap clean EXIT
trap 'exit 130' HUP INT TERM

"$java" \
    -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto \
    -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow \
    -Dlogback.configurationFile="$home/conf/logback-client.xml" \
    -cp "$lib/*" io.balsa.cli.demo.Demo --home "$home" --folder "$folder" "$@" &
# A shell that waits for it in the background can still be interrupted.
demo=$!
code=0
wait "$demo" || code=$?
demo=
exit $code
