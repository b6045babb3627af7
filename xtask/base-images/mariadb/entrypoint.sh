#!/bin/bash
# Starts MariaDB the way the official image does, as far as our tests and compose files rely on it:
#   MARIADB_ROOT_PASSWORD or MARIADB_ROOT_PASSWORD_FILE    what the first start needs
#   MARIADB_DATABASE, MARIADB_USER, MARIADB_PASSWORD or MARIADB_PASSWORD_FILE    what it makes besides
#   executable scripts /docker-entrypoint-initdb.d/*.sh    run once, when the first start has done the rest
#   arguments that begin with a dash go to the server; any other command is run in its place
# The first start runs a server that listens on no port, to set these up.
set -euo pipefail

data=/var/lib/mysql
if (($# == 0)) || [[ $1 == -* ]]; then set -- mariadbd "$@"; fi
if [[ $1 != mariadbd ]]; then exec "$@"; fi

# the server refuses to run as root
if ((EUID == 0)); then
    chown --recursive mysql:mysql "$data" /run/mysqld
    exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
fi

# a setting, or what is in the file that it names
setting() {
    local name=$1 file=$1_FILE
    if [[ -n ${!file-} ]]; then cat "${!file}"; else printf %s "${!name-}"; fi
}

# a text of SQL
quoted() {
    local text=${1//\\/\\\\}
    printf "'%s'" "${text//\'/\'\'}"
}

first_start() {
    local root database user password server
    root=$(setting MARIADB_ROOT_PASSWORD) database=${MARIADB_DATABASE-} user=${MARIADB_USER-}
    password=$(setting MARIADB_PASSWORD)
    if [[ -z $root ]]; then
        echo 'Set MARIADB_ROOT_PASSWORD or MARIADB_ROOT_PASSWORD_FILE: the database would be open to everyone.' >&2
        exit 1
    fi
    mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db > /dev/null
    mariadbd --skip-networking &
    server=$!
    # not mariadb-admin: some versions of Debian have it in a package with much else
    until mariadb --user=root --execute='SELECT 1' > /dev/null 2>&1; do
        kill -0 "$server"
        sleep 0.1
    done
    {
        echo "CREATE USER root@'%' IDENTIFIED BY $(quoted "$root");"
        echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
        if [[ -n $database ]]; then echo "CREATE DATABASE \`$database\`;"; fi
        if [[ -n $user ]]; then echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$password");"; fi
        if [[ -n $user && -n $database ]]; then echo "GRANT ALL ON \`$database\`.* TO $(quoted "$user")@'%';"; fi
        echo "ALTER USER root@localhost IDENTIFIED BY $(quoted "$root");"
    } | mariadb --user=root
    local script
    for script in /docker-entrypoint-initdb.d/*.sh; do
        if [[ -x $script ]]; then "$script"; fi
    done
    kill "$server"
    wait "$server"
}
if [[ ! -d $data/mysql ]]; then first_start; fi
exec "$@"
