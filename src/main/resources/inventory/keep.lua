-- A writer that still works on its entries says so, and nobody claims them.
-- ARGV: epoch, writer, entries
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
for i = 3, #ARGV do
  -- XCLAIM alone would bring back an entry that another has claimed and acknowledged.
  local pending = call('XPENDING', QUEUE, GROUP, ARGV[i], ARGV[i], 1, ARGV[2])
  if #pending == 1 then call('XCLAIM', QUEUE, GROUP, ARGV[2], 0, ARGV[i], 'JUSTID') end
end
return answer()
