#!/bin/bash
# At the very first start of PostgreSQL: for each service with a database a user, who owns it and nothing else. The
# superuser's password is known to nobody but the server.
set -eu

for service in inventory documents; do
    # psql reads the password by a shell of its own
    export service
    psql --no-psqlrc --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 --set service="$service" <<'SQL'
\set password `cat "/run/secrets/$service"`
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE CONNECT ON DATABASE :"service" FROM PUBLIC;
SQL
done
psql --no-psqlrc --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
    --command 'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC'
