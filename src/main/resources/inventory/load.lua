-- Loads a shard anew, in steps, since a sale can have a hundred thousand orders; nobody can
-- reserve before the last one.
-- ARGV: epoch, step, then by step
--   begin: opensAt, closesAt, state, revision, orderEvery, then each SKU and its units
--   orders: each buyer and his order
--   end
local known = tonumber(call('HGET', META, 'epoch') or '-1')
if known > tonumber(ARGV[1]) then return { 'FENCED' } end
local step = ARGV[2]

if step == 'begin' then
  call('UNLINK', unpack(KEYS))
  call('HSET', META, 'epoch', ARGV[1], 'loaded', '0', 'sequence', 0, 'open', 0, 'lastEntry', 0,
    'orderEvery', ARGV[7])
  setControl(3)
  for i = 8, #ARGV, 2 do call('HSET', STOCK, ARGV[i], ARGV[i + 1]) end
  return { 'OK' }
end

if known ~= tonumber(ARGV[1]) or call('HGET', META, 'loaded') ~= '0' then return { 'FENCED' } end
if step == 'orders' then
  for i = 3, #ARGV, 2 do call('HSET', BUYERS, ARGV[i], ARGV[i + 1]) end
  return { 'OK' }
end

call('XGROUP', 'CREATE', QUEUE, GROUP, '0', 'MKSTREAM')
raiseSequence()
call('HSET', META, 'loaded', '1', 'replication', replication())
return answer()
