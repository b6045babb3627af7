-- One atomic step: if the storage is still where the writer believes it to be, write everything.
--
-- KEYS[1]   the hash with `epoch` and `revision`; the others are named by their number
-- ARGV      epoch, revision before, revision after, channel; then commands, one after another:
--           put     key-number field value
--           delete  key-number field
--           append  key-number id field value
--           record  key-number id field value kept      (as append, and forget what is older than the newest `kept`)
--
-- Nothing is written before the comparison, and nothing can fail after it: a step is made as a whole or not at all.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'revision')
if meta[1] ~= ARGV[1] or meta[2] ~= ARGV[2] then
  return 0
end
-- first of all: when memory is full, Redis refuses here, before anything is written
redis.call('HSET', KEYS[1], 'revision', ARGV[3])
local at = 5
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
