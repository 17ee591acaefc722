#!/bin/sh
# Looks for inputs that break what reads bytes from outside: bin/fuzz.sh [SECONDS] [TARGET ...]; contributing.md says more.
# Without TARGET each has its turn. What is found is kept under src/test/resources, where the build tries it again.
# SEED=N in the environment has chance begin at N, so that the same inputs are tried again; otherwise others each time.
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
seconds=60
all='protocol.WireFuzzTest model.EntriesFuzzTest storage.snapshot.SnapshotHeaderFuzzTest http.BodyFuzzTest config.ConfigFuzzTest'
case ${1:-} in
    --help | -h)
        sed -n '2,4s/^# //p' "$0"
        echo "targets: $all"
        exit 0
        ;;
    [1-9]*)
        seconds=$1
        shift
        ;;
esac
for target; do
    case " $all " in
        *" $target "*) ;;
        *)
            echo "there is no target $target" >&2
            echo "hint: one of $all" >&2
            exit 2
            ;;
    esac
done
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $all

. "$home/bin/tests.sh"
mkdir -p "$home/target/fuzz"
cd "$home/target/fuzz"
for target; do
    echo "$target for $seconds s"
    found=$home/src/test/resources/io/balsa/$(echo "$target" | tr . /)Inputs/read
    mkdir -p "$found"
    code=0
    # Jazzer looks into the libraries that take the bytes apart, too.
    "$java" -Xmx1g -cp "$classes" com.code_intelligence.jazzer.Jazzer --target_class="io.balsa.$target" \
        --instrumentation_includes='io.balsa.**:com.fasterxml.jackson.**:com.typesafe.config.**' \
        -max_total_time="$seconds" -seed="${SEED:-0}" -artifact_prefix="$found/" >"$target.log" 2>&1 || code=$?
    rmdir -p --ignore-fail-on-non-empty "$found" 2>/dev/null || true
    [ "$code" -eq 0 ] || {
        tail -n 40 "$target.log" >&2
        echo "$target has found something; all of it: target/fuzz/$target.log" >&2
        exit 1
    }
    sed -n 's/^Done \([0-9]*\) runs.*/  \1 inputs/p' "$target.log"
done
