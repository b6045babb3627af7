#!/bin/bash
# Starts Redis the way the official image does, as far as our tests and compose files rely on it: arguments that begin
# with a dash, or that name a configuration, go to the server; any other command is run in its place.
set -euo pipefail

if (($# == 0)) || [[ $1 == -* || $1 == *.conf ]]; then set -- redis-server "$@"; fi
if [[ $1 != redis-server ]]; then exec "$@"; fi

if ((EUID == 0)); then
    chown --recursive redis:redis .
    exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi
# from outside of its container nobody comes from 127.0.0.1, which is all that the protected mode lets in; what comes
# later on a command line wins
set -- "${@:2}"
if [[ ${1-} == *.conf ]]; then exec redis-server "$1" --protected-mode no "${@:2}"; fi
exec redis-server --protected-mode no "$@"
