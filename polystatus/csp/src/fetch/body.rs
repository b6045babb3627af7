//! The body of an answer: no larger than it may be, neither as it comes nor decompressed.

use std::io::Read;

use bytes::{Bytes, BytesMut};
use flate2::read::MultiGzDecoder;
use reqwest::header::{self, HeaderMap};

use super::{FetchError, failure};

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all.
    Identity,
    /// By gzip.
    Gzip,
}

impl Encoding {
    /// What the headers say.
    pub fn of(headers: &HeaderMap) -> Result<Self, FetchError> {
        let Some(value) = headers.get(header::CONTENT_ENCODING) else { return Ok(Self::Identity) };
        match value.to_str().map(|value| value.trim().to_ascii_lowercase()).as_deref() {
            Ok("" | "identity") => Ok(Self::Identity),
            Ok("gzip" | "x-gzip") => Ok(Self::Gzip),
            // one after another too: nobody needs that, and it multiplies
            _ => Err(FetchError::Compression),
        }
    }
}

/// All of it, unless it is too large. What the server announces is looked at first, and not believed.
pub async fn read(mut response: reqwest::Response, limit: usize) -> Result<Bytes, FetchError> {
    let announced = response.content_length().unwrap_or_default();
    if usize::try_from(announced).map_or(true, |announced| announced > limit) {
        return Err(FetchError::TooLarge(limit));
    }
    let mut body = BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + piece.len() > limit {
            return Err(FetchError::TooLarge(limit));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// Decompress, on a thread where nobody waits; it stops where it becomes too large, however large it would be.
pub async fn decompressed(body: Bytes, encoding: Encoding, limit: usize) -> Result<Bytes, FetchError> {
    if encoding == Encoding::Identity {
        return Ok(body);
    }
    let work = move || {
        let mut plain = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        let read = MultiGzDecoder::new(&*body).take(most).read_to_end(&mut plain);
        match read {
            Ok(length) if length > limit => Err(FetchError::TooLarge(limit)),
            Ok(_) => Ok(Bytes::from(plain)),
            Err(_) => Err(FetchError::Compression),
        }
    };
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(FetchError::Compression))
}
