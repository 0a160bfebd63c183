-- The first half of a transfer: units leave here, and are written down before they arrive.
-- ARGV: epoch, transfer, SKU, units that are missing there, the shard there
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local here = free(ARGV[3])
local units = math.min(here, math.max(tonumber(ARGV[4]), math.floor(here / 2)))
if units > 0 then
  raiseSequence()
  call('HINCRBY', META, 'open', 1)
  call('HINCRBY', STOCK, ARGV[3], -units)
  call('HSET', TRANSFERS, ARGV[2],
    table.concat({ 'open', ARGV[3], units, ARGV[5], call('TIME')[1] }, ' '))
end
return answer(units)
