-- Hands entries of the queue to a writer.
-- ARGV: epoch, writer, entries at most, whose: 'new', 'own' (handed to it before, and not
--       acknowledged), or the ms after which those of a writer that is silent are claimed
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local entries = {}
if ARGV[4] == 'new' or ARGV[4] == 'own' then
  local after = ARGV[4] == 'new' and '>' or '0'
  local read = call('XREADGROUP', 'GROUP', GROUP, ARGV[2], 'COUNT', ARGV[3], 'STREAMS', QUEUE, after)
  entries = read and read[1] and read[1][2] or {}
else
  entries = call('XAUTOCLAIM', QUEUE, GROUP, ARGV[2], ARGV[4], '0', 'COUNT', ARGV[3])[2]
end
return answer(entries)
