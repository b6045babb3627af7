//! Content on its way out, a piece at a time.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path as Place;
use object_store::{GetOptions, GetRange, GetResultPayload};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{ContentError, ContentStore, place};

/// Bytes that are read at once: one trip to another thread for each. A download has two of them, one that is sent and one
/// that is read meanwhile. The library's own stream takes 8 KiB.
const PIECE: usize = 256 * 1024;

/// Bytes that are handed on at once: the server copies them, and more than this would not stay in the processor's cache.
const SLICE: usize = 64 * 1024;

/// Bytes of content, in order.
pub type Contents = BoxStream<'static, io::Result<Bytes>>;

impl ContentStore {
    /// These bytes of the content with this checksum; `None` when it is not there, or not as long as it should be. What was
    /// begun is read to its end, also when the content is deleted meanwhile.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn read(&self, sha256: &str, size: u64, bytes: Range<u64>) -> Result<Option<Contents>, ContentError> {
        if bytes.is_empty() {
            return Ok(Some(stream::empty().boxed()));
        }
        let options = GetOptions { range: Some(GetRange::Bounded(bytes.clone())), ..GetOptions::default() };
        let got = match self.objects.get_opts(&Place::from(place(sha256)), options).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            // a range that begins behind the end is an error of the library's own
            Err(error) => return if self.is_whole(sha256, size).await? { Err(error.into()) } else { Ok(None) },
            Ok(got) if got.meta.size != size => return Ok(None),
            Ok(got) => got,
        };
        Ok(Some(match got.payload {
            GetResultPayload::File(file, _) => Reading::begin(file, bytes).slices().boxed(),
            GetResultPayload::Stream(stream) => stream.map_err(io::Error::other).boxed(),
        }))
    }

    async fn is_whole(&self, sha256: &str, size: u64) -> Result<bool, ContentError> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        match self.objects.get_opts(&Place::from(place(sha256)), options).await {
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            got => Ok(got?.meta.size == size),
        }
    }
}

/// A file that is being read.
struct Reading {
    file: Arc<File>,
    /// What nobody reads yet.
    rest: Range<u64>,
    /// The next piece, on another thread.
    next: Option<JoinHandle<io::Result<Bytes>>>,
    /// What is left of the present one, and all of it.
    slices: Bytes,
    piece: Bytes,
}

impl Reading {
    fn begin(file: File, range: Range<u64>) -> Self {
        let mut reading =
            Self { file: Arc::new(file), rest: range, next: None, slices: Bytes::new(), piece: Bytes::new() };
        reading.read_ahead(BytesMut::new());
        reading
    }

    /// Begin to read the next piece into this room.
    fn read_ahead(&mut self, mut room: BytesMut) {
        if self.rest.is_empty() {
            return;
        }
        let length = usize::try_from(self.rest.end - self.rest.start).unwrap_or(PIECE).min(PIECE);
        let (file, from) = (Arc::clone(&self.file), self.rest.start);
        self.rest.start += length as u64;
        self.next = Some(spawn_blocking(move || {
            room.resize(length, 0);
            file.read_exact_at(&mut room, from)?;
            Ok(room.freeze())
        }));
    }

    fn slices(self) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
        stream::try_unfold(self, |mut reading| async move {
            if reading.slices.is_empty() {
                let Some(next) = reading.next.take() else { return Ok(None) };
                let sent = std::mem::replace(&mut reading.piece, next.await??);
                reading.slices = reading.piece.clone();
                // whoever has sent the last piece has let it go: its room is there again
                reading.read_ahead(sent.try_into_mut().unwrap_or_default());
            }
            let slice = reading.slices.split_to(SLICE.min(reading.slices.len()));
            Ok(Some((slice, reading)))
        })
    }
}
