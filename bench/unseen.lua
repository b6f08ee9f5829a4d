-- Each request carries a token that no earlier one had; ends when there are no more.
function init()
  lines = io.lines("tokens")
  last = lines() -- spent before the measurement
end

function request()
  local token = lines and lines()
  if not token then
    lines = nil
    wrk.thread:stop()
  end
  last = token or last
  return wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. last })
end
