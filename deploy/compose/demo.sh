#!/bin/sh
# Tells the system something to look at, through its own routes: `docker compose --profile demo run --rm demo`.
# Once is enough; a second time adds a second incident. `wget` of any kind will do.
set -eu

# call TOKEN ADDRESS BODY: a POST, and its answer
call() {
    wget --quiet --output-document=- --header="Authorization: Bearer $(cat "/run/tokens/$1/API_TOKEN")" \
        --header='Content-Type: application/json' --post-data="$3" "http://$2" || {
        # what is there already is answered with 409
        echo "not told: $3" >&2
    }
}
incidents=polystatus-incidents:8081/api/v1
communications=polystatus-communications:8082/api/v1

position=0
for service in Website:Shop Checkout:Shop Search:Shop Mail:Office Files:Office; do
    position=$((position + 10))
    body="{\"name\": \"${service%:*}\", \"group\": \"${service#*:}\", \"position\": $position}"
    call incidents "$incidents/services" "$body" > /dev/null
done

opened=$(call incidents "$incidents/incidents" '{
    "title": "Checkout answers with errors", "sev": 2, "services": ["Checkout"], "servers": [2],
    "summary": "One payment in three fails since the database server went down."}')
id=$(echo "$opened" | sed -n 's/.*"id":"\(INC-[^"]*\)".*/\1/p')
if [ -z "$id" ]; then
    echo 'the incident was not opened' >&2
    exit 1
fi
call incidents "$incidents/incidents/$id/timeline" \
    '{"type": "note", "message": "db-prod-01 does not answer; the replica takes over"}' > /dev/null
call communications "$communications/public/announce" \
    "{\"incident_id\": \"$id\", \"state\": \"identified\", \"message\": \"Some payments fail. We know why, and repair it.\"}" \
    > /dev/null

tomorrow=$(($(date +%s) / 3600 * 3600 + 86400))
call communications "$communications/maintenances" \
    "{\"title\": \"New disks for the file server\", \"from\": $tomorrow, \"until\": $((tomorrow + 7200)), \"services\": [\"Files\"]}" \
    > /dev/null
call flags polystatus-flags:8070/admin/flags '{"id": "new-checkout", "on": true}' > /dev/null
while IFS='|' read -r name description price; do
    body="{\"name\": \"$name\", \"description\": \"$description\", \"price\": \"$price\"}"
    call add-product add-product:7100/api/v1/products "$body" > /dev/null
done <<'PRODUCTS'
Teapot|Holds a litre, and does not drip.|24.90
Cup|White porcelain, 250 ml.|6.50
Kettle|Boils a litre in three minutes.|39.00
PRODUCTS
echo 'told: five services, an incident, planned work, a flag and three products'
