#!/usr/bin/env python3
"""Prints every notification, one line of JSON each, until it is stopped.

    pip install python-socketio requests websocket-client
    NOTIFICATIONS_TOKEN=docs_… python3 listen.py http://localhost:7001
    NOTIFICATIONS_TOKEN=docs_… python3 listen.py http://localhost:7001 Admin_connect websocket

The token is the one that a login at the documents API gives; with Admin_connect, an admin's.
"""

import json
import os
import random
import sys

import socketio

EVENTS = ["Notify_File_create", "Notify_File_update", "Notify_File_delete", "error"]


def show(name, payload):
    # at once, also when somebody reads it through a pipe
    print(json.dumps([name, payload]), flush=True)


def main():
    token = os.environ.get("NOTIFICATIONS_TOKEN")
    if len(sys.argv) < 2 or not token:
        sys.exit("usage: NOTIFICATIONS_TOKEN=… listen.py URL [User_connect|Admin_connect] [polling|websocket]")
    url = sys.argv[1]
    event = sys.argv[2] if len(sys.argv) > 2 else "User_connect"
    transports = sys.argv[3:] or ["polling", "websocket"]
    client = socketio.Client()

    # on every connection, the first and each one after a loss: who has connected anew has shown nothing yet
    @client.event
    def connect():
        client.emit(event, {"token": token}, callback=answered)

    def answered(answer):
        show("answer", answer)
        if "retry_after" in answer:
            client.start_background_task(again, answer["retry_after"])

    def again(seconds):
        # it could not be said; not all at the same moment again
        client.sleep(seconds * (1 + random.random()))
        if client.connected:
            connect()

    for name in EVENTS:
        client.on(name, lambda payload, name=name: show(name, payload))
    client.connect(url, transports=transports, retry=True)
    client.wait()


main()
