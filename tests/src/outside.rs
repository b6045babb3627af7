//! What is outside of the system, and is called by it: a receiver of webhooks, and the status page of a provider.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::Value;
use testbed::wait;

use crate::system::SOON;

/// A server on this machine. It ends when it is dropped.
#[derive(Debug)]
pub struct Outside {
    base: String,
    told: Told,
    handle: ServerHandle,
}

/// What was posted to it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Headers, by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body, byte for byte: it is what is signed.
    pub body: String,
}

#[derive(Debug, Default)]
struct Seen {
    pages: HashMap<String, String>,
    calls: Vec<(String, Call)>,
}

#[derive(Debug, Clone, Default)]
struct Told(Arc<Mutex<Seen>>);

impl Told {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outside {
    /// Start it on this machine, for this machine alone.
    pub fn start() -> Self {
        Self::on(Ipv4Addr::LOCALHOST.into(), |port| format!("http://127.0.0.1:{port}"))
    }

    /// Start it on this address, under the name that it has in the system.
    pub fn on(host: IpAddr, named: impl FnOnce(u16) -> String) -> Self {
        let told = Told::default();
        let shared = web::Data::new(told.clone());
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let app = move || App::new().app_data(shared.clone()).default_service(web::to(answer));
                let server = HttpServer::new(app).workers(1).disable_signals().bind((host, 0)).unwrap();
                let port = server.addrs()[0].port();
                let server = server.run();
                sender.send((port, server.handle())).unwrap();
                server.await
            })
        });
        let (port, handle) = receiver.recv().unwrap();
        Self { base: named(port), told, handle }
    }

    /// `path` on it, as the system reaches it.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Answer this path with this JSON from now on.
    pub fn show(&self, path: &str, body: &Value) {
        self.told.lock().pages.insert(path.to_owned(), body.to_string());
    }

    /// What was posted to this path and holds this text, once there are so many.
    pub async fn calls(&self, path: &str, holding: &str, count: usize) -> Vec<Call> {
        wait::until_async(&format!("{count} calls of {path}"), SOON, async || {
            let seen = self.told.lock();
            let calls = seen.calls.iter().filter(|(called, call)| called == path && call.body.contains(holding));
            let calls: Vec<Call> = calls.map(|(_, call)| call.clone()).collect();
            (calls.len() >= count).then_some(calls)
        })
        .await
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn answer(request: HttpRequest, body: String, told: web::Data<Told>) -> HttpResponse {
    let mut seen = told.lock();
    if request.method() == "GET" {
        return match seen.pages.get(request.path()) {
            Some(page) => HttpResponse::Ok().content_type("application/json").body(page.clone()),
            None => HttpResponse::NotFound().finish(),
        };
    }
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
    seen.calls.push((request.path().to_owned(), Call { headers: headers.collect(), body }));
    HttpResponse::NoContent().finish()
}
