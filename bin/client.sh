#!/bin/sh
# Asks a cluster: bin/client.sh [OPTIONS] VERB …, or without a verb a prompt; --help lists everything.
# JAVA_OPTS has more flags for the JVM.
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$home/bin/java.sh"

# Arguments are bytes to the shell and text to Java, which would lose those that its locale does not know.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) ;;
    *) export LC_ALL=C.UTF-8 ;;
esac

stdin=false stdout=false
[ ! -t 0 ] || stdin=true
[ ! -t 1 ] || stdout=true

# Made by bin/cds.sh. Java passes over one that is not of these jars, or of another Java, and starts as without any.
archive=${BALSA_ARCHIVE-$lib/client.jsa}
[ -r "$archive" ] || archive=

# Made to start fast: a verb runs for less than the better compiler needs to warm up.
exec "$java" \
    -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto \
    -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow \
    ${archive:+"-XX:SharedArchiveFile=$archive"} ${archive:+"-Xlog:cds*=off"} \
    -Dbalsa.home="$home" -Dbalsa.stdin.terminal=$stdin -Dbalsa.stdout.terminal=$stdout \
    -Dlogback.configurationFile="$home/conf/logback-client.xml" \
    ${JAVA_OPTS:-} \
    -cp "$lib/*" io.balsa.cli.Client "$@"
