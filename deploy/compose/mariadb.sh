#!/bin/bash
# At the very first start of MariaDB: the database of the products, and a user for each of the two services that work on
# it. Both may make its tables, since whichever starts first does; neither may touch anything else. The password of root
# is known to nobody but the server.
set -eu

# a health check asks whether it answers, from inside, and may do nothing else
sql="CREATE USER 'health'@'127.0.0.1';"
sql+='CREATE DATABASE products CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;'
for service in add-product read-product; do
    # hexadecimal digits, drawn by secrets.sh: there is nothing in them to be quoted
    password=$(cat "/run/secrets/$service")
    sql+="CREATE USER '$service'@'%' IDENTIFIED BY '$password';"
    sql+="GRANT ALL PRIVILEGES ON products.* TO '$service'@'%';"
done
MYSQL_PWD=$(cat /run/secrets/root) mariadb --user=root <<< "$sql"
