#!/bin/sh
# Runs the simulator on the sources of this tree: bin/sim.sh [--seeds N] [--seed S] [--profile P] [--minutes M] [--jobs J]
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$home/bin/tests.sh"

terminal=false
[ ! -t 2 ] || terminal=true

exec "$java" -cp "$classes" -Dsim.terminal=$terminal io.balsa.sim.Simulate "$@"
