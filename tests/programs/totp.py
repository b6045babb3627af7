"""Prints what the app on a telephone shows: totp.py SECRET STEPS, so many times thirty seconds from now (RFC 6238)."""

import base64
import hashlib
import hmac
import struct
import sys
import time

secret, steps = sys.argv[1], int(sys.argv[2])
key = base64.b32decode(secret + "=" * (-len(secret) % 8))
digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
place = digest[-1] & 15
print(f"{(struct.unpack('>I', digest[place:place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}")
