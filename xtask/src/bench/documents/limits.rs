//! What no service can exceed here: the disk, the page cache, the loopback.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};

use super::transfer::{PIECE, Pieces, rate};
use crate::stopwatch::Stopwatch;

/// Write these into a new file and sync it; megabytes a second.
///
/// # Errors
/// When the disk does not take them.
pub fn write(path: &Path, pieces: Pieces) -> Result<f64> {
    let stopwatch = Stopwatch::start();
    let mut file = File::create_new(path).with_context(|| format!("cannot write {}", path.display()))?;
    pieces.each(|piece| Ok(file.write_all(piece)?))?;
    file.sync_all().context("the disk did not take what was written")?;
    Ok(rate(pieces.bytes(), stopwatch.elapsed()))
}

/// Read a file from its beginning to its end; megabytes a second.
///
/// # Errors
/// When it cannot be read.
pub fn read(path: &Path) -> Result<f64> {
    let stopwatch = Stopwatch::start();
    let bytes = drain(&mut File::open(path)?)?;
    Ok(rate(bytes, stopwatch.elapsed()))
}

/// Send these over a connection to ourselves; megabytes a second.
///
/// # Errors
/// When there is no such connection, or not all arrive.
pub fn loopback(pieces: Pieces) -> Result<f64> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let stopwatch = Stopwatch::start();
    let reader = std::thread::spawn(move || drain(&mut listener.accept()?.0));
    let mut connection = TcpStream::connect(address)?;
    pieces.each(|piece| Ok(connection.write_all(piece)?))?;
    drop(connection);
    let bytes = reader.join().map_err(|_| anyhow!("the loopback's reader has ended"))??;
    ensure!(bytes == pieces.bytes(), "the loopback has lost bytes");
    Ok(rate(bytes, stopwatch.elapsed()))
}

fn drain(from: &mut impl Read) -> std::io::Result<u64> {
    let (mut buffer, mut bytes) = (vec![0; PIECE], 0);
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(bytes),
            some => bytes += some as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_one_of_bytes_that_went() {
        let folder = tempfile::tempdir().unwrap();
        let (file, pieces) = (folder.path().join("file"), Pieces::of(3, 1));
        for rate in [write(&file, pieces).unwrap(), read(&file).unwrap(), loopback(pieces).unwrap()] {
            assert!(rate > 0.0, "{rate}");
        }
        assert_eq!(std::fs::metadata(&file).unwrap().len(), 3 << 20);
    }
}
