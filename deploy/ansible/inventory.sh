#!/bin/sh
# The servers of the inventory API, as an inventory for Ansible:
#   INVENTORY_URL=http://localhost:5000 ansible-inventory -i inventory.sh --graph
# Ansible asks once, with --list: `_meta` in the answer tells all of every host.
exec curl --fail --silent --show-error --max-time 10 "${INVENTORY_URL:-http://localhost:5000}/api/v1/servers/ansible"
