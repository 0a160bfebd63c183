-- Where an entry stands, and whether its gate lives. ARGV: order ('' for the buyer's latest), buyer
local order = ARGV[1]
if order == '' then order = call('GET', SALE .. ':buyer:' .. ARGV[2]) end
local text = order and call('GET', SALE .. ':entry:' .. order)
if not text then return {} end
local gate = string.match(text, '^[%u_]+ ([^\n]*)')
local seen = life(gate)
return { order, text, seen and NOW - seen <= LIFE_MS and '1' or '0' }
