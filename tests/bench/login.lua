-- wrk's script for `cargo xtask bench polystatus`: each request logs in.
-- Arguments after `--`: the mail address, the password, and the pause of each client before it asks, in milliseconds.

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

local pause = 0

function init(args)
  wrk.body = string.format('{"email":"%s","password":"%s"}', args[1], args[2])
  pause = tonumber(args[3])
end

function delay()
  return pause
end

function request()
  return wrk.format()
end
