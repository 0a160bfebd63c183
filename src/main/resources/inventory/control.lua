-- Moves window and state, where no younger word is there. ARGV: epoch, opensAt, closesAt, state,
-- revision
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
if tonumber(ARGV[5]) >= tonumber(call('HGET', META, 'revision')) then
  raiseSequence()
  setControl(2)
end
return answer()
