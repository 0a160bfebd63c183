-- The fate of these orders is committed. ARGV: epoch, number of orders, the orders, then the
-- entries of which no order is left
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local last = 2 + tonumber(ARGV[2])
raiseSequence()
for i = 3, last do call('HDEL', HELD, ARGV[i]) end
for i = last + 1, #ARGV do
  call('XACK', QUEUE, GROUP, ARGV[i])
  call('XDEL', QUEUE, ARGV[i])
end
return answer()
