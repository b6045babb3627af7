#!/bin/bash
# At the very first start of PostgreSQL: a user for the inventory, who owns its database and nothing else. The superuser's
# password is known to nobody but the server.
psql --no-psqlrc --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 <<'SQL'
\set password `cat /run/secrets/inventory`
CREATE ROLE inventory LOGIN PASSWORD :'password';
CREATE DATABASE inventory OWNER inventory;
REVOKE CONNECT ON DATABASE inventory, postgres FROM PUBLIC;
SQL
