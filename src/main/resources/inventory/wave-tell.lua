-- Makes known where entries stand. ARGV: gate, then for each: order, buyer, state, reason, when it
-- is drawn, what else there is to say, how long to remember it in ms
local gate = ARGV[1]
local waiting = SALE .. ':waiting:' .. gate
for i = 2, #ARGV, 7 do
  local order, buyer, state = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local text = state .. ' ' .. gate .. '\n' .. ARGV[i + 3] .. '\n' .. ARGV[i + 5]
  call('SET', SALE .. ':entry:' .. order, text, 'PX', ARGV[i + 6])
  call('SET', SALE .. ':buyer:' .. buyer, order, 'PX', ARGV[i + 6])
  if state == 'WAITING' then
    call('HSET', waiting, order, ARGV[i + 4])
    if call('PTTL', waiting) < tonumber(ARGV[i + 6]) then call('PEXPIRE', waiting, ARGV[i + 6]) end
  else
    call('HDEL', waiting, order)
    newsOf(order)
  end
end
return { 'OK' }
