//! Content on its way out, a piece at a time.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path as Place;
use object_store::{GetOptions, GetRange, GetResultPayload};
use tokio::task::spawn_blocking;

use super::{ContentError, ContentStore, place};

/// Bytes that are read at once: one trip to another thread for each, and so much memory for a download. The library's own
/// stream takes 8 KiB.
const PIECE: usize = 256 * 1024;

/// Bytes of content, in order.
pub type Contents = BoxStream<'static, io::Result<Bytes>>;

impl ContentStore {
    /// These bytes of the content with this checksum; `None` when it is not there. What was begun is read to its end, also
    /// when the content is deleted meanwhile.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn read(&self, sha256: &str, bytes: Range<u64>) -> Result<Option<Contents>, ContentError> {
        if bytes.is_empty() {
            return Ok(Some(stream::empty().boxed()));
        }
        let options = GetOptions { range: Some(GetRange::Bounded(bytes)), ..GetOptions::default() };
        let got = match self.objects.get_opts(&Place::from(place(sha256)), options).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            got => got?,
        };
        let range = got.range.clone();
        Ok(Some(match got.payload {
            GetResultPayload::File(file, _) => pieces(file, range).boxed(),
            GetResultPayload::Stream(stream) => stream.map_err(io::Error::other).boxed(),
        }))
    }
}

fn pieces(file: File, range: Range<u64>) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    stream::try_unfold((file, range), |(mut file, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let length = usize::try_from(range.end - range.start).unwrap_or(PIECE).min(PIECE);
        let read = spawn_blocking(move || {
            let mut piece = vec![0; length];
            file.seek(SeekFrom::Start(range.start))?;
            file.read_exact(&mut piece)?;
            Ok::<_, io::Error>((file, piece))
        });
        let (file, piece) = read.await??;
        let rest = range.start + piece.len() as u64..range.end;
        Ok(Some((Bytes::from(piece), (file, rest))))
    })
}
