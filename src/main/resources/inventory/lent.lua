-- The units of a transfer have arrived. ARGV: epoch, transfer
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local known = call('HGET', TRANSFERS, ARGV[2])
if known and string.sub(known, 1, 5) == 'open ' then
  raiseSequence()
  call('HINCRBY', META, 'open', -1)
  call('HSET', TRANSFERS, ARGV[2], 'out ' .. string.sub(known, 6))
end
return answer()
