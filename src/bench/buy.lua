-- Asks to buy, each time as the next of many buyers. The first argument is a file with a pass a
-- line, the second the sale, the third the SKU; with `once` as the fourth each buyer asks once.
local requests = {}
local at = -1 -- wrk's first call only looks whether the request is well-formed
local once = false
local over = "GET /api/sales/none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

function init(args)
  once = args[4] == "once"
  local body = '{"sku":"' .. args[3] .. '","quantity":1}'
  for pass in io.lines(args[1]) do
    requests[#requests + 1] = "POST /api/sales/" .. args[2] .. "/orders HTTP/1.1\r\n"
      .. "Host: 127.0.0.1\r\n"
      .. "Authorization: Bearer " .. pass .. "\r\n"
      .. "Content-Type: application/json\r\n"
      .. "Content-Length: " .. #body .. "\r\n\r\n"
      .. body
  end
end

function request()
  at = at + 1
  if at > #requests then
    if once then
      -- The last answers are still under way: something else is asked for meanwhile.
      if at > #requests + 500 then os.exit(0) end
      return over
    end
    at = 1
  end
  return requests[math.max(at, 1)]
end
