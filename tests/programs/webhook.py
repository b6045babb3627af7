"""Says whether a call is signed, as a receiver asks: webhook.py SECRET BODY HEADERS, the last one as JSON."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

secret, body, headers = sys.argv[1:]
try:
    Webhook(secret).verify(body, json.loads(headers))
    print("signed")
except WebhookVerificationError as error:
    print(f"not signed: {error}")
