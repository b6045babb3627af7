"""What schemathesis cannot learn from the OpenAPI document."""

import schemathesis


@schemathesis.deserializer("application/octet-stream")
def any_bytes(context, response):
    """Read content as the text of its bytes: the document says that it is binary, and any bytes are."""
    return response.content.decode("latin-1")
