-- One atomic step: if the storage is still where the writer believes it to be, write everything.
--
-- KEYS[1]   the hash with `epoch` and `revision`; the others are named by their number: first hashes, then streams
-- ARGV      epoch, revision before, revision after, channel, how many hashes; then commands, one after another:
--           put     key-number field value
--           delete  key-number field
--           append  key-number id field value
--           record  key-number id field value kept      (as append, and forget what is older than the newest `kept`)
--
-- Redis does not take back what a script has written before it failed. So everything that could make it fail is looked
-- at first: a step is made as a whole or not at all.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'revision')
if meta[1] ~= ARGV[1] or meta[2] ~= ARGV[2] then
  return 0
end
local function damaged(key, why)
  return redis.error_reply('DAMAGED the key ' .. key .. ' ' .. why .. ': restore it from a backup')
end
for number = 2, #KEYS do
  local kind, hash = redis.call('TYPE', KEYS[number]).ok, number <= 1 + ARGV[5]
  if kind ~= 'none' and kind ~= (hash and 'hash' or 'stream') then
    return damaged(KEYS[number], 'is a ' .. kind)
  end
  if kind == 'stream' then
    local facts, newest = redis.call('XINFO', 'STREAM', KEYS[number]), nil
    for place = 1, #facts, 2 do
      if facts[place] == 'last-generated-id' then
        newest = facts[place + 1]
      end
    end
    if tonumber(string.match(newest, '^%d+')) > tonumber(ARGV[2]) then
      return damaged(KEYS[number], 'is ahead of the revision ' .. ARGV[2])
    end
  end
end
-- first of all: when memory is full, Redis refuses here, before anything is written
redis.call('HSET', KEYS[1], 'revision', ARGV[3])
local at = 6
while at <= #ARGV do
  local command, key = ARGV[at], KEYS[tonumber(ARGV[at + 1])]
  if command == 'put' then
    redis.call('HSET', key, ARGV[at + 2], ARGV[at + 3])
    at = at + 4
  elseif command == 'delete' then
    redis.call('HDEL', key, ARGV[at + 2])
    at = at + 3
  elseif command == 'append' then
    redis.call('XADD', key, ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
    at = at + 5
  else
    redis.call('XADD', key, 'MAXLEN', '~', ARGV[at + 5], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
    at = at + 6
  end
end
-- wakes the other replicas; what they believe is the change log alone
redis.call('PUBLISH', ARGV[4], ARGV[3])
return 1
