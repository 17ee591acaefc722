#!/bin/sh
# Looks for inputs that break what reads bytes from outside: bin/fuzz.sh [SECONDS] [TARGET ...]; contributing.md says more.
# Without TARGET each has its turn. What is found is kept under src/test/resources, where the build tries it again.
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
seconds=60
case ${1:-} in
    --help | -h)
        sed -n '2,3s/^# //p' "$0"
        echo "targets: WireFuzzTest EntriesFuzzTest SnapshotHeaderFuzzTest BodyFuzzTest ConfigFuzzTest"
        exit 0
        ;;
    [1-9]*)
        seconds=$1
        shift
        ;;
esac
[ $# -gt 0 ] || set -- WireFuzzTest EntriesFuzzTest SnapshotHeaderFuzzTest BodyFuzzTest ConfigFuzzTest

cd "$home"
mkdir -p target/fuzz
mvn -B -ntp -q -Dspotless.check.skip -Dcheckstyle.skip test-compile
for target; do
    echo "$target for $seconds s"
    JAZZER_FUZZ=1 mvn -B -ntp surefire:test -Dtest="$target#read" -DargLine= -DexcludedGroups= \
        -DforkCount=1 -Djazzer.instrument="io.balsa.**,com.fasterxml.jackson.**,com.typesafe.config.**" -Djazzer.max_duration="${seconds}s" >"target/fuzz/$target.log" 2>&1 || {
        tail -n 40 "target/fuzz/$target.log" >&2
        echo "$target has found something; all of it: target/fuzz/$target.log" >&2
        exit 1
    }
    sed -n 's/^#\([0-9]*\).*DONE.*/  \1 inputs/p' "target/fuzz/$target.log"
done
