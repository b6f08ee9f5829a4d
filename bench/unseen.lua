-- Each request carries a token that no earlier one had; ends when there are no more.
function init()
  lines = io.lines("tokens")
  lines() -- the first line was spent before the measurement
end

function request()
  local token = lines()
  if not token then
    wrk.thread:stop()
    token = last
  end
  last = token
  return wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. token })
end
