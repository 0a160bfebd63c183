-- The head of every script: one shard of a sale, all of whose keys share a hash tag.
-- A script that answers FENCED has changed nothing.
local META, STOCK, BUYERS, HELD = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local QUEUE, MOVES, TRANSFERS, HELD_UNITS = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local GROUP = 'writers'
local NEWS = 'doorbuster:news'
local call = redis.call

-- Changes when the server restarts or a replica takes over: the data may be older than it was.
local function replication()
  return string.match(call('INFO', 'replication'), 'master_replid:(%w+)')
end

-- Whether this is the shard that the caller means: whole, loaded in this epoch, on this server.
local function isCurrent(epoch)
  local meta = call('HMGET', META, 'epoch', 'loaded', 'replication')
  return meta[1] == epoch and meta[2] == '1' and meta[3] == replication()
    and call('EXISTS', STOCK, QUEUE) == 2
end

local function raiseSequence()
  return call('HINCRBY', META, 'sequence', 1)
end

-- Window and state stand in ARGV from here on.
local function setControl(from)
  call('HSET', META, 'opensAt', ARGV[from], 'closesAt', ARGV[from + 1], 'state', ARGV[from + 2],
    'revision', ARGV[from + 3])
end

local function free(sku)
  return tonumber(call('HGET', STOCK, sku) or '0')
end

-- Every answer begins with what the shard holds now: its sequence, transfers on their way, orders
-- held, and each SKU with its free units.
local function answer(...)
  local meta = call('HMGET', META, 'sequence', 'open')
  return { 'OK', meta[1], meta[2], call('HLEN', HELD), call('HGETALL', STOCK), ... }
end

-- A buyer's latest order is kept as: order, createdAt, live.
local function readOrder(text)
  if not text then return nil end
  local id, createdAt, live = string.match(text, '^(%S+) (%d+) ([01])$')
  return { id = id, createdAt = tonumber(createdAt), live = live == '1' }
end
