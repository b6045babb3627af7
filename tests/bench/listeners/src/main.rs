//! Many who listen over Socket.IO, and one who tells, for a benchmark:
//! `listeners <address> <token> <how many> <changes under way> <seconds>`.
//!
//! All connect by websocket as admins. Then one tells of changes: as soon as fewer are under way than it may have, the
//! next. Under way is a change that not everybody has heard. Printed is a line of JSON: what was heard in how long, what
//! was not heard, who was disconnected, and after how many microseconds half and 99 in 100 of all had heard.

use std::cell::{Cell, RefCell};
use std::io::Error;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

type Socket = WebSocketStream<TcpStream>;

/// Connections that are being opened at the same time: the kernel keeps so many waiting for a server.
const AT_ONCE: usize = 50;

/// How long nothing may be heard before what is missing counts as lost.
const SILENCE: Duration = Duration::from_secs(3);

/// Before what counts.
const WARM_UP: Duration = Duration::from_secs(1);

/// What all have heard together. One thread: no lock.
struct Heard {
    listeners: u32,
    /// For each change when it was told, and how many have heard it.
    changes: RefCell<Vec<(Instant, u32)>>,
    /// Changes that everybody has heard.
    complete: Cell<usize>,
    times: RefCell<Vec<u32>>,
    total: Cell<u64>,
    last: Cell<Instant>,
    closed: Cell<u32>,
    ready: Cell<usize>,
    news: Notify,
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, token, listeners, under_way, seconds] = arguments.as_slice() else {
        return Err(Error::other("say whom to ask: listeners 127.0.0.1:7001 TOKEN 2000 1 5"));
    };
    let number = |text: &String| text.parse::<u32>().map_err(|_| Error::other(format!("`{text}` is no number")));
    let address: SocketAddr = address.parse().map_err(|_| Error::other(format!("`{address}` is no address")))?;
    let (listeners, under_way, seconds) = (number(listeners)?, number(under_way)?, number(seconds)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let length = Duration::from_secs(seconds.into());
    LocalSet::new().block_on(&runtime, measure(address, token.clone(), listeners, under_way as usize, length))
}

async fn measure(
    address: SocketAddr,
    token: String,
    listeners: u32,
    under_way: usize,
    length: Duration,
) -> Result<(), Error> {
    let now = Instant::now();
    let heard = Rc::new(Heard {
        listeners,
        changes: RefCell::default(),
        complete: Cell::new(0),
        times: RefCell::default(),
        total: Cell::new(0),
        last: Cell::new(now),
        closed: Cell::new(0),
        ready: Cell::new(0),
        news: Notify::new(),
    });
    for number in 0..listeners as usize {
        spawn_local(listen(address, token.clone(), Rc::clone(&heard)));
        while number >= heard.ready.get() + AT_ONCE {
            sleep(Duration::from_millis(1)).await;
        }
    }
    while heard.ready.get() < listeners as usize {
        if heard.closed.get() > 0 || now.elapsed() > Duration::from_mins(1) {
            return Err(Error::other(format!("{} of {listeners} listen", heard.ready.get())));
        }
        sleep(Duration::from_millis(5)).await;
    }
    let (tell, changes) = mpsc::unbounded_channel();
    spawn_local(speak(open(address, Some(&token)).await?, changes));
    told(&heard, &tell, under_way, WARM_UP).await;
    heard.times.borrow_mut().clear();
    let (before, from) = (heard.total.get(), Instant::now());
    told(&heard, &tell, under_way, length).await;
    let took = heard.last.get().duration_since(from).as_secs_f64();
    let told = heard.changes.borrow().len() as u64;
    let mut times = heard.times.borrow_mut();
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
    println!(
        "{}",
        json!({
            "heard": heard.total.get() - before,
            "seconds": took,
            "lost": told * u64::from(listeners) - heard.total.get(),
            "closed": heard.closed.get(),
            "half": at(50),
            "nearly_all": at(99),
        })
    );
    Ok(())
}

