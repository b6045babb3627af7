//! A websocket's bytes on their way between two owners: actix holds the connection, and the engine wants a stream.
//!
//! Not `tokio::io::duplex`: whoever is dropped for reading too slowly must be cut off while the engine waits to write to
//! it, and bytes are handed on here as they are, without a task in the middle.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// Bytes that wait in one direction at most: what a socket of the system takes at once is about as much.
const WAITING: usize = 32 * 1024;

/// What both ends share.
#[derive(Debug, Default)]
pub struct Wire {
    flow: Mutex<Flow>,
    /// Bytes that the client has taken.
    taken: Arc<AtomicU64>,
}

#[derive(Debug, Default)]
struct Flow {
    /// From the client.
    incoming: VecDeque<Bytes>,
    incoming_bytes: usize,
    incoming_ended: bool,
    /// To the client.
    outgoing: BytesMut,
    outgoing_ended: bool,
    cut: bool,
    /// Who waits for bytes of the client, for room for them, for room for bytes to the client, and for those.
    reader: Option<Waker>,
    feeder: Option<Waker>,
    writer: Option<Waker>,
    taker: Option<Waker>,
}

impl Flow {
    fn wake_all(&mut self) {
        for waiting in [&mut self.reader, &mut self.feeder, &mut self.writer, &mut self.taker] {
            wake(waiting);
        }
    }
}

fn wake(waiting: &mut Option<Waker>) {
    if let Some(waker) = waiting.take() {
        waker.wake();
    }
}

/// Remember who waits, without a clone where it is the same as before.
fn wait(waiting: &mut Option<Waker>, context: &Context<'_>) {
    match waiting {
        Some(waker) => waker.clone_from(context.waker()),
        None => *waiting = Some(context.waker().clone()),
    }
}

impl Wire {
    /// End it now, whatever is still on its way.
    pub fn cut(&self) {
        let mut flow = self.flow();
        flow.cut = true;
        flow.wake_all();
    }

    /// Hand on what the client sends, until it sends no more or the wire is cut.
    pub async fn feed<E>(self: Arc<Self>, mut payload: impl Stream<Item = Result<Bytes, E>> + Unpin) {
        while let Some(Ok(bytes)) = payload.next().await {
            if !std::future::poll_fn(|context| self.poll_feed(context, &bytes)).await {
                return;
            }
        }
        let mut flow = self.flow();
        flow.incoming_ended = true;
        wake(&mut flow.reader);
    }

    /// Whether the bytes were taken; not when nobody reads them any more.
    fn poll_feed(&self, context: &Context<'_>, bytes: &Bytes) -> Poll<bool> {
        let mut flow = self.flow();
        // once the engine writes no more, it reads no more either
        if flow.cut || flow.outgoing_ended {
            return Poll::Ready(false);
        }
        if flow.incoming_bytes >= WAITING {
            wait(&mut flow.feeder, context);
            return Poll::Pending;
        }
        flow.incoming_bytes += bytes.len();
        flow.incoming.push_back(bytes.clone());
        wake(&mut flow.reader);
        Poll::Ready(true)
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        // a lock of the standard library: it is never held across an await, and whoever panicked has left whole bytes
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The engine's end.
#[derive(Debug)]
pub struct EngineEnd {
    wire: Arc<Wire>,
    /// How long the client may take nothing while something waits for it.
    patience: Duration,
    since: Option<Pin<Box<Sleep>>>,
}

/// The client's end: the body of the answer, which has no end of its own.
#[derive(Debug)]
pub struct ClientEnd(Arc<Wire>);

/// Both ends of a new wire, and the wire itself. What the client takes is counted.
pub fn wire(patience: Duration, taken: Arc<AtomicU64>) -> (Arc<Wire>, EngineEnd, ClientEnd) {
    let wire = Arc::new(Wire { flow: Mutex::default(), taken });
    let engine = EngineEnd { wire: Arc::clone(&wire), patience, since: None };
    (Arc::clone(&wire), engine, ClientEnd(wire))
}

impl AsyncRead for EngineEnd {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut flow = self.wire.flow();
        if flow.cut {
            return Poll::Ready(Err(ErrorKind::ConnectionReset.into()));
        }
        let Some(first) = flow.incoming.front_mut() else {
            if flow.incoming_ended {
                return Poll::Ready(Ok(()));
            }
            wait(&mut flow.reader, context);
            return Poll::Pending;
        };
        let taken = first.len().min(buffer.remaining());
        buffer.put_slice(&first[..taken]);
        first.advance(taken);
        if first.is_empty() {
            flow.incoming.pop_front();
        }
        flow.incoming_bytes -= taken;
        wake(&mut flow.feeder);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for EngineEnd {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let room = {
            let mut flow = self.wire.flow();
            if flow.cut || flow.outgoing_ended {
                return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
            }
            let room = WAITING.saturating_sub(flow.outgoing.len()).min(bytes.len());
            flow.outgoing.extend_from_slice(&bytes[..room]);
            if room > 0 {
                wake(&mut flow.taker);
            } else {
                wait(&mut flow.writer, context);
            }
            room
        };
        if room > 0 || bytes.is_empty() {
            self.since = None;
            return Poll::Ready(Ok(room));
        }
        let patience = self.patience;
        let since = self.since.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + patience)));
        ready!(since.as_mut().poll(context));
        // the engine's writer would go on for ever with errors; its reader ends the session
        self.wire.cut();
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // whatever was written, actix has been woken for
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut flow = self.wire.flow();
        flow.outgoing_ended = true;
        wake(&mut flow.taker);
        Poll::Ready(Ok(()))
    }
}

