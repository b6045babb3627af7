#!/bin/bash
# Makes the passwords, tokens and keys of compose.yaml: the service `secrets` runs this before all others.
#   (no argument)   make what is not there yet, and give each service the files that are its own, and no more
#   show            print what a person needs: the first admin's password, and each service's token
#
# What is drawn is kept in the volume of this service alone, /secrets/vault. From there, the files of each service are
# written again at every start, so that a service which is new here gets its own. Nothing else is needed than what
# any image with a shell has.
set -euo pipefail
umask 077

readonly vault=/secrets/vault
# who reads: the numbers of the users that the images run as
readonly ours=65532 servers=999 watchers=65534 grafana=472

# The secret of this name, drawn when it is asked for for the first time: 192 random bits.
drawn() {
    local file=$vault/$1
    if [[ ! -s $file ]]; then
        head --bytes=24 /dev/urandom | od --address-radix=n --format=x1 | tr --delete ' \n' > "$file.new"
        mv "$file.new" "$file"
    fi
    cat "$file"
}

# give USER FOLDER/NAME: standard input becomes this file, which this user alone may read.
give() {
    local file=/secrets/$2
    cat > "$file.new"
    chmod 0400 "$file.new"
    chown "$1:$1" "$file.new"
    mv "$file.new" "$file"
}

# What keeps documents in Redis. Each has a user there, and below it a namespace of its own.
readonly documents=(users incidents communications csp flags frontend)
# What uses Redis for something else, with the same rights below its own name.
readonly sharers=(notifications)
# What has a database of its own at PostgreSQL, whose name is also its user's.
readonly databases=(inventory documents)
# What says or hears events. Each has a user at the broker, and queues whose names begin with its own.
readonly speakers=(users incidents communications csp flags inventory add-product read-product)
# What works on the one database of MariaDB, each with a user of its own there.
readonly shopkeepers=(add-product read-product)

redis() {
    local service password sum namespace
    # Off, so nobody comes in as it, and yet with every right: what Redis 7.0 reads out of its own log at a start, it runs
    # as this user. Without rights, each transaction there would be refused, and lost without another word.
    echo 'user default off ~* &* +@all'
    # a health check asks whether it answers, and may do nothing else
    echo 'user health on nopass +ping'
    for service in "${documents[@]}" "${sharers[@]}"; do
        password=$(drawn "$service-redis")
        sum=$(printf %s "$password" | sha256sum)
        namespace=$service
        if [[ $service == notifications ]]; then namespace=documents:$service; fi
        # `info` and `config get` tell a service whether its writes are safe here
        echo "user $service on #${sum%% *} ~$namespace:* &$namespace:* +@all -@dangerous +info +config|get"
    done
}

rabbitmq() {
    local service users='' permissions=''
    for service in "${speakers[@]}"; do
        local password queues="^(polyops\\\\.(events|dead)|$service.*)\$"
        password=$(drawn "$service-rabbitmq")
        users+="{\"name\": \"$service\", \"password\": \"$password\", \"tags\": \"\"},"
        permissions+="{\"user\": \"$service\", \"vhost\": \"polyops\","
        permissions+=" \"configure\": \"$queues\", \"write\": \"$queues\", \"read\": \"$queues\"},"
    done
    cat <<JSON
{
  "rabbit_version": "3.10.0",
  "vhosts": [{"name": "polyops"}],
  "users": [${users%,}],
  "permissions": [${permissions%,}]
}
JSON
}

# Each line: whose token, and which setting of which service it is. An own token opens all of a service, so no two are
# alike, and who must call another has that one besides.
readonly tokens='
    inventory inventory/API_TOKEN
    users users/API_TOKEN
    users incidents/USERS_TOKEN
    incidents incidents/API_TOKEN
    incidents csp/INCIDENTS_TOKEN
    alerts incidents/ALERTS_TOKEN
    communications communications/API_TOKEN
    csp csp/API_TOKEN
    flags flags/API_TOKEN
    frontend frontend/API_TOKEN
    documents documents/API_TOKEN
    documents backup/DOCUMENTS_TOKEN
    notifications notifications/API_TOKEN
    notifications documents/NOTIFICATIONS_TOKEN
    notifications backup/NOTIFICATIONS_TOKEN
    backup backup/API_TOKEN
    add-product add-product/API_TOKEN
    read-product read-product/API_TOKEN
    display-product display-product/API_TOKEN'

make() {
    local service file password
    redis | give $servers redis/users.acl
    rabbitmq | give $servers rabbitmq/definitions.json
    drawn postgres | give $servers postgres/superuser
    drawn mariadb | give $servers mariadb/root
    while read -r service file; do
        if [[ -n $service ]]; then drawn "$service-token" | give $ours "$file"; fi
    done <<< "$tokens"
    for service in "${documents[@]}"; do
        password=$(drawn "$service-redis")
        echo "redis://$service:$password@redis:6379/0" | give $ours "$service/STORE_URL"
    done
    for service in "${sharers[@]}"; do
        password=$(drawn "$service-redis")
        echo "redis://$service:$password@redis:6379/0" | give $ours "$service/REDIS_URL"
    done
    for service in "${databases[@]}"; do
        password=$(drawn "$service-postgres")
        echo "$password" | give $servers "postgres/$service"
        echo "postgres://$service:$password@postgres:5432/$service" | give $ours "$service/DATABASE_URL"
    done
    for service in "${shopkeepers[@]}"; do
        password=$(drawn "$service-mariadb")
        echo "$password" | give $servers "mariadb/$service"
        echo "mysql://$service:$password@mariadb:3306/products" | give $ours "$service/DATABASE_URL"
    done
    for service in "${speakers[@]}"; do
        password=$(drawn "$service-rabbitmq")
        echo "amqp://$service:$password@rabbitmq:5672/polyops" | give $ours "$service/EVENTS_URL"
    done
    drawn users-keys | give $ours users/KEY_SECRET
    drawn admin | give $ours users/ADMIN_PASSWORD
    drawn alerts-token | give $watchers alertmanager/ALERTS_TOKEN
    drawn grafana | give $grafana grafana/ADMIN_PASSWORD
}

# What make has written is to last, in volumes that are new.
keep() {
    # the proxy keeps its certificates there and is not root, to whom a new volume belongs
    find /secrets/caddy -maxdepth 1 -user root -exec chown "$ours:$ours" {} +
    sync
}

show() {
    local service file
    echo "admin $(drawn admin)"
    echo "grafana $(drawn grafana)"
    while read -r service file; do
        if [[ ${file#*/} == API_TOKEN ]]; then echo "$service $(drawn "$service-token")"; fi
    done <<< "$tokens"
}

# deploy/kubernetes/secrets.sh reads this file for what is made, and keeps it elsewhere
if [[ ${BASH_SOURCE[0]} != "$0" ]]; then return 0; fi

case ${1-make} in
    make) make && keep ;;
    show) show ;;
    *) echo 'what it can do: make, show' >&2 && exit 2 ;;
esac