/// Tell for so long, then wait until all is heard, or nothing more is.
async fn told(heard: &Heard, tell: &mpsc::UnboundedSender<String>, under_way: usize, length: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < length {
        let told = heard.changes.borrow().len();
        if told < heard.complete.get() + under_way {
            heard.changes.borrow_mut().push((Instant::now(), 0));
            let file = json!({
                "id": 12, "user_id": 3, "name": "contract.pdf", "version": told + 1,
                "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "size": 1_234_567
            });
            let change = json!({"seq": told + 1, "file": file, "at": 1_700_000_000});
            let _ = tell.send(format!("42{}", json!(["File_update", change])));
        } else if timeout(SILENCE, heard.news.notified()).await.is_err() {
            return;
        }
    }
    while heard.complete.get() < heard.changes.borrow().len() && heard.last.get().elapsed() < SILENCE {
        let _ = timeout(SILENCE, heard.news.notified()).await;
    }
}

/// A connection in the namespace `/`.
async fn open(address: SocketAddr, token: Option<&str>) -> Result<Socket, Error> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
    let (mut socket, _) = client_async(url, stream).await.map_err(Error::other)?;
    let auth = token.map(|token| json!({"token": token}).to_string()).unwrap_or_default();
    socket.send(Message::text(format!("40{auth}"))).await.map_err(Error::other)?;
    while let Some(message) = socket.next().await {
        match message.map_err(Error::other)?.to_text().unwrap_or_default() {
            // the first heart-beat comes before the answer: who misses it is dropped after the server's patience
            "2" => socket.send(Message::text("3")).await.map_err(Error::other)?,
            text if text.starts_with("40") => return Ok(socket),
            _ => {}
        }
    }
    Err(Error::other("it is not let in"))
}

async fn listen(address: SocketAddr, token: String, heard: Rc<Heard>) {
    let listened = async {
        let mut socket = open(address, None).await?;
        let hello = format!("420{}", json!(["Admin_connect", {"token": token}]));
        socket.send(Message::text(hello)).await.map_err(Error::other)?;
        let (mut sender, mut receiver): (SplitSink<Socket, _>, SplitStream<Socket>) = socket.split();
        while let Some(message) = receiver.next().await {
            let message = message.map_err(Error::other)?;
            match message.to_text().unwrap_or_default() {
                "2" => sender.send(Message::text("3")).await.map_err(Error::other)?,
                text if text.starts_with("42[\"Notify_") => heard.one(text),
                text if text.starts_with("430") => heard.ready.set(heard.ready.get() + 1),
                _ => {}
            }
        }
        Ok::<_, Error>(())
    };
    if let Err(error) = listened.await {
        eprintln!("a listener has ended: {error}");
    }
    heard.closed.set(heard.closed.get() + 1);
}

impl Heard {
    /// Somebody has heard this.
    fn one(&self, text: &str) {
        let digits = text.split_once("\"seq\":").map_or("", |(_, rest)| rest);
        let digits = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];
        let Some(place) = digits.parse::<usize>().ok().and_then(|seq| seq.checked_sub(1)) else { return };
        let mut changes = self.changes.borrow_mut();
        let Some((told, times)) = changes.get_mut(place) else { return };
        *times += 1;
        let now = Instant::now();
        self.times.borrow_mut().push(u32::try_from(now.duration_since(*told).as_micros()).unwrap_or(u32::MAX));
        self.total.set(self.total.get() + 1);
        self.last.set(now);
        if *times == self.listeners {
            self.complete.set(self.complete.get() + 1);
            self.news.notify_one();
        }
    }
}

/// Send what there is to tell, and answer heart-beats.
async fn speak(mut socket: Socket, mut changes: mpsc::UnboundedReceiver<String>) {
    loop {
        let sent = tokio::select! {
            Some(change) = changes.recv() => socket.send(Message::text(change)).await,
            Some(Ok(message)) = socket.next() => {
                if message.to_text().is_ok_and(|text| text == "2") { socket.send(Message::text("3")).await } else { Ok(()) }
            }
            else => return,
        };
        if sent.is_err() {
            return;
        }
    }
}
