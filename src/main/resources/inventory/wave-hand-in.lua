-- A gate has handed all in. KEYS[2]: the rules. ARGV: gate, wave, its length, why no draw may be
-- held ('' for none), then for each SKU: its name, how many asked there, whether its list is whole
local gate, every, stopped = ARGV[1], tonumber(ARGV[3]), ARGV[4]
local key = KEYS[2] .. ':fair:' .. ARGV[2]
showLife(gate)
if call('HEXISTS', key, 'closed') == 1 then
  call('HSET', key, 'incomplete', 1)
  return { 'LATE' }
end
if call('HSETNX', key, 'done:' .. gate, 1) == 1 then
  call('HSETNX', key, 'firstDone', NOW)
  if stopped ~= '' then call('HSETNX', key, 'stopped', stopped) end
  for i = 5, #ARGV, 3 do
    call('HINCRBY', key, 'entries:' .. ARGV[i], ARGV[i + 1])
    if ARGV[i + 2] ~= '1' then call('HSET', key, 'incomplete', 1) end
  end
  keep(key, every)
end
return { 'OK' }
