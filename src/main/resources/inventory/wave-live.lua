-- A gate lives; it tells the entries of those that do not, once their draw is over, a batch a call.
-- Answers whether it had been given up itself. ARGV: gate, when the entries are forgotten in ms,
-- most entries, '1' where the gate leaves, then each SKU and the units outstanding at the gate
local gate, kept, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local lived = call('HDEL', GIVEN_UP, gate) == 0
if ARGV[4] == '1' then
  giveUp(gate)
  return { lived and '1' or '0' }
end
showLife(gate)
for i = 5, #ARGV, 2 do report(gate, ARGV[i], ARGV[i + 1]) end
for _, name in ipairs(call('HKEYS', GATES)) do
  if isDead(name, gate) then giveUp(name) end
end
for _, name in ipairs(call('HKEYS', GIVEN_UP)) do
  local waiting = SALE .. ':waiting:' .. name
  local all = call('HGETALL', waiting)
  for i = 1, #all, 2 do
    if most > 0 and tonumber(all[i + 1]) + GRACE_MS < NOW then
      most = most - 1
      local text = call('GET', SALE .. ':entry:' .. all[i])
      if text then notCounted(all[i], name, text, kept) end
      call('HDEL', waiting, all[i])
    end
  end
end
return { lived and '1' or '0' }
