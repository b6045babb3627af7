#!/bin/bash
# Makes the passwords, tokens and keys of deploy/kubernetes, in the cluster that kubectl speaks to.
#   (no argument)     make what is not there yet, for an overlay with stores of its own
#   managed           the same without stores, and name the addresses that somebody has to set
#   set SERVICE KEY   take what standard input holds, such as the address of a managed store: set users STORE_URL
#   show              print what a person needs: the first admin's password, and each service's token
#   keys              print every Secret and key that the above make or ask for; needs no cluster
#
# What is drawn is kept in the Secret `secrets-vault`, which no pod mounts; each service has a Secret with what is its own.
# A key that is there stays as it is: a second run changes nothing, and adds what a new service needs. What is made, and
# for whom, stands in deploy/compose/secrets.sh.
set -euo pipefail
umask 077

here=$(dirname "${BASH_SOURCE[0]}")
readonly here
# not `namespace`: what is read below has a variable of that name
readonly cluster=(kubectl --namespace polyops)
# shellcheck source=deploy/compose/secrets.sh
source "$here/../compose/secrets.sh"

# What names a store, and what a store reads itself: an overlay without stores has neither from here.
readonly addresses='^[a-z-]+/(STORE|REDIS|DATABASE|EVENTS)_URL$' stores='^(redis|rabbitmq|postgres|mariadb)/'
# What nobody can draw, and overlays/production needs.
readonly asked='communications/SMTP_URL'
# Who watches in compose.yaml. In a cluster its operators do, and read ALERTS_TOKEN in `secrets-incidents`.
readonly watching='^(alertmanager|grafana)/'
managed=false

# In here a folder for each Secret, with a file for each key.
there=$(mktemp --directory)
trap 'rm -rf "$there"' EXIT
mkdir "$there/vault"

# The secret of this name, drawn when it is asked for for the first time: 192 random bits. The next two take the place of
# those that keep them in volumes.
drawn() {
    local file=$there/vault/$1
    if [[ ! -s $file ]]; then
        head --bytes=24 /dev/urandom | od --address-radix=n --format=x1 | tr --delete ' \n' > "$file"
    fi
    cat "$file"
}

# give USER SECRET/KEY: standard input becomes this key, unless there is one. What stores read is written anew, out of the
# vault alone: a new service is a new user there.
give() {
    local file=$there/$2 value
    value=$(cat)
    if [[ $2 =~ $watching ]]; then return; fi
    if $managed && [[ $2 =~ $addresses || $2 =~ $stores ]]; then return; fi
    mkdir -p "${file%/*}"
    if [[ ! -s $file || $2 =~ $stores ]]; then printf '%s\n' "$value" > "$file"; fi
}

# Every SECRET/KEY, as it would be made from nothing, into the array `plan`. It leaves nothing behind: call it first.
draw_up() {
    make
    mapfile -t plan < <(find "$there" -mindepth 2 -type f -not -path '*/vault/*' -printf '%P\n' | LC_ALL=C sort)
    plan+=("$asked")
    rm -rf "${there:?}"/*
    mkdir "$there/vault"
}

# fetch SECRET: the keys that it has in the cluster; none, when it is not there.
fetch() {
    local key value
    mkdir -p "$there/$1"
    # shellcheck disable=SC2016
    "${cluster[@]}" get secret "secrets-$1" --ignore-not-found \
        --output 'go-template={{range $key, $value := .data}}{{$key}} {{$value}}{{"\n"}}{{end}}' > "$there/fetched"
    while read -r key value; do
        if [[ -n $key ]]; then base64 --decode <<< "$value" > "$there/$1/$key"; fi
    done < "$there/fetched"
}

# store SECRET: it becomes what its folder holds. On the server's side, else all of it would stand in an annotation too.
store() {
    "${cluster[@]}" create secret generic "secrets-$1" --from-file "$there/$1" \
        --dry-run=client --output yaml |
        "${cluster[@]}" apply --server-side --force-conflicts --field-manager polyops-secrets --filename -
}

bring() {
    local key missing=0
    draw_up
    "${cluster[@]}" apply --server-side --filename "$here/base/namespace.yaml"
    fetch vault
    managed=$1
    for key in "${plan[@]}"; do
        if [[ ! -d $there/${key%/*} && ! $key =~ $stores ]]; then fetch "${key%/*}"; fi
    done
    make
    # before all others: whatever is cut off after this is made the same the next time
    store vault
    for key in "$there"/*/; do
        key=$(basename "$key")
        if [[ $key != vault ]]; then store "$key"; fi
    done
    if ! $managed; then return; fi
    for key in "${plan[@]}"; do
        if [[ ! $key =~ $stores && ! -s $there/$key ]]; then
            echo "missing: $0 set ${key/\// } < FILE" >&2
            missing=1
        fi
    done
    return $missing
}

put() {
    draw_up
    if [[ " ${plan[*]} " != *" $1/$2 "* ]]; then
        echo "there is no such key: $0 keys names all" >&2 && exit 2
    fi
    "${cluster[@]}" apply --server-side --filename "$here/base/namespace.yaml"
    fetch "$1"
    cat > "$there/$1/$2"
    if [[ ! -s $there/$1/$2 ]]; then echo 'standard input is empty' >&2 && exit 2; fi
    store "$1"
}

case ${1-make} in
    make) bring false ;;
    managed) bring true ;;
    set) put "${2?which Secret}" "${3?which key}" ;;
    show)
        fetch vault
        if [[ ! -s $there/vault/admin ]]; then echo 'nothing has been made yet' >&2 && exit 1; fi
        show
        ;;
    keys)
        draw_up
        for key in "${plan[@]}"; do echo "secrets-${key/\// }"; done
        ;;
    *) echo 'what it can do: make, managed, set, show, keys' >&2 && exit 2 ;;
esac
