-- Takes free units out of the sale; again with the same move it tells the same number.
-- ARGV: epoch, move, SKU, units at most
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local taken = call('HGET', MOVES, ARGV[2])
if not taken then
  taken = math.min(free(ARGV[3]), tonumber(ARGV[4]))
  raiseSequence()
  call('HSET', MOVES, ARGV[2], taken)
  if taken > 0 then call('HINCRBY', STOCK, ARGV[3], -taken) end
end
return answer(tonumber(taken))
