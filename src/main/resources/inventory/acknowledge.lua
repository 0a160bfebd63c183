-- The fate of these orders is committed. ARGV: epoch, number of orders, the orders, then the
-- entries of which no order is left
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local last = 2 + tonumber(ARGV[2])
raiseSequence()
for i = 3, last do
  local sku, quantity = string.match(call('HGET', HELD, ARGV[i]) or '', '^(%S+) (%d+) ')
  if sku then
    call('HINCRBY', HELD_UNITS, sku, -tonumber(quantity))
    call('HDEL', HELD, ARGV[i])
  end
end
for i = last + 1, #ARGV do
  call('XACK', QUEUE, GROUP, ARGV[i])
  call('XDEL', QUEUE, ARGV[i])
end
call('PUBLISH', NEWS, 'order ' .. table.concat(ARGV, ' ', 3, last))
return answer()
