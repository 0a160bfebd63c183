-- Where an entry stands, and whether its gate lives: 1, 0, or ? where that can not be told yet. An
-- entry that waits at a dead gate ends here: what that gate knew last may never have been told.
-- ARGV: order ('' for the buyer's latest), buyer, who asks, how long an end is remembered in ms
local order = ARGV[1]
if order == '' then order = call('GET', SALE .. ':buyer:' .. ARGV[2]) end
local text = order and call('GET', SALE .. ':entry:' .. order)
if not text then return {} end
local state, gate = string.match(text, '^([%u_]+) ([^\n]*)')
local seen = life(gate)
if seen and NOW - seen <= LIFE_MS then return { order, text, '1' } end
if state ~= 'WAITING' then return { order, text, '0' } end
if not isDead(gate, ARGV[3]) then return { order, text, '?' } end
giveUp(gate)
return { order, notCounted(order, gate, text, ARGV[4]), '0' }
