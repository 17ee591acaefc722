#!/bin/sh
# Makes nodes and clients start faster: once where Balsa is unpacked, and again after an update of it or of Java.
usage() {
    cat <<'END'
usage: bin/cds.sh

Starts a node and a client for some seconds, and keeps what Java found out about their classes in lib/node.jsa and
lib/client.jsa. From then on bin/node.sh and bin/client.sh use these files. With another Java, or after lib was moved or
changed, they are passed over until this is run again. To be without them, delete them.
Exit codes: 0 made, 2 usage or no Java, 6 lib cannot be written, 70 the node or the client has failed, 130 interrupted;
other than 0 the archives are as they were.
END
}
case $#:${1:-} in
    0:) ;;
    1:--help | 1:-h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$home/bin/java.sh"

fail() {
    echo "$2" >&2
    echo "hint: $3" >&2
    exit "$1"
}
[ -w "$lib" ] || fail 6 "$lib cannot be written" "run this as the user who owns it"

# Java makes each archive in here and under a short name: what JAVA_OPTS has is divided at blanks.
work=$(mktemp -d "${TMPDIR:-/tmp}/balsa-cds.XXXXXX")
node=
# However it ends: no process and nothing half made is left.
clean() {
    code=$?
    trap '' HUP INT TERM
    [ -z "$node" ] || kill -9 "$node" 2>/dev/null || true
    rm -rf "$work" "$lib/node.jsa.$$" "$lib/client.jsa.$$"
    exit $code
}
trap clean EXIT
trap 'exit 130' HUP INT TERM
cd "$work"

failed() {
    cat out >&2
    fail 70 "$1" "what it said stands above"
}
# BALSA_ARCHIVE= has the scripts leave an archive aside that is there: Java makes none of one.
train() {
    BALSA_ARCHIVE='' JAVA_OPTS="-XX:ArchiveClassesAtExit=$1.jsa -Xlog:disable -Xlog:all=error:stderr"
    export BALSA_ARCHIVE JAVA_OPTS
    shift
    exec "$@"
}

# A cluster of one, at the first port from one of its own on that nobody else has.
start() {
    port=$((20000 + ($$ + $1 * 977) % 20000))
    cat >node.conf <<END
raft { cluster-id = cds, node-id = n, peers.n = "pekko://raft@127.0.0.1:$port/user/raft", data-dir = "data$1" }
END
    (train node "$home/bin/node.sh" node.conf) >out 2>&1 &
    node=$!
    waited=0
    until grep -q ' is up: ' out; do
        if ! kill -0 "$node" 2>/dev/null; then
            node=
            return 1
        fi
        [ "$waited" -lt 300 ] || failed "the node has not come up in a minute"
        waited=$((waited + 1))
        sleep 0.2
    done
}
tries=0
until start "$tries"; do
    tries=$((tries + 1))
    [ "$tries" -lt 5 ] && grep -q 'Address already in use' out || failed "the node has not come up"
done
(train client "$home/bin/client.sh" --endpoints "127.0.0.1:$port" put greeting hello) >client.out 2>&1 || {
    mv client.out out
    failed "the client has failed"
}
# Until it has rehearsed, which is some seconds after it is up, a node has not done all that nodes do.
sleep 10
kill "$node"
wait "$node" || failed "the node has not ended in order"
node=
for name in node client; do
    [ -f "$name.jsa" ] || failed "Java has not made $name.jsa"
    cp "$name.jsa" "$lib/$name.jsa.$$"
done
for name in node client; do
    mv "$lib/$name.jsa.$$" "$lib/$name.jsa"
    ls -l "$lib/$name.jsa"
done
