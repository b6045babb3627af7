//! Writes into the storage at the address that it is given, eight at a time, and prints what was acknowledged, until it
//! is killed.

use std::error::Error;
use std::io::Write;

use chassis::ids::RandomIds;
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use store::{Document, Schema, Store, StoreError};

/// As the tests have it.
#[derive(Serialize, Deserialize)]
struct Note {
    id: String,
    colour: String,
    text: String,
}

impl Document for Note {
    const COLLECTION: &'static str = "notes";

    fn key(&self) -> String {
        self.id.clone()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("the address of a storage is missing")?;
    let store = Store::open(&url.parse()?, "test", Schema::default().with::<Note>(), &RandomIds).await?;
    for round in 0_u64.. {
        let writes = (0..8).map(|number| {
            let id = format!("{}-{round}-{number}", std::process::id());
            store.write(move |draft| {
                draft.emit(id.clone());
                draft.append("audit", &id);
                draft.put(Note { id: id.clone(), colour: "red".to_owned(), text: String::new() });
                Ok::<_, StoreError>(id.clone())
            })
        });
        let mut out = std::io::stdout().lock();
        for id in try_join_all(writes).await? {
            writeln!(out, "{id}")?;
        }
        out.flush()?;
    }
    Ok(())
}
