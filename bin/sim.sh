#!/bin/sh
# Runs the simulator on the sources of this tree: bin/sim.sh [--seeds N] [--seed S] [--profile P] [--minutes M] [--jobs J]
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")

if [ ! -f "$home/pom.xml" ]; then
    echo "the simulator is part of the sources, not of the distribution" >&2
    echo "hint: run bin/sim.sh in a clone of the project" >&2
    exit 2
fi

# The class path is written last; if a source is newer, it is all made anew.
paths=$home/target/test.classpath
if [ ! -f "$paths" ] || [ -n "$(find "$home/pom.xml" "$home/src" -newer "$paths" | head -n 1)" ]; then
    echo "compiling $home" >&2
    mvn -q -f "$home/pom.xml" -Dspotless.check.skip -Dcheckstyle.skip test-compile \
        dependency:build-classpath -Dmdep.outputFile="$paths.tmp" -Dmdep.includeScope=test >&2
    mv "$paths.tmp" "$paths"
fi

terminal=false
[ ! -t 2 ] || terminal=true

exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$home/target/test-classes:$home/target/classes:$(cat "$paths")" \
    -Dsim.terminal=$terminal io.balsa.sim.Simulate "$@"
