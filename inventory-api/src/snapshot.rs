//! The inventory in memory: what every read is answered from.
//!
//! The maps are persistent ones: a clone costs nothing, and the clone and the original then share all that neither
//! changes. So a writer works on a clone that nobody sees, and readers go on with the original until it is replaced;
//! they never wait. (A `RwLock` over plain maps would be a little smaller and make readers wait for each write.)

use std::sync::Arc;

use bytes::Bytes;
use imbl::{OrdMap, OrdSet};

use crate::model::{Address, Hostname, Server, Status, Tag};

/// The inventory at one revision.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Tells this database from any other, also from one that was deleted and made anew.
    pub epoch: Arc<str>,
    /// The revision of the last change.
    pub revision: i64,
    /// The id that the next server gets.
    pub next_id: i64,
    pub(crate) by_id: OrdMap<i64, Arc<Entry>>,
    pub(crate) by_hostname: OrdMap<Hostname, i64>,
    pub(crate) by_ip: OrdSet<(Address, i64)>,
    pub(crate) by_status: OrdSet<(Status, i64)>,
    pub(crate) by_updated_at: OrdSet<(i64, i64)>,
    pub(crate) by_tag: OrdMap<Tag, OrdSet<i64>>,
    /// How many there are in each status.
    pub(crate) count_by_status: [usize; Status::ALL.len()],
}

/// A server, and the JSON that is sent for it: made once for each change, not for each reader.
#[derive(Debug)]
pub struct Entry {
    /// The server.
    pub server: Server,
    /// The server as JSON.
    pub json: Bytes,
}

impl Snapshot {
    /// An inventory without servers.
    pub fn empty(epoch: &str) -> Self {
        Self {
            epoch: epoch.into(),
            revision: 0,
            next_id: 1,
            by_id: OrdMap::new(),
            by_hostname: OrdMap::new(),
            by_ip: OrdSet::new(),
            by_status: OrdSet::new(),
            by_updated_at: OrdSet::new(),
            by_tag: OrdMap::new(),
            count_by_status: [0; Status::ALL.len()],
        }
    }

    /// The server with this id.
    pub fn get(&self, id: i64) -> Option<&Arc<Entry>> {
        self.by_id.get(&id)
    }

    /// The server with this name.
    pub fn named(&self, hostname: &Hostname) -> Option<&Arc<Entry>> {
        self.by_id.get(self.by_hostname.get(hostname)?)
    }

    /// How many servers there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Put a server in the place of the one with its id, if there is one.
    pub fn put(&mut self, server: Server) {
        self.remove(server.id);
        let id = server.id;
        self.by_hostname.insert(server.hostname.clone(), id);
        self.by_ip.insert((server.ip, id));
        self.by_status.insert((server.status, id));
        self.by_updated_at.insert((server.updated_at, id));
        self.count_by_status[server.status as usize] += 1;
        for tag in &server.tags {
            self.by_tag.entry(tag.clone()).or_default().insert(id);
        }
        let json = serde_json::to_vec(&server).expect("a server is plain data").into();
        self.by_id.insert(id, Arc::new(Entry { server, json }));
    }

    /// Take a server out.
    pub fn remove(&mut self, id: i64) {
        let Some(entry) = self.by_id.remove(&id) else { return };
        let server = &entry.server;
        self.by_hostname.remove(&server.hostname);
        self.by_ip.remove(&(server.ip, id));
        self.by_status.remove(&(server.status, id));
        self.by_updated_at.remove(&(server.updated_at, id));
        self.count_by_status[server.status as usize] -= 1;
        for tag in &server.tags {
            let empty = self.by_tag.get_mut(tag).is_some_and(|ids| {
                ids.remove(&id);
                ids.is_empty()
            });
            if empty {
                self.by_tag.remove(tag);
            }
        }
    }
}

#[cfg(test)]
mod tests;
