-- wrk's script for `cargo xtask bench polystatus`: each request logs in.
-- Arguments after `--`: the mail address and the password.

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

function init(args)
  wrk.body = string.format('{"email":"%s","password":"%s"}', args[1], args[2])
end

function request()
  return wrk.format()
end
