#!/bin/bash
# Starts PostgreSQL the way the official image does, as far as our tests and compose files rely on it:
#   POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE    what the first start makes
#   /docker-entrypoint-initdb.d/*.sh                                           what it runs then
#   arguments that begin with a dash go to the server; any other command is run in its place
# The first start runs a server that only this container reaches, to make the database; its log goes to standard output,
# the real server's to standard error. Clients that wait for "ready to accept connections" in both rely on that.
set -euo pipefail

if (($# == 0)) || [[ $1 == -* ]]; then set -- postgres "$@"; fi
if [[ $1 != postgres ]]; then exec "$@"; fi

# the server refuses to run as root
if ((EUID == 0)); then
    chown --recursive postgres:postgres "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

first_start() {
    local user=${POSTGRES_USER:-postgres} password=${POSTGRES_PASSWORD-}
    local database=${POSTGRES_DB:-$user}
    if [[ -n ${POSTGRES_PASSWORD_FILE-} ]]; then password=$(<"$POSTGRES_PASSWORD_FILE"); fi
    if [[ -z $password ]]; then
        echo 'Set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE: the database would be open to everyone.' >&2
        exit 1
    fi
    initdb --username="$user" --pwfile=<(echo "$password") --auth-local=trust --auth-host=scram-sha-256
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    pg_ctl start --wait --options="-c listen_addresses=''"
    if [[ $database != postgres ]]; then createdb --username="$user" "$database"; fi
    local script
    for script in /docker-entrypoint-initdb.d/*.sh; do
        if [[ -f $script ]]; then POSTGRES_USER=$user POSTGRES_DB=$database bash "$script"; fi
    done
    pg_ctl stop --wait --mode=fast
}
if [[ ! -s $PGDATA/PG_VERSION ]]; then first_start; fi
exec postgres -c listen_addresses='*' "${@:2}"
