-- What the shard holds in sums. ARGV: epoch
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
return answer(call('HMGET', META, 'opensAt', 'closesAt', 'state', 'revision'),
  call('HGETALL', HELD_UNITS))
