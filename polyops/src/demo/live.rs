//! What goes on in a demonstration that runs: now and then somebody reports something, and a server goes down and comes
//! back. All of it is bounded, and marked: reporters have addresses of a network that nobody has, the server is called
//! `demo-canary-01`, and its incidents come and go by the inventory's events.

use std::time::Duration;

use chassis::StartError;
use chassis::ids::{Ids, RandomIds};
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::chance::Chance;
use super::stage::{Stage, say};
use super::story::Story;

/// How often somebody reports something: 180 an hour, in a catalogue where a hundred are usual.
const REPORT_EVERY: Duration = Duration::from_secs(20);

/// Reports at most, in one run: a day's.
const MOST_REPORTS: usize = 4320;

/// The pauses before the server goes down, and before it comes back.
const UP_FOR: Duration = Duration::from_mins(10);
const DOWN_FOR: Duration = Duration::from_secs(75);

/// How often the server goes down at most, in one run: so many incidents are left by it.
const MOST_OUTAGES: usize = 24;

/// The server that goes down.
const CANARY: &str = "demo-canary-01";

const SYMPTOMS: [&str; 4] = ["slow", "error", "unreachable", "login"];

/// Go on for as long as this is polled.
pub async fn go_on(stage: &Stage, story: &Story) {
    tokio::join!(reports(stage, story), outages(stage));
    // what was to be made up has been: the rest is real
    std::future::pending::<()>().await;
}

async fn reports(stage: &Stage, story: &Story) {
    // another life in each run
    let chance = Chance::of(RandomIds.next());
    let mut ticks = interval(REPORT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for _ in 0..MOST_REPORTS {
        ticks.tick().await;
        let reported = async {
            // half of them concern what goes wrong now, if something does
            let (incidents, status) = (&stage.incidents, "open");
            let open = say(|| incidents.get("/api/v1/incidents").query("status", status)).await?;
            let named = open.as_array().into_iter().flatten().find_map(|one| one["services"][0].as_str());
            let any = &story.services[chance.below(story.services.len())].name;
            let service = named.filter(|_| chance.fraction() < 0.5).unwrap_or(any);
            // a person of a network for examples (RFC 5737)
            let person = format!("198.51.100.{}", 1 + chance.below(254));
            let body = json!({"service": service, "symptom": SYMPTOMS[chance.below(SYMPTOMS.len())]});
            say(|| incidents.post("/api/v1/reports").header("x-forwarded-for", &person).json(&body)).await
        };
        note(reported.await, "somebody reports something");
    }
}

async fn outages(stage: &Stage) {
    note(set_canary(stage, "up").await, "the canary is up");
    for _ in 0..MOST_OUTAGES {
        sleep(UP_FOR).await;
        note(set_canary(stage, "down").await, "the canary goes down");
        sleep(DOWN_FOR).await;
        note(set_canary(stage, "up").await, "the canary is up again");
    }
}

/// Say in the inventory how the canary is doing.
///
/// # Errors
/// When the inventory refuses.
pub async fn set_canary(stage: &Stage, status: &str) -> Result<Value, StartError> {
    set_server(stage, CANARY, status).await
}

/// Say in the inventory how a server is doing; nothing, when it is not there any more.
pub(super) async fn set_server(stage: &Stage, hostname: &str, status: &str) -> Result<Value, StartError> {
    let inventory = &stage.inventory;
    let found = say(|| inventory.get("/api/v1/servers").query("q", hostname)).await?;
    let Some(id) = found["servers"][0]["id"].as_i64() else { return Ok(Value::Null) };
    let body = json!({"status": status});
    say(|| inventory.patch("/api/v1/servers").segment(id).bearer(&stage.token).json(&body)).await
}

fn note(done: Result<Value, StartError>, what: &str) {
    match done {
        Ok(_) => tracing::debug!("demo: {what}"),
        Err(error) => tracing::debug!(%error, "demo: {what}, but it came to nothing"),
    }
}
