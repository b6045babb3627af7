//! Many who write at once, before an API that dies under their hands.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testbed::client::Client;
use testbed::wait;

use super::seeded::Seeded;
use super::{AT_LAST, CHANGES, USERS, WRITERS, sha256};
use crate::api::{form, with_form};

/// What was written, and what was promised.
#[derive(Debug, Default)]
pub struct Written(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    count: usize,
    contents: HashMap<String, Vec<u8>>,
    /// File, version and checksum of what was answered well.
    acknowledged: Vec<(i64, i64, String)>,
}

impl Written {
    pub fn count(&self) -> usize {
        self.0.lock().unwrap().count
    }

    pub fn is_done(&self) -> bool {
        self.count() >= CHANGES
    }

    pub fn contents(&self) -> HashMap<String, Vec<u8>> {
        self.0.lock().unwrap().contents.clone()
    }

    pub fn acknowledged(&self) -> Vec<(i64, i64, String)> {
        self.0.lock().unwrap().acknowledged.clone()
    }

    fn sends(&self, content: &[u8]) {
        self.0.lock().unwrap().contents.insert(sha256(content), content.to_owned());
    }

    fn promised(&self, file: Option<&Value>) {
        let mut inner = self.0.lock().unwrap();
        inner.count += 1;
        if let Some(file) = file {
            let number = |name: &str| file[name].as_i64().unwrap();
            let sum = file["sha256"].as_str().unwrap().to_owned();
            inner.acknowledged.push((number("id"), number("version"), sum));
        }
    }
}

/// Write until there are enough changes.
pub async fn write_all(client: &Client, ids: &Arc<Seeded>, written: &Arc<Written>) {
    join_all((0..WRITERS).map(|writer| write(client, writer, ids, written))).await;
}

async fn write(client: &Client, writer: usize, ids: &Seeded, written: &Written) {
    let mut files: Vec<i64> = Vec::new();
    for number in 0.. {
        if written.is_done() {
            return;
        }
        let name = format!("w{writer}-{number}.bin");
        let content = content(&name, ids);
        let chosen = (!files.is_empty()).then(|| ids.below::<usize>(files.len()));
        let path = |file: i64| format!("/api/v1/files/{file}");
        let (chosen, request) = match (ids.below::<u8>(10), chosen) {
            (0..4, _) | (_, None) => {
                written.sends(&content);
                let owner = 1 + ids.below::<i64>(usize::try_from(USERS).unwrap());
                (None, with_form(client.request(Method::POST, "/api/v1/files"), form(Some(owner), &name, &content)))
            }
            (4..7, Some(chosen)) => {
                written.sends(&content);
                (
                    Some(chosen),
                    with_form(client.request(Method::PUT, &path(files[chosen])), form(None, &name, &content)),
                )
            }
            (7, Some(chosen)) => {
                (Some(chosen), client.request(Method::PUT, &path(files[chosen])).json(&json!({"name": name})))
            }
            (_, Some(chosen)) => (Some(chosen), client.request(Method::DELETE, &path(files[chosen]))),
        };
        match (answer(request).await, chosen) {
            // perhaps it was done, and perhaps not: the feed will tell
            (None | Some((503, _)), _) => comes_back(client).await,
            (Some((201, file)), _) => {
                files.push(file["id"].as_i64().unwrap());
                written.promised(Some(&file));
            }
            (Some((200, file)), _) => written.promised(Some(&file)),
            (Some((204, _)), Some(chosen)) => {
                files.swap_remove(chosen);
                written.promised(None);
            }
            // deleted by a request whose answer was lost
            (Some((404, _)), Some(chosen)) => drop(files.swap_remove(chosen)),
            (Some((status, body)), _) => panic!("{status}: {body}"),
        }
    }
}

/// No two are the same, most are small, and some take long enough to be in the middle of.
fn content(name: &str, ids: &Seeded) -> Vec<u8> {
    let bytes = if ids.below::<u8>(20) == 0 { 400_000 } else { ids.below::<usize>(8000) };
    format!("{name} {} ", ids.below::<u64>(1 << 40)).bytes().cycle().take(bytes + 40).collect()
}

/// What was answered; nothing when the connection broke.
async fn answer(request: RequestBuilder) -> Option<(u16, Value)> {
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await.ok()?;
    Some((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

async fn comes_back(client: &Client) {
    let back = async || answer(client.request(Method::GET, "/readyz")).await.filter(|(status, _)| *status == 200);
    wait::until_async("the API to come back", AT_LAST, back).await;
}
