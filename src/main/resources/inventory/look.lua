-- What the shard holds. ARGV: epoch
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
return answer()
