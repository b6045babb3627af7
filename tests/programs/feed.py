"""Prints what a feed reader makes of a feed, as JSON: feed.py FILE CONTENT-TYPE. `bozo`: something is not as it should be."""

import json
import sys

import feedparser

with open(sys.argv[1], "rb") as file:
    feed = feedparser.parse(file.read(), response_headers={"content-type": sys.argv[2]})
entries = [{"title": entry.title, "link": entry.link, "html": entry.content[0].value} for entry in feed.entries]
print(json.dumps({"bozo": bool(feed.bozo), "version": feed.version, "entries": entries}))
