"""What schemathesis cannot learn from the OpenAPI document: which texts are files of servers, and which are cursors."""

import csv
import io
import json

import schemathesis
from hypothesis import strategies as st

# as the document describes a server's fields; the names differ, since a file must not have one twice
SERVERS = st.lists(
    st.fixed_dictionaries(
        {
            "hostname": st.from_regex(r"[a-z][a-z0-9-]{0,20}[a-z0-9]([.][a-z][a-z0-9]{0,10})?", fullmatch=True),
            "ip": st.ip_addresses().filter(lambda address: getattr(address, "scope_id", None) is None).map(str),
            "status": st.sampled_from(["up", "down", "maintenance"]),
            "description": st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=50),
        }
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda server: server["hostname"],
)


def table(servers):
    """The servers as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, servers[0])
    writer.writeheader()
    writer.writerows(servers)
    return text.getvalue().encode()


def json_lines(servers):
    """The servers as JSON, one on each line."""
    return "".join(json.dumps(server) + "\n" for server in servers).encode()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Make files that can be imported, the document's own examples among them."""
    content = raw_schema["paths"]["/api/v1/servers/import"]["post"]["requestBody"]["content"]
    for media_type, write in {"text/csv": table, "application/x-ndjson": json_lines}.items():
        # schemathesis sends bytes for what it cannot write itself, and would stop at an example that is a text
        example = content[media_type].pop("example").encode()
        schemathesis.openapi.media_type(media_type, st.just(example) | SERVERS.map(write))


@schemathesis.hook
def before_call(context, case, kwargs):
    """Leave the cursor out of requests that shall be accepted.

    Only a Link header gives one, and no pattern can say which other texts are none: each of them is 400. The requests
    that shall be refused keep theirs.
    """
    if case.meta and case.meta.generation.mode.is_positive and case.query:
        case.query.pop("cursor", None)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Do not miss a server's history when the server was taken out: it stays, that is what it is for."""
    return not (type(failure).__name__ == "UseAfterFree" and case.path == "/api/v1/servers/{id}/history")
