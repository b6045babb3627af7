"""What the mail server of the tests does with mails: it writes each down as a line of JSON, and refuses some.

The address says which: refused@… never takes any, later@… not the first two times, grudging@… none that it has not
seen before, by its Message-ID. What is acknowledged is in the file.
"""

import email
import email.policy
import json


class Mailbox:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8")
        self.tries = {}
        self.seen = set()

    @classmethod
    def from_cli(cls, parser, path):
        return cls(path)

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local == "refused":
            return "550 5.1.1 no such mailbox"
        if local == "later":
            self.tries[address] = self.tries.get(address, 0) + 1
            if self.tries[address] <= 2:
                return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if envelope.rcpt_tos[0].startswith("grudging@") and mail["message-id"] not in self.seen:
            self.seen.add(mail["message-id"])
            return "451 4.3.0 try again later"
        line = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "text": mail.get_content(),
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "login": bool(session.authenticated),
        }
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()
        return "250 2.0.0 kept"
