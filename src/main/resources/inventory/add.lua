-- Puts units on sale. ARGV: epoch, move, SKU, units
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
if call('HSETNX', MOVES, ARGV[2], ARGV[4]) == 1 then
  raiseSequence()
  call('HINCRBY', STOCK, ARGV[3], ARGV[4])
end
return answer()
