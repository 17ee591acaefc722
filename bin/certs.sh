#!/bin/sh
# Makes an authority of your own, and certificates by it, with the JDK's keytool; security.md says what for.
usage() {
    cat <<'END'
usage: bin/certs.sh [--dir FOLDER] [--days N] authority
       bin/certs.sh [--dir FOLDER] [--days N] node ID [HOST ...]
       bin/certs.sh [--dir FOLDER] [--days N] client NAME [--role admin|write|read] [HOST ...]

authority  makes authority.p12 (keep it away from the nodes), authority.pem, trust.p12 and, if there is none, password
node       makes ID.p12, for the node of that name; HOST is what its peers dial
client     makes NAME.p12; HOST is where nodes reach it, with the role admin, which bin/client.sh needs
FOLDER is certs, N is 365 (3650 for an authority), HOST is 127.0.0.1 and localhost, unless you say otherwise.
Nothing is ever overwritten.
Exit codes: 0 made, 2 usage, 6 no authority in FOLDER, 7 it is there already, 70 keytool has failed.
END
}
fail() {
    printf '%s\nhint: %s\n' "$2" "$3" >&2
    exit "$1"
}
set -eu
umask 077
dir=certs days= role=admin
while :; do
    case ${1:-} in
        --help | -h) usage; exit 0 ;;
        --dir) dir=${2:?--dir needs a folder}; shift 2 ;;
        --days) days=${2:?--days needs a number}; shift 2 ;;
        *) break ;;
    esac
done
[ $# -ge 1 ] || { usage >&2; exit 2; }
verb=$1
shift
[ "$verb" != authority ] || : "${days:=3650}"
: "${days:=365}"
keytool=${JAVA_HOME:+$JAVA_HOME/bin/}keytool
command -v "$keytool" >/dev/null || fail 2 "there is no $keytool" "install a JDK, 17 or newer, or set JAVA_HOME to one"
case $days in 0* | *[!0-9]*) fail 2 "--days $days is no number" "write --days 365" ;; esac

new() {
    [ ! -e "$1" ] || fail 7 "$1 is there already" "delete it first if nobody needs it any longer, or use another --dir"
}
begin() {
    work=$(mktemp -d "$dir/.new.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' HUP INT TERM
}
run() {
    "$keytool" "$@" -storetype PKCS12 -storepass:file "$dir/password" >"$work/out" 2>&1 || {
        cat "$work/out" >&2
        fail 70 "keytool has failed" "what it said stands above"
    }
}
key() {
    run -genkeypair -keystore "$work/new.p12" -alias key -keyalg EC -groupname secp256r1 -validity "$days" "$@"
}
# A name goes into a certificate and a file's name. PKCS12 is what both Java and OpenSSL read.
named() {
    case $1 in
        '' | -* | .* | *[!A-Za-z0-9._-]*) fail 2 "'$1' is no name" "use letters, digits, dots, dashes, underscores" ;;
    esac
    [ -f "$dir/authority.p12" ] || fail 6 "there is no authority in $dir" "bin/certs.sh --dir $dir authority"
    new "$dir/$1.p12"
}
issue() {
    urn=$1 file=$dir/$2.p12 names=uri:$1
    shift 2
    [ $# -gt 0 ] || [ "$role" = read ] || [ "$role" = write ] || set -- 127.0.0.1 localhost
    for host; do
        case $host in
            *[!0-9A-Za-z.:-]* | '') fail 2 "'$host' is no host" "write names or addresses, such as db1.example 10.0.0.1" ;;
            *:* | [0-9]*.*[0-9]) names=$names,ip:$host ;;
            *) names=$names,dns:$host ;;
        esac
    done
    begin
    key -dname "CN=${urn##*:}"
    run -certreq -keystore "$work/new.p12" -alias key -file "$work/request"
    run -gencert -keystore "$dir/authority.p12" -alias key -infile "$work/request" -outfile "$work/reply" -rfc \
        -validity "$days" -ext san="$names" -ext ku:c=digitalSignature -ext eku=serverAuth,clientAuth
    cat "$dir/authority.pem" >>"$work/reply"
    run -importcert -noprompt -keystore "$work/new.p12" -alias key -file "$work/reply"
    mv "$work/new.p12" "$file"
    echo "made $file: $names, for $days days"
}

case $verb in
    authority)
        [ $# -eq 0 ] || fail 2 "authority takes no more words" "bin/certs.sh --help"
        for file in authority.p12 authority.pem trust.p12; do new "$dir/$file"; done
        mkdir -p "$dir"
        begin
        [ -s "$dir/password" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password"
        key -dname "CN=Balsa authority" -ext bc:c=ca:true,pathlen:0 -ext ku:c=keyCertSign,cRLSign
        run -exportcert -rfc -keystore "$work/new.p12" -alias key -file "$dir/authority.pem"
        run -importcert -noprompt -keystore "$dir/trust.p12" -alias authority -file "$dir/authority.pem"
        mv "$work/new.p12" "$dir/authority.p12"
        echo "made an authority in $dir, for $days days"
        ;;
    node)
        named "${1:-}"
        id=$1
        shift
        issue "urn:balsa:node:$id" "$id" "$@"
        ;;
    client)
        named "${1:-}"
        id=$1
        shift
        [ "${1:-}" != --role ] || { role=${2:?--role needs admin, write or read}; shift 2; }
        case $role in admin | write | read) ;; *) fail 2 "'$role' is no role" "admin, write or read" ;; esac
        issue "urn:balsa:$role:$id" "$id" "$@"
        ;;
    *) fail 2 "'$verb' is nothing that it makes" "bin/certs.sh --help" ;;
esac
