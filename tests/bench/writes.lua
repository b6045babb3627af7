-- wrk's script for `cargo xtask bench inventory`: each request adds a server whose hostname no other request has.
-- Arguments after `--`: the API token, and a prefix that is new for each run.

local headers = { ["Content-Type"] = "application/json" }
local prefix
local sent = 0

-- wrk calls this once per thread; there is one thread, so one counter is enough.
function init(args)
  headers["Authorization"] = "Bearer " .. args[1]
  prefix = args[2]
end

function request()
  sent = sent + 1
  local body = string.format(
    '{"hostname":"%s-%d","ip":"10.%d.%d.%d","status":"up"}',
    prefix, sent, math.floor(sent / 65536) % 256, math.floor(sent / 256) % 256, sent % 256
  )
  return wrk.format("POST", "/api/v1/servers", headers, body)
end
