-- Whether a move was made here. ARGV: epoch, move
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
return answer(call('HEXISTS', MOVES, ARGV[2]))
