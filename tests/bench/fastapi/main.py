"""The same three routes in FastAPI, measured by `cargo xtask bench inventory`.

The handlers are `async`: no thread pool stands between the event loop and an answer that is already in memory.
"""

from fastapi import FastAPI
from fastapi.responses import JSONResponse

app = FastAPI()

SERVERS = [
    {"id": 1, "hostname": "web-prod-01", "ip": "10.0.0.1", "status": "up"},
    {"id": 2, "hostname": "db-prod-01", "ip": "10.0.0.2", "status": "down"},
]


@app.get("/api/v1/health")
async def health():
    return {"status": "OK", "version": "1.0"}


@app.get("/api/v1/servers")
async def list_servers():
    return {"servers": SERVERS, "count": len(SERVERS)}


@app.get("/api/v1/servers/{server_id}")
async def get_server(server_id: int):
    for server in SERVERS:
        if server["id"] == server_id:
            return server
    return JSONResponse({"error": "Server not found"}, status_code=404)
