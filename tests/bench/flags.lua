-- wrk's script for `cargo xtask bench flags`: each request evaluates flags for another person.
-- Arguments after `--`: the path, and a prefix that is new for each run.

local headers = { ["Content-Type"] = "application/json" }
local path
local sent = 0

-- wrk calls this once per thread; there is one thread, so one counter is enough.
function init(args)
  path = args[1]
end

function request()
  sent = sent + 1
  local body = string.format(
    '{"context":{"targetingKey":"user-%d","role":"%s","version":"2.%d.0","country":"fr"}}',
    sent % 10000, sent % 3 == 0 and "beta" or "viewer", sent % 9
  )
  return wrk.format("POST", path, headers, body)
end
