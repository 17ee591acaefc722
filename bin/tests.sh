# Read by the scripts beside it that run what is among the tests of this tree; home is the folder above this one.
# Compiles what is newer than its classes. Sets java, and classes, the class path; or ends with a reason.

if [ ! -f "$home/pom.xml" ]; then
    echo "$(basename "$0") is part of the sources, not of the distribution" >&2
    echo "hint: run bin/$(basename "$0") in a clone of the project" >&2
    exit 2
fi

java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# The class path is written last; if a source is newer, it is all made anew.
paths=$home/target/test.classpath
if [ ! -f "$paths" ] || [ -n "$(find "$home/pom.xml" "$home/src" -newer "$paths" | head -n 1)" ]; then
    echo "compiling $home" >&2
    mvn -q -f "$home/pom.xml" -Dspotless.check.skip -Dcheckstyle.skip test-compile \
        dependency:build-classpath -Dmdep.outputFile="$paths.tmp" -Dmdep.includeScope=test >&2
    mv "$paths.tmp" "$paths"
fi
classes=$home/target/test-classes:$home/target/classes:$(cat "$paths")
