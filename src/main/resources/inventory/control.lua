-- Moves window and state. ARGV: epoch, opensAt, closesAt, state
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
raiseSequence()
call('HSET', META, 'opensAt', ARGV[2], 'closesAt', ARGV[3], 'state', ARGV[4])
return answer()
