"""The inventory API as the course asks for it: Flask, three routes, two servers in a list.

Measured by `cargo xtask bench inventory` as the reference that our service is compared with.
"""

from flask import Flask, jsonify

app = Flask(__name__)

SERVERS = [
    {"id": 1, "hostname": "web-prod-01", "ip": "10.0.0.1", "status": "up"},
    {"id": 2, "hostname": "db-prod-01", "ip": "10.0.0.2", "status": "down"},
]


@app.get("/api/v1/health")
def health():
    return jsonify(status="OK", version="1.0")


@app.get("/api/v1/servers")
def list_servers():
    return jsonify(servers=SERVERS, count=len(SERVERS))


@app.get("/api/v1/servers/<int:server_id>")
def get_server(server_id):
    for server in SERVERS:
        if server["id"] == server_id:
            return jsonify(server)
    return jsonify(error="Server not found"), 404


if __name__ == "__main__":
    app.run(port=5000)