impl Drop for EngineEnd {
    fn drop(&mut self) {
        let mut flow = self.wire.flow();
        // what was written before may still be read
        flow.outgoing_ended = true;
        flow.wake_all();
    }
}

impl Stream for ClientEnd {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut flow = self.0.flow();
        if flow.cut {
            return Poll::Ready(Some(Err(ErrorKind::ConnectionAborted.into())));
        }
        if !flow.outgoing.is_empty() {
            // with its memory: a connection on which nothing happens holds none
            let bytes = std::mem::take(&mut flow.outgoing).freeze();
            self.0.taken.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            wake(&mut flow.writer);
            return Poll::Ready(Some(Ok(bytes)));
        }
        if flow.outgoing_ended {
            return Poll::Ready(None);
        }
        wait(&mut flow.taker, context);
        Poll::Pending
    }
}

impl Drop for ClientEnd {
    fn drop(&mut self) {
        self.0.cut();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const LONG: Duration = Duration::from_secs(45);

    fn wire(patience: Duration) -> (Arc<Wire>, EngineEnd, ClientEnd) {
        super::wire(patience, Arc::default())
    }

    #[tokio::test]
    async fn bytes_pass_both_ways_and_the_end_is_told() {
        let (wire, mut engine, mut client) = wire(LONG);
        let sent = [Ok::<_, io::Error>(Bytes::from_static(b"to the ")), Ok(Bytes::from_static(b"engine"))];
        Arc::clone(&wire).feed(stream::iter(sent)).await;
        let mut read = String::new();
        engine.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "to the engine");
        engine.write_all(b"to the client").await.unwrap();
        engine.shutdown().await.unwrap();
        assert_eq!(client.next().await.unwrap().unwrap(), "to the client");
        assert_eq!(wire.taken.load(Ordering::Relaxed), 13);
        assert!(client.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_waited_for_so_long_and_no_longer() {
        let (_, mut engine, client) = wire(LONG);
        let before = Instant::now();
        let error = engine.write_all(&vec![0; 2 * WAITING]).await.unwrap_err();
        assert_eq!((error.kind(), before.elapsed().as_secs()), (ErrorKind::TimedOut, LONG.as_secs()));
        assert_eq!(engine.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
        drop(client);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_something_is_waited_for_anew() {
        let (_, mut engine, mut client) = wire(LONG);
        let write = async { engine.write_all(&vec![0; 3 * WAITING]).await };
        let read = async {
            for _ in 0..2 {
                tokio::time::sleep(LONG * 2 / 3).await;
                client.next().await.unwrap().unwrap();
            }
        };
        assert!(tokio::join!(write, read).0.is_ok());
    }

    #[tokio::test]
    async fn a_cut_ends_both_sides_at_once() {
        let (wire, mut engine, mut client) = wire(LONG);
        engine.write_all(b"never read").await.unwrap();
        wire.cut();
        assert_eq!(engine.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(engine.write_u8(0).await.unwrap_err().kind(), ErrorKind::BrokenPipe);
        assert_eq!(client.next().await.unwrap().unwrap_err().kind(), ErrorKind::ConnectionAborted);
        // and who feeds it does not wait for room that never comes
        wire.feed(stream::repeat(Ok::<_, ()>(Bytes::from_static(&[0; 1024])))).await;
    }

    #[tokio::test]
    async fn a_client_that_has_gone_is_told_to_the_engine() {
        let (_, mut engine, client) = wire(LONG);
        drop(client);
        assert!(engine.read_u8().await.is_err());
        assert!(engine.write_u8(0).await.is_err());
    }
}
