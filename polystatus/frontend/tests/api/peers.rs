//! All peers in one: a small HTTP server that says what a test wants, as no honest peer would.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

use serde_json::{Value, json};
use testbed::service::START;

/// What it does about a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// An answer.
    Answer(u16, String),
    /// The end of the connection.
    Nothing,
    /// A body that never ends.
    Endless,
    /// The beginning of an answer, and then nothing for as long as the client waits.
    Silence,
}

#[derive(Default)]
struct Told {
    replies: HashMap<String, Reply>,
    /// What everything is answered with.
    always: Option<Reply>,
    /// Events that streams have told.
    events: u64,
    asked: Vec<(String, String, String)>,
}

/// The peers.
pub struct Peers {
    pub address: SocketAddr,
    told: Arc<(Mutex<Told>, Condvar)>,
}

impl Peers {
    /// Peers that tell of an ordinary day.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let told = Arc::new((Mutex::new(Told::default()), Condvar::new()));
        let shared = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let told = Arc::clone(&shared);
                // it ends with an error when the client goes away
                std::thread::spawn(move || serve(&stream, &told));
            }
        });
        let peers = Self { address, told };
        for (path, body) in ordinary() {
            peers.set(path, &body);
        }
        for path in [
            "status",
            "components",
            "incidents/unresolved",
            "scheduled-maintenances/upcoming",
            "scheduled-maintenances/active",
        ] {
            peers.set(&format!("/api/v2/{path}.json"), &json!({"page": {"id": path}}));
        }
        peers.reply("/history.atom", Reply::Answer(200, "<feed xmlns=\"http://www.w3.org/2005/Atom\"/>".to_owned()));
        peers.reply("/history.rss", Reply::Answer(200, "<rss version=\"2.0\"/>".to_owned()));
        for id in ["checkout", "mail"] {
            peers.reply(&format!("/badge/{id}.svg"), Reply::Answer(200, format!("<svg><title>{id}</title></svg>")));
        }
        peers
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answer this path with this JSON.
    pub fn set(&self, path: &str, body: &Value) {
        self.reply(path, Reply::Answer(200, body.to_string()));
    }

    /// Answer this path so.
    pub fn reply(&self, path: &str, reply: Reply) {
        self.told.0.lock().unwrap().replies.insert(path.to_owned(), reply);
    }

    /// Answer everything so; as before again, when it is `None`.
    pub fn always(&self, reply: Option<Reply>) {
        self.told.0.lock().unwrap().always = reply;
    }

    /// Tell in every stream that there is something new.
    pub fn tell(&self) {
        self.told.0.lock().unwrap().events += 1;
        self.told.1.notify_all();
    }

    /// What was sent to this path: the address it was sent for, and the body.
    pub fn posted(&self, path: &str) -> Vec<(String, Value)> {
        let told = self.told.0.lock().unwrap();
        let posted = told.asked.iter().filter(|(line, ..)| *line == format!("POST {path}"));
        posted.map(|(_, of, body)| (of.clone(), serde_json::from_str(body).unwrap())).collect()
    }
}

