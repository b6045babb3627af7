//! What many documents cost: time to load them, memory to hold them, time to read them.

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use serde_json::{Value, json};
use store::{StoreError, StoreUrl};
use tokio::time::Instant;

use crate::subject::{Incident, SERVICES, incident, open};

/// Documents in one closure.
const AT_ONCE: u32 = 1000;

/// How long each kind of read is repeated.
const READING: Duration = Duration::from_millis(500);

pub async fn fill(url: &StoreUrl, documents: u32) -> Result<Value, Box<dyn Error>> {
    let store = open(url).await?;
    for first in (0..documents).step_by(AT_ONCE as usize) {
        let last = documents.min(first + AT_ONCE);
        let put = move |draft: &mut store::Draft| {
            (first..last).for_each(|number| drop(draft.put(incident(number))));
            Ok::<_, StoreError>(())
        };
        store.write(put).await?;
    }
    let json: usize = store.read().iter::<Incident>().map(|incident| json_size(incident)).sum();
    Ok(json!({ "documents": store.read().count::<Incident>(), "json": json }))
}

fn json_size(incident: &Incident) -> usize {
    serde_json::to_vec(incident).map_or(0, |json| json.len())
}

pub async fn load(url: &StoreUrl) -> Result<Value, Box<dyn Error>> {
    let (before, began) = (resident()?, Instant::now());
    let store = open(url).await?;
    let seconds = began.elapsed().as_secs_f64();
    let memory = resident()?.saturating_sub(before);
    let now = store.read();
    let keys: Vec<String> = now.iter::<Incident>().map(|incident| incident.id.clone()).collect();
    let key = |turn: usize| &*keys[turn.wrapping_mul(7919) % keys.len()];
    let get = time(|turn| {
        black_box(store.read().get::<Incident>(key(turn)));
    });
    let page = time(|turn| {
        black_box(store.read().after::<Incident>(key(turn)).take(100).map(|incident| incident.version).sum::<u64>());
    });
    let services: Vec<String> = (0..SERVICES).map(|number| format!("service-{number:03}")).collect();
    let find = time(|turn| {
        let found = store.read();
        let found = found.find::<Incident>("service", &services[turn % services.len()]).take(100);
        black_box(found.map(|incident| incident.version).sum::<u64>());
    });
    let count = time(|_| {
        black_box(store.read().count_of::<Incident>("state", "open"));
    });
    Ok(json!({
        "documents": keys.len(), "seconds": seconds, "memory": memory,
        "get": get, "page": page, "find": find, "count": count,
    }))
}

/// Seconds that one call takes.
fn time(call: impl Fn(usize)) -> f64 {
    let began = Instant::now();
    let mut turns = 0_u32;
    while began.elapsed() < READING {
        // a look at the clock costs as much as a read
        for _ in 0..100 {
            call(turns as usize);
            turns += 1;
        }
    }
    began.elapsed().as_secs_f64() / f64::from(turns)
}

/// Bytes of memory that this process holds.
fn resident() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
