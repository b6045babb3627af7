//! A stand-in for GitHub's REST API: the three calls about pull requests, with state, and with the troubles that the
//! real one has. Statuses and words are those of <https://docs.github.com/rest/pulls/pulls>.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use serde_json::{Value, json};

/// The token that the stand-in takes.
pub const TOKEN: &str = "ghs_a-token-for-tests";

/// In place of a status: the connection ends without an answer.
const CUT: u16 = 0;

/// A commit on `develop`.
#[derive(Clone)]
pub struct Commit(String);

impl Commit {
    pub fn new(message: &str) -> Self {
        Self(message.to_owned())
    }

    fn json(&self, number: usize) -> Value {
        json!({
            "sha": format!("{number:040x}"),
            "commit": {"message": self.0, "author": {"name": "Ada", "email": "ada@example.org"}},
            "parents": [{"sha": "0".repeat(40)}],
        })
    }
}

/// A pull request as the stand-in keeps it.
#[derive(Clone)]
pub struct PullRequest {
    pub number: u64,
    pub title: String,
    pub body: String,
}

impl PullRequest {
    fn json(&self) -> Value {
        let url = format!("https://github.example.org/Owner/inventory/pull/{}", self.number);
        json!({"number": self.number, "title": self.title, "body": self.body, "html_url": url, "state": "open"})
    }
}

/// What can go wrong.
#[derive(Clone, Copy)]
pub enum Trouble {
    /// It answers 503 that often.
    Unavailable { times: u32 },
    /// The first pull request is made, and the connection breaks before the answer.
    AnswerLost,
    /// It asks to come back later, once.
    SlowDown { seconds: u32 },
    /// The hour's calls are used up.
    LimitUsedUp,
    /// The job's token may not write pull requests.
    NoPermission,
    /// One of the branches is not there.
    NoBranch,
}

#[derive(Default)]
struct State {
    commits: Vec<Commit>,
    pull_requests: Vec<PullRequest>,
    forbidden: bool,
    trouble: Option<Trouble>,
    requests: Vec<String>,
    ended: bool,
}

/// The stand-in. It ends with this value.
pub struct GitHub {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    server: Option<JoinHandle<()>>,
}

struct Answer {
    status: u16,
    headers: String,
    body: Value,
}

fn answer(status: u16, body: Value) -> Answer {
    Answer { status, headers: String::new(), body }
}

fn refusal(status: u16, message: &str) -> Answer {
    answer(status, json!({"message": message, "documentation_url": "https://docs.github.com/rest"}))
}

impl GitHub {
    pub fn start(commits: &[Commit]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { commits: commits.to_vec(), ..State::default() }));
        let shared = Arc::clone(&state);
        let server = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.lock().unwrap().ended {
                    return;
                }
                serve(&shared, &stream);
            }
        });
        Self { address, state, server: Some(server) }
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn push(&self, commit: Commit) {
        self.state().commits.push(commit);
    }

    pub fn edit(&self, change: impl FnOnce(&mut PullRequest)) {
        change(&mut self.state().pull_requests[0]);
    }

    pub fn forbid(&self) {
        self.state().forbidden = true;
    }

    pub fn trouble(&self, trouble: Trouble) {
        self.state().trouble = Some(trouble);
    }

    pub fn only_pull_request(&self) -> PullRequest {
        let state = self.state();
        assert_eq!(state.pull_requests.len(), 1, "there must be one pull request");
        state.pull_requests[0].clone()
    }

    pub fn calls(&self) -> usize {
        self.state().requests.len()
    }

    /// The methods of the calls that change something.
    pub fn writes(&self) -> Vec<String> {
        self.state().requests.iter().filter(|method| *method != "GET").cloned().collect()
    }

    pub fn stop(&mut self) {
        self.state().ended = true;
        // wakes it, so that it sees the end
        let _ = TcpStream::connect(self.address);
        if let Some(server) = self.server.take() {
            server.join().unwrap();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        if self.server.is_some() {
            self.stop();
        }
    }
}

