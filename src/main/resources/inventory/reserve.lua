-- Reserves a batch of claims in order: dedupe, decrement and append to the queue, in one step.
-- ARGV: epoch, now in ms ('' for the server's clock), orders that may be held here,
--       then for each claim: order, buyer, SKU, quantity, what else the order has to know
if not isCurrent(ARGV[1]) then return { 'FENCED' } end
local FIRST, WIDTH = 4, 5
local count = (#ARGV - FIRST + 1) / WIDTH
local room = tonumber(ARGV[3])

local time = call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now = ARGV[2] ~= '' and tonumber(ARGV[2]) or math.floor(micros / 1000)
local meta = call('HMGET', META, 'opensAt', 'closesAt', 'state', 'orderEvery', 'lastEntry')
local opensAt, closesAt, state = tonumber(meta[1]), tonumber(meta[2]), meta[3]
local orderEvery = tonumber(meta[4])
local entry = string.format('%.0f', math.max(micros, tonumber(meta[5]) + 1))

local names = {}
for i = 1, count do names[i] = ARGV[FIRST + (i - 1) * WIDTH + 1] end
local known = call('HMGET', BUYERS, unpack(names))

local fresh, units, held = {}, {}, call('HLEN', HELD)
local results, buyers, holds, queue, taken = {}, {}, {}, {}, {}

local function refuse(order, previous)
  if previous and previous.id == order then return 'RESERVED ' .. previous.createdAt end
  if now < opensAt then return 'NOT_OPEN' end
  if state == 'CLOSED' or now >= closesAt then return 'CLOSED' end
  if state == 'PAUSED' then return 'PAUSED' end
  if not previous then return nil end
  if previous.live then
    return 'ALREADY_ORDERED ' .. previous.id .. ' ' .. previous.createdAt
  end
  local untilMs = previous.createdAt + orderEvery
  return now < untilMs and 'ORDERED_RECENTLY ' .. previous.id .. ' ' .. untilMs or nil
end

for i = 1, count do
  local at = FIRST + (i - 1) * WIDTH
  local order, buyer, sku, quantity = ARGV[at], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  local result = refuse(order, fresh[buyer] or readOrder(known[i]))
  if not result then
    units[sku] = units[sku] or free(sku)
    if units[sku] < quantity then
      result = 'DRY ' .. units[sku]
    elseif held >= room then
      result = 'FULL'
    else
      result = 'RESERVED ' .. now
      units[sku] = units[sku] - quantity
      taken[sku] = (taken[sku] or 0) + quantity
      held = held + 1
      fresh[buyer] = { id = order, createdAt = now, live = true }
      buyers[#buyers + 1] = buyer
      buyers[#buyers + 1] = order .. ' ' .. now .. ' 1'
      holds[#holds + 1] = order
      holds[#holds + 1] = sku .. ' ' .. quantity .. ' ' .. entry
      queue[#queue + 1] = order
      queue[#queue + 1] = now .. '\n' .. buyer .. '\n' .. sku .. '\n' .. quantity .. '\n' .. ARGV[at + 4]
    end
  end
  results[i] = result
end

if #queue > 0 then
  raiseSequence()
  call('HSET', META, 'lastEntry', entry)
  local stock = {}
  for sku, left in pairs(units) do
    if call('HEXISTS', STOCK, sku) == 1 then
      stock[#stock + 1] = sku
      stock[#stock + 1] = left
    end
  end
  call('HSET', STOCK, unpack(stock))
  call('HSET', BUYERS, unpack(buyers))
  call('HSET', HELD, unpack(holds))
  for sku, more in pairs(taken) do call('HINCRBY', HELD_UNITS, sku, more) end
  call('XADD', QUEUE, entry .. '-0', unpack(queue))
end
return answer(results)
