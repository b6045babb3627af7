//! What is not held in memory: logs, the outbox, leases.

use redis::{Cmd, Script};

use super::super::BackendError;
use super::keys::{Keys, id, position};
use super::link::{Fault, Link};

#[derive(Clone)]
pub(crate) struct Side {
    link: Link,
    keys: Keys,
}

/// An entry of a stream: its id, its one field and its value.
type Entries = Vec<(String, Vec<String>)>;

/// Takes a lease that is free or one's own, for so many milliseconds; gives it up for 0 of them.
const LEASE: &str = "
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return 0
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
";

impl Side {
    pub fn new(link: Link, keys: Keys) -> Self {
        Self { link, keys }
    }

    pub async fn log(&self, name: &str, before: Option<u64>, limit: usize) -> Result<Vec<(u64, String)>, BackendError> {
        let newest = before.map_or_else(|| "+".to_owned(), |before| format!("({}", id(before)));
        let mut read = redis::cmd("XREVRANGE");
        read.arg(self.keys.log(name)).arg(newest).arg("-").arg("COUNT").arg(limit);
        self.entries(&read).await
    }

    pub async fn pending(&self, limit: usize) -> Result<Vec<(u64, String)>, BackendError> {
        let mut read = redis::cmd("XRANGE");
        read.arg(self.keys.outbox()).arg("-").arg("+").arg("COUNT").arg(limit);
        self.entries(&read).await
    }

    pub async fn count(&self) -> Result<u64, BackendError> {
        let mut count = redis::cmd("XLEN");
        count.arg(self.keys.outbox());
        self.link.ask(&count).await.map_err(Fault::before_a_commit)
    }

    pub async fn sent(&self, upto: u64) -> Result<(), BackendError> {
        let mut trim = redis::cmd("XTRIM");
        trim.arg(self.keys.outbox()).arg("MINID").arg(id(upto + 1));
        self.link.ask::<u64>(&trim).await.map_err(Fault::before_a_commit)?;
        Ok(())
    }

    pub async fn lease(&self, name: &str, holder: &str, seconds: u32) -> Result<bool, BackendError> {
        let script = Script::new(LEASE);
        let mut call = script.key(self.keys.lease(name));
        call.arg(holder).arg(u64::from(seconds) * 1000);
        let (mut connection, _) = self.link.connection().await.map_err(Fault::before_a_commit)?;
        let answered = call.invoke_async(&mut connection).await;
        self.link.judge(answered).await.map_err(Fault::before_a_commit)
    }

    async fn entries(&self, read: &Cmd) -> Result<Vec<(u64, String)>, BackendError> {
        let entries: Entries = self.link.ask(read).await.map_err(Fault::before_a_commit)?;
        let read = |(name, fields): (String, Vec<String>)| Some((position(&name)?, fields.into_iter().nth(1)?));
        // what is not of our making is not shown
        Ok(entries.into_iter().filter_map(read).collect())
    }
}
