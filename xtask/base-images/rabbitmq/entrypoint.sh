#!/bin/bash
# Starts RabbitMQ the way the official image does, as far as our tests and compose files rely on it:
#   RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS, RABBITMQ_DEFAULT_VHOST    what the first start makes
# Any command but `rabbitmq-server` is run in its place.
set -euo pipefail

if [[ ${1-} != rabbitmq-server ]]; then exec "$@"; fi
if ((EUID == 0)); then
    chown --recursive rabbitmq:rabbitmq /var/lib/rabbitmq
    exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "$0" "$@"
fi

defaults=$(for name in user pass vhost; do
    variable=RABBITMQ_DEFAULT_${name^^}
    if [[ -n ${!variable-} ]]; then echo "default_$name = ${!variable}"; fi
done)
# not at all when there are none: the container may be read-only
if [[ -n $defaults ]]; then echo "$defaults" > /etc/rabbitmq/conf.d/20-environment.conf; fi
exec "$@"
