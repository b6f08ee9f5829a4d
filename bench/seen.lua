-- The same token in every request.
local file = assert(io.open("first"))
wrk.headers["Authorization"] = "Bearer " .. file:read("l")
file:close()
