-- Forgets the shard, if nobody has loaded a newer epoch. ARGV: epoch
if tonumber(call('HGET', META, 'epoch') or '-1') <= tonumber(ARGV[1]) then
  call('UNLINK', unpack(KEYS))
end
return { 'OK' }
