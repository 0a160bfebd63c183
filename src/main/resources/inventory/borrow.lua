-- The second half of a transfer: its units arrive, once.
-- ARGV: epoch, transfer, SKU, units, the shard they come from
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local record = table.concat({ 'in', ARGV[3], ARGV[4], ARGV[5], 0 }, ' ')
if call('HSETNX', TRANSFERS, ARGV[2], record) == 1 then
  raiseSequence()
  call('HINCRBY', STOCK, ARGV[3], ARGV[4])
end
return answer()