/// A time as the status API has it.
pub fn time(seconds: i64) -> String {
    // 14 November 2023, 22:13:20, and the days before it
    let (day, rest) = ((START + seconds).div_euclid(86_400), (START + seconds).rem_euclid(86_400));
    let date = 14 + day - START.div_euclid(86_400);
    format!("2023-11-{date:02}T{:02}:{:02}:{:02}.000Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// `summary.json` of two services that are so.
pub fn summary(indicator: &str, checkout: &str) -> Value {
    json!({
        "page": {"name": "Example Shop"},
        "status": {"indicator": indicator},
        "components": [
            {"id": "group0000001", "name": "Shop", "group": true, "status": checkout},
            {"id": "checkout0001", "name": "Checkout", "group": false, "group_id": "group0000001", "status": checkout, "description": "Takes orders"},
            {"id": "mail00000001", "name": "Mail", "group": false, "status": "operational"},
        ],
    })
}

/// An incident, as the status API has it.
pub fn incident(id: &str, title: &str, status: &str, text: &str) -> Value {
    json!({
        "id": "abc", "name": title, "status": status, "impact": "major",
        "shortlink": format!("https://status.example.org/incidents/{id}"),
        "started_at": time(-3600), "resolved_at": if status == "resolved" { json!(time(-60)) } else { json!(null) },
        "components": [{"id": "checkout0001", "name": "Checkout"}],
        "incident_updates": [{"status": status, "body": text, "display_at": time(-60)}],
    })
}

fn ordinary() -> Vec<(&'static str, Value)> {
    let reports = |counts: Vec<u32>| json!({"state": "none", "start": START - 95 * 900, "counts": counts, "baseline": vec![1.0; 96], "symptoms": {"slow": 2}});
    vec![
        ("/api/v2/summary.json", summary("none", "operational")),
        ("/api/v2/incidents.json", json!({"incidents": []})),
        ("/api/v2/scheduled-maintenances.json", json!({"scheduled_maintenances": []})),
        ("/api/v1/services", json!([{"id": "checkout", "name": "Checkout"}, {"id": "mail", "name": "Mail"}])),
        ("/api/v1/reports/checkout", reports(vec![1; 96])),
        ("/api/v1/reports/mail", reports(vec![0; 96])),
        (
            "/api/v1/csp/status",
            json!([{"provider": "github", "name": "GitHub", "state": "operational", "reachable": true, "parsed": true, "fresh": true, "as_of": START}]),
        ),
        ("/api/v1/csp/history", json!([])),
        ("/api/v1/csp/events", json!([])),
        (
            "/api/v1/servers",
            json!({"servers": [{"hostname": "web-prod-01", "ip": "10.0.0.1", "status": "up", "tags": ["web"]}], "count": 1}),
        ),
    ]
}

fn serve(stream: &TcpStream, told: &(Mutex<Told>, Condvar)) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut out = stream;
    loop {
        let (mut line, mut length, mut of) = (String::new(), 0_u64, String::new());
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header)? == 0 {
                return Ok(());
            }
            let header = header.trim_end();
            if header.is_empty() {
                break;
            }
            match header.split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(("x-forwarded-for", value)) => value.clone_into(&mut of),
                Some(_) => {}
                None => {
                    header.trim_end_matches(" HTTP/1.1").split('?').next().unwrap_or_default().clone_into(&mut line);
                }
            }
        }
        let mut body = String::new();
        (&mut reader).take(length).read_to_string(&mut body)?;
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let reply = {
            let mut told = told.0.lock().unwrap();
            told.asked.push((line.clone(), of, body));
            let own = told.replies.get(&path).cloned();
            told.always.clone().or(own)
        };
        match reply {
            None if path.ends_with("/stream") => return events(out, told),
            None => answer(out, 404, r#"{"error":"There is nothing at this address"}"#)?,
            Some(Reply::Answer(status, body)) => answer(out, status, &body)?,
            Some(Reply::Nothing) => return Ok(()),
            Some(Reply::Silence) => {
                out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")?;
                let mut rest = [0];
                return reader.read_exact(&mut rest);
            }
            Some(Reply::Endless) => {
                out.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
                loop {
                    out.write_all(b"400\r\n")?;
                    out.write_all(&[b' '; 1024])?;
                    out.write_all(b"\r\n")?;
                }
            }
        }
    }
}

fn answer(mut out: &TcpStream, status: u16, body: &str) -> std::io::Result<()> {
    write!(out, "HTTP/1.1 {status} Text\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn events(mut out: &TcpStream, (told, more): &(Mutex<Told>, Condvar)) -> std::io::Result<()> {
    out.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")?;
    let mut seen = told.lock().unwrap().events;
    loop {
        let now = more.wait_while(told.lock().unwrap(), |told| told.events == seen).unwrap().events;
        seen = now;
        out.write_all(b"event: status\ndata: {}\n\n")?;
    }
}
