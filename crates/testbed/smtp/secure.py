"""A mail server that is spoken to within TLS and wants a login: what the command line of aiosmtpd cannot be told.

secure.py PORT start|wrapped CERTIFICATE KEY USER PASSWORD MAILS
"""

import asyncio
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

from mailbox import Mailbox

port, way, certificate, key, user, password, mails = sys.argv[1:]
wrapped = way == "wrapped"
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
mailbox = Mailbox(mails)


def authenticate(server, session, envelope, mechanism, login):
    known = (login.login.decode(), login.password.decode()) == (user, password)
    return AuthResult(success=known, handled=False)


def session():
    return SMTP(
        mailbox,
        authenticator=authenticate,
        auth_required=True,
        # it takes for TLS what begins after the first words, and knows of none around it
        auth_require_tls=not wrapped,
        tls_context=None if wrapped else context,
        require_starttls=not wrapped,
    )


async def serve():
    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", int(port), ssl=context if wrapped else None
    )
    await server.serve_forever()


asyncio.run(serve())
