-- A buyer's order is over. ARGV: epoch, move, order, buyer, 'forget' or 'keep', sale
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
if call('HSETNX', MOVES, ARGV[2], 0) == 1 then
  raiseSequence()
  local known = readOrder(call('HGET', BUYERS, ARGV[4]))
  if known and known.id == ARGV[3] then
    if ARGV[5] == 'forget' then
      call('HDEL', BUYERS, ARGV[4])
    else
      call('HSET', BUYERS, ARGV[4], known.id .. ' ' .. known.createdAt .. ' 0')
    end
  end
  call('PUBLISH', NEWS, table.concat({ 'ended', ARGV[6], ARGV[3], ARGV[5], ARGV[4] }, ' '))
end
return answer()
