# Read by the scripts beside it, which set home to the folder above this one. Finds Java, and in a source tree builds the
# distribution when there is none or the sources are newer. Sets java and lib, the folder of jars; or ends with a reason.

fail() {
    echo "$1" >&2
    echo "hint: $2" >&2
    exit 2
}

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command -v "$java" >/dev/null || fail "there is no $java" "install a JDK, 17 or newer, or set JAVA_HOME to one"
# Its release file says which version it is, in a hundredth of the time that Java itself would take to.
release=$(dirname "$(dirname "$(readlink -f "$(command -v "$java")")")")/release
version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release" 2>/dev/null) || version=
[ -n "$version" ] || version=$("$java" -version 2>&1 | sed -n 's/^.* version "\([0-9]*\).*/\1/p')
[ "${version:-0}" -ge 17 ] || fail "$java is version ${version:-unknown}" "set JAVA_HOME to a JDK, 17 or newer"

# Whether the tree's distribution is there and no source is newer. Its archive is what a build makes last; the jars in it
# have one date for ever, so that the same sources give the same archive.
built() {
    for archive in "$home"/target/balsa-*.tar.gz; do
        lib=${archive%.tar.gz}/lib
        [ -f "$archive" ] && [ -d "$lib" ] || return 1
        [ -z "$(find "$home/pom.xml" "$home/src/main" -newer "$archive" | head -n 1)" ] || return 1
    done
}

# Scripts that start at the same time must not build at the same time: the link names the process that does.
build() {
    command -v mvn >/dev/null || fail "there is no mvn to build with" "install Maven, or use a release"
    mkdir -p "$home/target"
    lock=$home/target/building
    until ln -s $$ "$lock" 2>/dev/null; do
        builder=$(readlink "$lock") || continue
        kill -0 "$builder" 2>/dev/null || rm -f "$lock"
        sleep 1
    done
    trap 'rm -f "$lock"' EXIT
    trap 'exit 2' HUP INT TERM
    if ! built; then
        echo "building $home (once)" >&2
        mvn -q -f "$home/pom.xml" -DskipTests -Dspotless.check.skip -Dcheckstyle.skip package >&2 ||
            fail "the build has failed" "run it by itself: mvn -DskipTests package"
    fi
    rm -f "$lock"
    trap - EXIT HUP INT TERM
    built || fail "the build has left no distribution under $home/target" "mvn clean package"
}

lib=$home/lib
[ -d "$lib" ] || built || build
