"""What schemathesis cannot learn from the OpenAPI document."""

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """Leave the cursor out of requests that shall be accepted.

    Only a Link header gives one, and no pattern can say which other texts are none: each of them is 400. The requests
    that shall be refused keep theirs.
    """
    if case.meta and case.meta.generation.mode.is_positive and case.query:
        case.query.pop("cursor", None)
