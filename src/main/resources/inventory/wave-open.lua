-- Takes a gate into a fair wave; the first one fixes its bounds, once the wave before it is closed.
-- KEYS[2]: the rules that the wave is of. ARGV: gate, wave, when it ends, places of a wave, its
-- length, then for each SKU: its name, units outstanding at the gate, and to fix the wave: free
-- units, units promised and granted before
local RULES = KEYS[2]
local gate, wave, endsAt = ARGV[1], ARGV[2], tonumber(ARGV[3])
local size, every = tonumber(ARGV[4]), tonumber(ARGV[5])
local key = RULES .. ':fair:' .. wave
showLife(gate)
if call('HEXISTS', key, 'closed') == 1 then return { 'CLOSED' } end
local before = RULES .. ':fair:' .. string.format('%.0f', tonumber(wave) - 1)
if call('EXISTS', before) == 1 and call('HEXISTS', before, 'closed') == 0 then
  return { 'WAIT' }
end
call('HSET', key, 'open:' .. gate, 1)
keep(key, every)

local answer = { 'OK' }
for i = 6, #ARGV, 5 do
  local sku = ARGV[i]
  report(gate, sku, ARGV[i + 1])
  if ARGV[i + 2] ~= '' and call('HEXISTS', key, 'k:' .. sku) == 0 then
    local units = budget(sku, tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3]), tonumber(ARGV[i + 4]))
    call('HSET', key, 'k:' .. sku, math.min(size, units), 'units:' .. sku, units)
  end
  local has = call('HMGET', key, 'k:' .. sku, 'units:' .. sku)
  if has[1] then
    answer[#answer + 1] = { sku, 'BOUNDS', has[1], has[2] }
  else
    answer[#answer + 1] = { sku, 'FIX', outstanding(sku, gate), granted(sku) }
  end
end
return answer
