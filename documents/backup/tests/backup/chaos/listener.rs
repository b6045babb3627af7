//! An admin who listens, and looks into the feed after each connection and at each notification.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use socketio_client::{Connection, Error, Limits};
use testbed::client::{Client, http};
use testbed::service::TOKEN;
use tokio::task::JoinHandle;

/// Somebody who listens, until dropped.
pub struct Listener {
    read: Arc<Mutex<Vec<Value>>>,
    told: Arc<Mutex<Vec<(i64, Value)>>>,
    task: JoinHandle<()>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Listener {
    pub fn start(api: String, notifications: String) -> Self {
        let (read, told) = (Arc::<Mutex<Vec<Value>>>::default(), Arc::<Mutex<_>>::default());
        let client = Client::at(api, http()).as_(TOKEN);
        let task = tokio::spawn(listen(client, notifications, Arc::clone(&read), Arc::clone(&told)));
        Self { read, told, task }
    }

    /// What it has read, in order.
    pub fn read(&self) -> Vec<Value> {
        self.read.lock().unwrap().clone()
    }

    /// What it was told: numbers of changes, and their files.
    pub fn told(&self) -> Vec<(i64, Value)> {
        self.told.lock().unwrap().clone()
    }
}

async fn listen(
    client: Client,
    notifications: String,
    read: Arc<Mutex<Vec<Value>>>,
    told: Arc<Mutex<Vec<(i64, Value)>>>,
) {
    loop {
        let connected = async {
            let mut connection = Connection::open(&notifications, None, Limits::default()).await?;
            let answer = connection.emit_with_ack("Admin_connect", json!({"token": TOKEN})).await?;
            if answer["ok"] != json!(true) {
                return Ok(());
            }
            loop {
                reconcile(&client, &read).await;
                let event = connection.next().await?;
                if event.name.starts_with("Notify_File_") {
                    let payload = &event.data[0];
                    told.lock().unwrap().push((payload["seq"].as_i64().unwrap(), payload["file"].clone()));
                }
            }
        };
        let ended: Result<(), Error> = connected.await;
        drop(ended);
        // nobody may be there: others are to run meanwhile
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Read what is behind the last change that we have; later again when the API is away.
async fn reconcile(client: &Client, read: &Mutex<Vec<Value>>) {
    loop {
        let after = read.lock().unwrap().len();
        let path = format!("/api/v1/changes?limit=500&after={after}");
        let Ok(answer) = client.request(reqwest::Method::GET, &path).send().await else { return };
        let Ok(Value::Array(page)) = answer.json().await else { return };
        if page.is_empty() {
            return;
        }
        read.lock().unwrap().extend(page);
    }
}
