-- Transfers whose second half is long due. ARGV: epoch, seconds
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local due, before = {}, tonumber(call('TIME')[1]) - tonumber(ARGV[2])
if call('HGET', META, 'open') ~= '0' then
  local all = call('HGETALL', TRANSFERS)
  for i = 1, #all, 2 do
    local at = string.match(all[i + 1], '^open .* (%d+)$')
    if at and tonumber(at) <= before then
      due[#due + 1] = all[i]
      due[#due + 1] = all[i + 1]
    end
  end
end
return answer(due)
