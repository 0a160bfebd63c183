-- Leases a gate its part of a wave. KEYS[2]: the rules that the wave is of. ARGV: gate, wave, when
-- it ends, ask, places of a wave, units a buyer, then for each SKU: its name, units outstanding at
-- the gate, its arrivals, and to fix the wave: free units, units promised and granted before
local RULES = KEYS[2]
local gate, wave, endsAt, ask = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local size, perBuyer = tonumber(ARGV[5]), tonumber(ARGV[6])
showLife(gate)
if NOW >= endsAt then return { 'LATE' } end

local function share(sku)
  local own, all, gates = 0, 0, 0
  local key = SALE .. ':arrivals:' .. sku
  local lives = call('HKEYS', GATES)
  for _, name in ipairs(lives) do
    if not isDead(name, gate) then
      local arrivals = tonumber(call('HGET', key, name) or '0')
      gates = gates + 1
      all = all + arrivals
      if name == gate then own = arrivals end
    end
  end
  return all > 0 and own / all or 1 / gates
end

local function give(key, sku)
  local has = call('HMGET', key, 'k', 'units', 'places', 'left')
  local k, units = tonumber(has[1]), tonumber(has[2])
  local places, left = tonumber(has[3]), tonumber(has[4])
  local most = ask == 1 and math.ceil(k * share(sku) - 1e-9) or math.ceil(places / 2)
  local given = math.min(places, most)
  local forUnits = 0
  if given > 0 then
    local bound = math.min(units, k * perBuyer)
    forUnits = math.min(left, math.max(math.ceil(bound * given / k), perBuyer))
  end
  call('HSET', key, 'places', places - given, 'left', left - forUnits,
    'gate:' .. gate, ask .. ' ' .. given .. ' ' .. forUnits)
  return given, forUnits
end

local answer = { 'OK' }
for i = 7, #ARGV, 6 do
  local sku = ARGV[i]
  local key = RULES .. ':first:' .. wave .. ':' .. sku
  report(gate, sku, ARGV[i + 1])
  if ask == 1 then
    call('HSET', SALE .. ':arrivals:' .. sku, gate, ARGV[i + 2])
    keep(SALE .. ':arrivals:' .. sku)
  end
  if ARGV[i + 3] ~= '' and call('EXISTS', key) == 0 then
    local units = budget(sku, tonumber(ARGV[i + 3]), tonumber(ARGV[i + 4]), tonumber(ARGV[i + 5]))
    local k = math.min(size, units)
    call('HSET', key, 'k', k, 'units', units, 'places', k, 'left', math.min(units, k * perBuyer))
    keep(key)
  end
  if call('EXISTS', key) == 0 then
    answer[#answer + 1] = { sku, 'FIX', outstanding(sku, gate), granted(sku) }
  else
    local given, forUnits
    local before = call('HGET', key, 'gate:' .. gate)
    local ended, places, units = string.match(before or '', '^(%d+) (%d+) (%d+)$')
    if ended and tonumber(ended) >= ask then
      given, forUnits = tonumber(places), tonumber(units)
      call('HINCRBY', out(sku), gate, forUnits)
    else
      given, forUnits = give(key, sku)
      grant(gate, sku, forUnits)
    end
    local has = call('HMGET', key, 'k', 'units', 'places')
    answer[#answer + 1] = { sku, 'SLICE', has[1], has[2], given, forUnits, has[3] }
  end
end
return answer
