-- All that the shard holds. ARGV: epoch
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
return answer(call('HMGET', META, 'opensAt', 'closesAt', 'state', 'revision'), call('HGETALL', HELD),
  call('HKEYS', MOVES), call('HGETALL', TRANSFERS))
