-- How many gates of the sale have shown life of late; changes nothing
local alive = 0
for _, name in ipairs(call('HKEYS', GATES)) do
  if NOW - life(name) <= LIFE_MS then alive = alive + 1 end
end
return { tostring(alive) }