fn serve(state: &Mutex<State>, stream: &TcpStream) {
    let Some((method, path, token, body)) = read(stream) else { return };
    let mut state = state.lock().unwrap();
    state.requests.push(method.clone());
    let answer = if token == format!("Bearer {TOKEN}") {
        state.troubled(&method, &body).unwrap_or_else(|| state.answer(&method, &path, &body))
    } else {
        refusal(401, "Bad credentials")
    };
    let Answer { status, headers, body } = answer;
    if status == CUT {
        return;
    }
    let body = body.to_string();
    let head = format!("HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    let _ = write!(&*stream, "{head}{headers}Connection: close\r\n\r\n{body}");
}

fn read(stream: &TcpStream) -> Option<(String, String, String, Value)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (method, rest) = line.split_once(' ')?;
    let (path, _) = rest.split_once(' ')?;
    let (mut length, mut token) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => value.clone_into(&mut token),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).ok()? };
    Some((method.to_owned(), path.to_owned(), token, body))
}

impl State {
    /// What the trouble answers in place of the API; nothing, where it lets the call pass.
    fn troubled(&mut self, method: &str, body: &Value) -> Option<Answer> {
        match self.trouble? {
            Trouble::Unavailable { times: 0 } => None,
            Trouble::Unavailable { times } => {
                self.trouble = Some(Trouble::Unavailable { times: times - 1 });
                Some(refusal(503, "No server is currently available"))
            }
            Trouble::AnswerLost if method == "POST" => {
                self.trouble = None;
                self.open(body);
                Some(answer(CUT, Value::Null))
            }
            Trouble::SlowDown { seconds } => {
                self.trouble = None;
                let headers = format!("Retry-After: {seconds}\r\n");
                let body = json!({"message": "You have exceeded a secondary rate limit"});
                Some(Answer { status: 403, headers, body })
            }
            Trouble::LimitUsedUp => {
                let headers = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1795370000\r\n".to_owned();
                Some(Answer { status: 403, headers, body: json!({"message": "API rate limit exceeded"}) })
            }
            Trouble::NoPermission if method == "POST" => Some(refusal(403, "Resource not accessible by integration")),
            Trouble::NoBranch => Some(refusal(404, "Not Found")),
            Trouble::AnswerLost | Trouble::NoPermission => None,
        }
    }

    fn answer(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        let path = path.strip_prefix("/repos/Owner/inventory/").unwrap_or_default();
        match (method, path.split('?').next().unwrap_or_default()) {
            ("GET", "compare/main...develop") => answer(200, self.comparison()),
            ("GET", "pulls") => {
                assert_eq!(path, "pulls?state=open&head=Owner:develop&base=main");
                answer(200, self.pull_requests.iter().map(PullRequest::json).collect())
            }
            ("POST", "pulls") => self.open(body),
            ("PATCH", "pulls/1") => {
                let open = &mut self.pull_requests[0];
                open.title = text(&body["title"]);
                open.body = text(&body["body"]);
                answer(200, open.json())
            }
            _ => refusal(404, "Not Found"),
        }
    }

    fn comparison(&self) -> Value {
        let commits: Vec<Value> = self.commits.iter().enumerate().map(|(number, c)| c.json(number + 1)).collect();
        let status = if commits.is_empty() { "identical" } else { "ahead" };
        json!({"status": status, "ahead_by": commits.len(), "behind_by": 0, "commits": commits})
    }

    fn open(&mut self, body: &Value) -> Answer {
        if self.forbidden {
            return refusal(403, "GitHub Actions is not permitted to create or approve pull requests.");
        }
        if !self.pull_requests.is_empty() {
            let error =
                json!({"resource": "PullRequest", "message": "A pull request already exists for Owner:develop."});
            return answer(422, json!({"message": "Validation Failed", "errors": [error]}));
        }
        assert_eq!((&body["head"], &body["base"]), (&json!("develop"), &json!("main")));
        let opened = PullRequest { number: 1, title: text(&body["title"]), body: text(&body["body"]) };
        self.pull_requests.push(opened.clone());
        answer(201, opened.json())
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
