-- Takes a whole shard over into a new epoch, its queue included, after a restart or a failover.
-- ARGV: the new epoch, the highest sequence that was seen of this shard, opensAt, closesAt, state,
-- revision
local meta = call('HMGET', META, 'epoch', 'loaded', 'sequence', 'revision')
if tonumber(meta[1] or '-1') > tonumber(ARGV[1]) or meta[2] ~= '1'
  or tonumber(meta[3]) < tonumber(ARGV[2]) or call('EXISTS', STOCK, QUEUE) ~= 2 then
  return { 'FENCED' }
end
raiseSequence()
call('HSET', META, 'epoch', ARGV[1], 'replication', replication())
if tonumber(ARGV[6]) >= tonumber(meta[4]) then setControl(3) end
return answer()
