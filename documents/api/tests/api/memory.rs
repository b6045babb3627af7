//! However large a file is, it is never in memory.

use chassis::client::install_crypto;
use documents_api::model::Sha256;
use futures_util::StreamExt;
use serde_json::Value;
use testbed::service::TOKEN;

use crate::form::streamed;
use crate::process::{memory, program};
use crate::storage::Storage;

/// Bytes of the file. With `DOCUMENTS_TEST_MIB=2048` the test shows the same for 2 GiB.
const MIB: u64 = 256;

/// What the process may have of its own at most, from its start to its end, whatever the size of the file. The pages of a
/// debug build's program come on top, 32 MB of them: `cargo xtask bench documents` measures a release build with its own.
const MOST: u64 = 64 * 1024 * 1024;

/// One MiB that differs from the one before.
fn piece(number: u64) -> Vec<u8> {
    let mut piece = vec![0; 1024 * 1024];
    for (place, chunk) in piece.chunks_mut(8).enumerate() {
        chunk.copy_from_slice(&(number ^ (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_be_bytes());
    }
    piece
}

#[tokio::test]
async fn a_large_file_goes_in_and_out_in_little_memory() {
    #[expect(clippy::disallowed_methods, reason = "for a run by hand: the service itself has no such setting")]
    let pieces = std::env::var("DOCUMENTS_TEST_MIB").ok().and_then(|mib| mib.parse().ok()).unwrap_or(MIB);
    let storage = Storage::sqlite();
    let service = program(&storage).start();
    install_crypto();
    // no time-out: how long it takes is the disk's matter
    let client = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
    // of the program, so many pages or more are there at each later moment: what is left of the peak is no less than the
    // rest was then
    let pages = memory(&service, "RssFile");
    let idle = memory(&service, "VmHWM") - pages;

    let stream = futures_util::stream::iter(0..pieces).map(|number| Ok::<_, std::io::Error>(piece(number)));
    let request = client.post(service.url("/api/v1/files")).bearer_auth(TOKEN);
    let answer = streamed(request, "large", stream).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let file: Value = answer.json().await.unwrap();
    assert_eq!(file["size"], pieces << 20);
    let uploaded = memory(&service, "VmHWM") - pages;

    let mut download = client.get(service.url("/api/v1/files/1/content")).bearer_auth(TOKEN).send().await.unwrap();
    let (mut digest, mut received) = (Sha256::begin(), 0);
    while let Some(piece) = download.chunk().await.unwrap() {
        digest.update(&piece);
        received += piece.len() as u64;
    }
    let sum = Sha256::from(digest.finish()).to_string();
    assert_eq!((received, &*sum), (pieces << 20, file["sha256"].as_str().unwrap()));
    let downloaded = memory(&service, "VmHWM") - pages;
    println!("peak memory in KiB: idle {}, uploaded {}, downloaded {}", idle >> 10, uploaded >> 10, downloaded >> 10);
    assert!(downloaded < MOST, "{downloaded} bytes");
}
