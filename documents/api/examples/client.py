#!/usr/bin/env python3
"""A client of the documents API in Python's standard library alone.

    client.py http://127.0.0.1:7000 zoe upload contract.pdf
    client.py http://127.0.0.1:7000 zoe list
    client.py http://127.0.0.1:7000 zoe download 1 copy.pdf
    client.py http://127.0.0.1:7000 zoe changes 0

The password is asked for, or taken from DOCUMENTS_PASSWORD. Files are streamed: none is in memory as a whole.
"""

import getpass
import hashlib
import http.client
import json
import os
import secrets
import sys
import urllib.parse

PIECE = 256 * 1024


class Refused(Exception):
    """The service said no, in a sentence."""


class Documents:
    """Somebody who is logged in."""

    def __init__(self, url, login, password):
        self.host = urllib.parse.urlsplit(url).netloc
        self.headers = {}
        answer = self.json("POST", "/api/v1/login", {"login": login, "password": password})
        self.headers = {"Authorization": f"Bearer {answer['token']}"}

    def request(self, method, path, body=None, headers=None):
        """One request on a connection of its own; the answer is read by the caller."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request(method, path, body, {**self.headers, **(headers or {})})
        answer = connection.getresponse()
        if answer.status >= 400:
            raise Refused(f"{answer.status}: {json.load(answer)['error']}")
        return answer

    def json(self, method, path, value=None):
        body = None if value is None else json.dumps(value)
        answer = self.request(method, path, body, {"Content-Type": "application/json"})
        text = answer.read()
        return json.loads(text) if text else None

    def upload(self, path):
        """Send a file, with its checksum behind it: the service refuses it if it has changed on the way."""
        boundary = secrets.token_hex(16)
        name = os.path.basename(path).replace("\\", "_").replace('"', "_")
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        ).encode()
        between = f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="sha256"\r\n\r\n'.encode()
        end = f"\r\n--{boundary}--\r\n".encode()
        length = len(head) + os.path.getsize(path) + len(between) + 64 + len(end)

        def form():
            checksum = hashlib.sha256()
            yield head
            with open(path, "rb") as file:
                while piece := file.read(PIECE):
                    checksum.update(piece)
                    yield piece
            yield between
            yield checksum.hexdigest().encode()
            yield end

        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(length),
        }
        return json.load(self.request("POST", "/api/v1/files", form(), headers))

    def download(self, file, path):
        """Save a file's content, and check it against the checksum that the service knows."""
        answer = self.request("GET", f"/api/v1/files/{file}/content")
        expected = answer.getheader("ETag").strip('"')
        checksum = hashlib.sha256()
        with open(path, "wb") as target:
            while piece := answer.read(PIECE):
                checksum.update(piece)
                target.write(piece)
        if checksum.hexdigest() != expected:
            raise Refused("the content has changed on the way")

    def changes(self, after):
        """What happened behind this change, in order, until there is no more."""
        while page := self.json("GET", f"/api/v1/changes?limit=500&after={after}"):
            yield from page
            after = page[-1]["seq"]


def main(url, login, command, *arguments):
    password = os.environ.get("DOCUMENTS_PASSWORD") or getpass.getpass()
    documents = Documents(url, login, password)
    if command == "upload":
        print(json.dumps(documents.upload(*arguments)))
    elif command == "list":
        for file in documents.json("GET", "/api/v1/files?limit=500"):
            print(file["id"], file["version"], file["size"], file["name"])
    elif command == "download":
        documents.download(*arguments)
    elif command == "changes":
        for change in documents.changes(int(arguments[0])):
            print(json.dumps(change))
    else:
        raise Refused(f"there is no command `{command}`: upload, list, download, changes")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (Refused, OSError) as error:
        sys.exit(f"client.py: {error}")
