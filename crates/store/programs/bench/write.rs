//! What a write costs, and how soon another replica shows it.

use std::error::Error;
use std::time::Duration;

use futures_util::future::try_join_all;
use serde_json::{Value, json};
use store::{Draft, Store, StoreError, StoreUrl};
use tokio::time::Instant;

use crate::subject::{Incident, incident, open};

pub async fn write(url: &StoreUrl, writers: usize, seconds: u32) -> Result<Value, Box<dyn Error>> {
    let store = open(url).await?;
    // makes the files as long as they become, and fills the caches
    try_join_all((0..writers).map(|writer| writes(&store, writer, Duration::from_millis(300)))).await?;
    let began = Instant::now();
    let limit = Duration::from_secs(seconds.into());
    let mut times = try_join_all((0..writers).map(|writer| writes(&store, writer, limit))).await?.concat();
    let seconds = began.elapsed().as_secs_f64();
    let count = times.len();
    let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    Ok(json!({ "writes": count, "seconds": seconds, "p50": p50, "p99": p99 }))
}

/// One writer, who waits for each answer; how long each took.
async fn writes(store: &Store, writer: usize, limit: Duration) -> Result<Vec<f64>, StoreError> {
    let began = Instant::now();
    let mut times = Vec::new();
    for number in 0_u32.. {
        let sent = Instant::now();
        if began.elapsed() > limit {
            break;
        }
        // a new one, or one of those that are there: a hundred for each writer
        let document = incident(u32::try_from(writer).unwrap_or_default() * 100 + number % 100);
        store
            .write(move |draft: &mut Draft| {
                draft.put(document.clone());
                Ok::<_, StoreError>(())
            })
            .await?;
        times.push(sent.elapsed().as_secs_f64());
    }
    Ok(times)
}

pub async fn follow(url: &StoreUrl, times: u32) -> Result<Value, Box<dyn Error>> {
    let (one, other) = (open(url).await?, open(url).await?);
    let mut seen = other.changed();
    let mut delays = Vec::new();
    for number in 0..times {
        let put = move |draft: &mut Draft| Ok::<_, StoreError>(draft.put(incident(number)).version);
        let version = one.write(put).await?;
        let answered = Instant::now();
        seen.wait_for(|revision| *revision >= version).await?;
        assert!(other.read().get::<Incident>(&incident(number).id).is_some());
        delays.push(answered.elapsed().as_secs_f64());
    }
    let (p50, p99) = (percentile(&mut delays, 50), percentile(&mut delays, 99));
    Ok(json!({ "p50": p50, "p99": p99 }))
}

fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() * percent / 100).copied().unwrap_or(f64::NAN)
}

/// The limit: what Redis makes of the very same commit when `redis-benchmark` asks for it.
///
/// That sends the same words again and again, so the revision in them would be wrong from the second time on. The
/// beginning puts the present one in its place.
pub fn script() -> Value {
    let beginning = "
local now = redis.call('HGET', KEYS[1], 'revision')
local following = string.format('%d', now + 1)
ARGV[2], ARGV[3], ARGV[12] = now, following, following .. '-0'
";
    let incident = incident(1);
    let document = json!({ "version": 1, "document": incident }).to_string();
    let changes = json!([{ "collection": "incidents", "key": incident.id, "document": incident }]).to_string();
    let keys = ["bench:meta", "bench:documents:incidents", "bench:changes"];
    let random = "INC-__rand_int__";
    let arguments = [
        "the epoch",
        "",
        "",
        "bench:news",
        "1",
        "put",
        "2",
        random,
        &document,
        "record",
        "3",
        "",
        "changes",
        &changes,
        "10000",
    ];
    let script = include_str!("../../src/backend/redis/commit.lua");
    json!({ "script": format!("{beginning}{script}"), "keys": keys, "arguments": arguments })
}
