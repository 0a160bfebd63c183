-- The queue's entry with the order of a buyer. ARGV: epoch, buyer
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local known = readOrder(call('HGET', BUYERS, ARGV[2]))
local held = known and call('HGET', HELD, known.id)
if not held then return answer('', {}) end
local entry = string.match(held, '%S+$') .. '-0'
return answer(known.id, call('XRANGE', QUEUE, entry, entry))
