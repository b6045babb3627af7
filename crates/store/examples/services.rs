//! Keeps a service and tells of it: `cargo run -p store --example services -- sqlite:data/example.db`.
//!
//! Each run counts one more start. `docs/store.md` shows what then lies in Redis and in SQLite.

use std::error::Error;

use chassis::ids::RandomIds;
use serde::{Deserialize, Serialize};
use store::{Document, Schema, Store, StoreError};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Service {
    id: String,
    group: String,
    starts: u32,
}

impl Document for Service {
    const COLLECTION: &'static str = "services";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![("group", self.group.clone())]
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "memory:".to_owned());
    let store = Store::open(&url.parse()?, "example", Schema::default().with::<Service>(), &RandomIds).await?;
    let mail = store
        .write(|draft| {
            // what is read here cannot be changed by anybody before this is written
            let starts = draft.get::<Service>("mail").map_or(0, |mail| mail.starts) + 1;
            draft.emit(format!(r#"{{"type":"example.service.started","subject":"mail","starts":{starts}}}"#));
            draft.append("audit", &format!("mail was started for the {starts}. time"));
            Ok::<_, StoreError>(draft.put(Service { id: "mail".to_owned(), group: "office".to_owned(), starts }))
        })
        .await?;
    println!("{} starts, at version {}", mail.starts, mail.version);
    for service in store.read().find::<Service>("group", "office") {
        println!("in the office: {}", service.id);
    }
    store.close().await;
    Ok(())
}
