-- What became of a fair wave; the first to ask once that is due closes it, and so draws it, once
-- for all. KEYS[2]: the rules. ARGV: gate, wave, when it ends, its length, then each SKU
local RULES = KEYS[2]
local gate, wave, endsAt, every = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local key = RULES .. ':fair:' .. wave
showLife(gate)

local function read()
  local fields, flat = {}, call('HGETALL', key)
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  return fields
end

local fields = read()
local counting, missing = {}, false
for field in pairs(fields) do
  local name = string.match(field, '^done:(.+)$')
  if name then counting[#counting + 1] = name end
  local opened = string.match(field, '^open:(.+)$')
  if opened and not fields['done:' .. opened] then missing = true end
end

local function won(sku) return RULES .. ':won:' .. wave .. ':' .. sku end

-- One entry a buyer: that of the smaller quantity, then of the smaller order id; two gates can name
-- one buyer's orders alike.
local function isBefore(a, b)
  if a.quantity ~= b.quantity then return a.quantity < b.quantity end
  if a.order ~= b.order then return a.order < b.order end
  return a.gate < b.gate
end

local function merge(sku)
  local buyers, ranked = {}, {}
  for _, name in ipairs(counting) do
    local list = RULES .. ':in:' .. wave .. ':' .. sku .. ':' .. name
    for _, text in ipairs(call('LRANGE', list, 0, -1)) do
      local priority, hash, quantity, order = string.match(text, '^(%x+) (%x+) (%d+) (%w+)$')
      local entry = { rank = priority .. hash, priority = priority, quantity = tonumber(quantity),
        order = order, gate = name, others = {} }
      local known = buyers[hash]
      if known then
        local first, second = known, entry
        if isBefore(entry, known) then first, second = entry, known end
        first.others = known.others
        first.others[#first.others + 1] = second
        entry = first
      end
      buyers[hash] = entry
    end
    call('DEL', list)
  end
  for _, entry in pairs(buyers) do ranked[#ranked + 1] = entry end
  table.sort(ranked, function(a, b) return a.rank < b.rank end)
  return ranked
end

local function draw(sku)
  local left = tonumber(fields['units:' .. sku] or '0')
  local k, admitted, cutOff = tonumber(fields['k:' .. sku] or '0'), 0, ''
  local ranked = merge(sku)
  if fields.stopped then k = 0 end
  for place = 1, math.min(k, #ranked) do
    local entry = ranked[place]
    if entry.quantity <= left then
      left = left - entry.quantity
      admitted = admitted + 1
      cutOff = entry.priority
      grant(entry.gate, sku, entry.quantity)
      call('HSET', won(sku), entry.order .. ' ' .. entry.gate, 'WON')
      for _, other in ipairs(entry.others) do
        call('HSET', won(sku), other.order .. ' ' .. other.gate, 'TWICE')
      end
    end
  end
  if admitted > 0 then keep(won(sku)) end
  call('HSET', key, 'admitted:' .. sku, admitted, 'cutOff:' .. sku, cutOff)
end

if not fields.closed then
  local first = tonumber(fields.firstDone or '0')
  local wasAway = first > endsAt + GRACE_MS
  local due = wasAway and first + OUTAGE_MS or math.max(endsAt, first) + GRACE_MS
  if NOW < endsAt or ((missing or #counting == 0) and NOW < due) then return { 'OPEN' } end
  for i = 5, #ARGV do draw(ARGV[i]) end
  call('HSET', key, 'closed', NOW)
  if missing or fields.stopped then call('HSET', key, 'incomplete', 1) end
  keep(key, every)
  fields = read()
end

local counted = fields['done:' .. gate] and call('HEXISTS', GIVEN_UP, gate) == 0
local answer = { 'CLOSED', counted and '1' or '0', fields.incomplete and '0' or '1',
  fields.stopped or '' }
for i = 5, #ARGV do
  local sku = ARGV[i]
  local mine, twice = {}, {}
  local all = call('HGETALL', won(sku))
  for at = 1, #all, 2 do
    local order, name = string.match(all[at], '^(%w+) (.+)$')
    if name == gate then
      local list = all[at + 1] == 'WON' and mine or twice
      list[#list + 1] = order
    end
  end
  answer[#answer + 1] = { sku, fields.stopped and '0' or fields['k:' .. sku] or '0',
    fields['units:' .. sku] or '0', fields['entries:' .. sku] or '0',
    fields['admitted:' .. sku] or '0', fields['cutOff:' .. sku] or '', mine, twice }
end
return answer
