#!/bin/sh
# Runs one node in the foreground: bin/node.sh CONF [--check] [--print-config]
# CONF is a file, or the name of one in conf/. JAVA_OPTS has more flags for the JVM, for example -Xmx4g.
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$home/bin/java.sh"

# Made by bin/cds.sh. Java passes over one that is not of these jars, or of another Java, and starts as without any.
archive=${BALSA_ARCHIVE-$lib/node.jsa}
[ -r "$archive" ] || archive=

# G1, although it costs some speed on few cores: the newest entries stay in memory for a while and are then dropped, all
# the time. The other collectors stop the process to clean up behind that, for as long as an election takes.
# Out of memory, the process ends and comes back through its disk.
# The second line is for JDK 24 and newer, which otherwise warn about what Pekko does; 17 would not know it.
# The compile commands: what reads the configuration, makes lambdas and opens jars runs while a node starts and hardly
# afterwards. Without them the better compiler spends a third of a second of each start on it, for which a node on few
# cores waits.
exec "$java" \
    -XX:+UseG1GC -XX:MaxGCPauseMillis=50 -XX:+ExitOnOutOfMemoryError -Xshare:auto \
    -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow \
    -XX:CompileCommand=quiet \
    '-XX:CompileCommand=CompileThresholdScaling,com/typesafe/config/impl/*.*,5.0' \
    '-XX:CompileCommand=CompileThresholdScaling,java/lang/invoke/MethodType*.*,10.0' \
    '-XX:CompileCommand=CompileThresholdScaling,jdk/internal/org/objectweb/asm/*.*,10.0' \
    '-XX:CompileCommand=CompileThresholdScaling,sun/invoke/util/*.*,10.0' \
    '-XX:CompileCommand=CompileThresholdScaling,java/util/jar/*.*,10.0' \
    ${archive:+"-XX:SharedArchiveFile=$archive"} ${archive:+"-Xlog:cds*=off"} \
    -Dbalsa.home="$home" -Dlogback.configurationFile="$home/conf/logback.xml" \
    ${JAVA_OPTS:-} \
    -cp "$lib/*" io.balsa.launcher.Main "$@"
