-- Keeps some of a gate's best entries until it has handed all in. KEYS[2]: the rules. ARGV: gate,
-- wave, SKU, how many are there already, then each as: priority, buyer's hash, quantity, order
local key = KEYS[2] .. ':in:' .. ARGV[2] .. ':' .. ARGV[3] .. ':' .. ARGV[1]
if call('LLEN', key) == tonumber(ARGV[4]) then
  for i = 5, #ARGV do call('RPUSH', key, ARGV[i]) end
  keep(key)
end
return { 'OK' }
