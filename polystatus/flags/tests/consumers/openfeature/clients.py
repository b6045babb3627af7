"""The OpenFeature SDK of Python, with its provider for OFREP, against a running service: the first argument is its address.

Each line of the table is an evaluation and what a program must see of it. The flags are those of `flags.json`.
"""

import sys

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

BETA = EvaluationContext("nadia", {"role": "beta", "version": "2.1.0"})
NOBODY = EvaluationContext()

# kind, key, default, context, value, reason, error
TABLE = [
    ("boolean", "static", False, NOBODY, True, "STATIC", None),
    ("boolean", "static", False, BETA, True, "STATIC", None),
    ("string", "text", "x", BETA, "for testers", "TARGETING_MATCH", None),
    ("string", "text", "x", NOBODY, "for all", "DEFAULT", None),
    ("integer", "whole", 7, BETA, 10, "STATIC", None),
    ("float", "fraction", 7.5, BETA, 1.0, "STATIC", None),
    ("object", "object", {}, BETA, {"rows": 3, "title": "Shop"}, "STATIC", None),
    ("boolean", "version", False, BETA, True, "TARGETING_MATCH", None),
    # off, with a variation for that: the default in the code does not come back
    ("boolean", "killed", True, BETA, False, "DISABLED", None),
    # off, and left to the code: this client takes the absence of a variation for an error, and the value is right
    ("boolean", "disabled", True, BETA, True, "ERROR", "GENERAL"),
    ("boolean", "missing", True, BETA, True, "ERROR", "FLAG_NOT_FOUND"),
    ("boolean", "broken", True, BETA, True, "ERROR", "PARSE_ERROR"),
    ("boolean", "text", True, BETA, True, "ERROR", "TYPE_MISMATCH"),
]

api.set_provider(OFREPProvider(sys.argv[1]))
client = api.get_client()
for kind, key, default, context, value, reason, error in TABLE:
    details = getattr(client, f"get_{kind}_details")(key, default, context)
    seen = (details.value, str(details.reason), details.error_code and details.error_code.value)
    assert seen == (value, reason, error), f"{key}: {seen}, not {(value, reason, error)}: {details.error_message}"
    assert type(details.value) is type(value), f"{key}: {type(details.value)}"
assert client.get_boolean_details("static", False, BETA).flag_metadata == {"team": "shop"}
print(len(TABLE) + 1)
