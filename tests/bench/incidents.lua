-- wrk's script for `cargo xtask bench polystatus`: each request opens an incident.
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
    '{"title":"Checkout answers slowly, %s-%d","sev":%d,"summary":"Half of the orders take longer than ten seconds."}',
    prefix, sent, sent % 4 + 1
  )
  return wrk.format("POST", "/api/v1/incidents", headers, body)
end
