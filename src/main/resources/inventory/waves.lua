-- The head of every script about the waves of a sale: what its gates share. All keys have one hash
-- tag; those beside KEYS[1] are made from it. Nothing here outlives the sale by much.
local SALE = KEYS[1]
local GATES, GIVEN_UP, GRANTED = SALE .. ':gates', SALE .. ':given-up', SALE .. ':granted'
local LIFE_MS = 3000   -- a gate that is silent for longer counts as dead
local GRACE_MS = 300   -- a wave waits so long for a gate that has not handed in
local KEPT_MS = 7200000
local OUTAGE_MS = 1000 -- the same where all are late: this server was away, or they were
local call = redis.call

local time = call('TIME')
local NOW = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function keep(key, longer)
  call('PEXPIRE', key, KEPT_MS + (longer or 0))
end

-- When a gate was seen last, and since when without a gap.
local function life(gate)
  local text = call('HGET', GATES, gate)
  if not text then return nil end
  local seen, since = string.match(text, '^(%d+) (%d+)$')
  return tonumber(seen), tonumber(since)
end

local function showLife(gate)
  local seen, since = life(gate)
  if not seen or NOW - seen > LIFE_MS then since = NOW end
  call('HSET', GATES, gate, NOW .. ' ' .. since)
  keep(GATES)
end

-- Whoever was away himself can not tell who else was: after an outage of ours nobody is dead.
local function isDead(gate, teller)
  local seen = life(gate)
  if not seen then return true end
  local told, since = life(teller)
  local wasHere = told and NOW - told <= LIFE_MS and NOW - since >= LIFE_MS
  return NOW - seen > LIFE_MS and wasHere
end

local function out(sku) return SALE .. ':out:' .. sku end

local function report(gate, sku, units)
  call('HSET', out(sku), gate, units)
  keep(out(sku))
end

-- Units promised by all gates that live.
local function outstanding(sku, teller)
  local sum = 0
  local all = call('HGETALL', out(sku))
  for i = 1, #all, 2 do
    if not isDead(all[i], teller) then sum = sum + tonumber(all[i + 1]) end
  end
  return sum
end

local function granted(sku) return tonumber(call('HGET', GRANTED, sku) or '0') end

local function grant(gate, sku, units)
  call('HINCRBY', out(sku), gate, units)
  call('HINCRBY', GRANTED, sku, units)
  keep(out(sku))
  keep(GRANTED)
end

-- A wave's budget: what was free, less what had been promised before that was read, less what has
-- been promised since. What was reserved in between is taken off twice, and never not at all.
local function budget(sku, free, promised, grantedThen)
  return math.max(0, free - promised - (granted(sku) - grantedThen))
end

local function newsOf(order)
  redis.pcall('PUBLISH', 'doorbuster:news', 'order ' .. order)
end

local function giveUp(gate)
  call('HDEL', GATES, gate)
  call('HSET', GIVEN_UP, gate, NOW)
  keep(GIVEN_UP)
end

-- Ends an entry of a gate that was given up; returns how it stands now.
local function notCounted(order, gate, text, kept)
  local rest = string.match(text, '^[%u_]+ [^\n]*\n[^\n]*\n(.*)$')
  local ended = 'NOT_DRAWN ' .. gate .. '\nnot-counted\n' .. (rest or '')
  call('SET', SALE .. ':entry:' .. order, ended, 'PX', kept)
  call('HDEL', SALE .. ':waiting:' .. gate, order)
  newsOf(order)
  return ended
end
