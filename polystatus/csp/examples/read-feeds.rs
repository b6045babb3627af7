//! Read feeds from files and say what was understood: what to do first with a provider that nobody has read yet, and with
//! one whose feed is suddenly `unknown`.
//!
//! ```sh
//! curl -o feed https://www.githubstatus.com/api/v2/summary.json
//! cargo run -p polystatus-csp --example read-feeds -- feed
//! cargo run --release -p polystatus-csp --example read-feeds -- --repeat 200 folder-with-feeds
//! ```
//!
//! With `--repeat` each is read so many times, and the megabytes in a second are told. `--check` also reads each of them cut
//! off at a thousand places, and with noise at ten thousand: no part of a feed may be read as `operational` (the noise may,
//! where it hits nothing that matters, unless the feed tells of trouble).

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use polystatus_csp::assess::{Assessment, Context, assess};
use polystatus_csp::feeds;
use polystatus_csp::model::{State, Watch};
use serde_json::json;

#[derive(clap::Parser)]
struct Args {
    /// Files, and folders with files
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Read each so many times, and tell how fast
    #[arg(long)]
    repeat: Option<u32>,
    /// Print the figures of `--repeat` as JSON, and nothing else
    #[arg(long)]
    figures: bool,
    /// Read each cut off and with noise too
    #[arg(long)]
    check: bool,
    /// The time to judge by, in Unix seconds [default: that of the newest event]
    #[arg(long)]
    now: Option<i64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = <Args as clap::Parser>::parse();
    let mut files = Vec::new();
    for path in &args.paths {
        if path.is_dir() {
            for entry in std::fs::read_dir(path)? {
                files.push(entry?.path());
            }
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    if args.figures {
        return figures(&files, args.repeat.unwrap_or(1000));
    }
    let mut wrong = 0;
    for file in &files {
        wrong += u32::from(!tell(file, &args)?);
    }
    println!("{} feeds, {wrong} of them wrong", files.len());
    if wrong > 0 { Err("a feed was not read as it should be".into()) } else { Ok(()) }
}

fn tell(file: &Path, args: &Args) -> Result<bool, Box<dyn Error>> {
    let body = std::fs::read(file)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let reading = match feeds::read(&body) {
        Ok(reading) => reading,
        Err(error) => {
            println!("{name}: UNREADABLE: {error}");
            return Ok(false);
        }
    };
    let newest = reading.incidents.iter().filter_map(|incident| incident.updated).max();
    let now = args.now.or(newest).unwrap_or_default() + 1;
    let judged = judge(&body, now).ok_or("what was read once is read again")?;
    println!("{name}: {} ({} bytes), {}: {}", reading.format, body.len(), judged.state, judged.native);
    let open = reading.incidents.iter().filter(|incident| incident.active != Some(false)).count();
    println!("    {} statements, {} events, {open} of them open", reading.evidence.len(), reading.incidents.len());
    for source in judged.sources.iter().take(5) {
        let title: String = source.name.chars().take(60).collect();
        println!("    {:?} {title:?} × {}: {} = {}", source.source, source.number, source.native, source.state);
    }
    if let Some(note) = &judged.note {
        println!("    {note}");
    }
    if let Some(repeat) = args.repeat {
        measure(&body, repeat);
    }
    Ok(!args.check || check(&body, judged.state, now))
}

fn judge(body: &[u8], now: i64) -> Option<Assessment> {
    let reading = feeds::read(body).ok()?;
    let watch = Watch::default();
    Some(assess(
        &reading,
        &Context { watch: &watch, had_open: false, had_components: false, emptied_at: None, doubt: 3600, now },
    ))
}

/// For `cargo xtask bench csp`: for each file its format, its bytes, and the megabytes in a second.
fn figures(files: &[PathBuf], repeat: u32) -> Result<(), Box<dyn Error>> {
    let mut figures = Vec::new();
    for file in files {
        let body = std::fs::read(file)?;
        let format = feeds::read(&body).map(|reading| reading.format.to_string())?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        figures.push(json!({"name": name, "format": format, "bytes": body.len(), "megabytes": speed(&body, repeat)}));
    }
    println!("{}", serde_json::Value::from(figures));
    Ok(())
}

fn measure(body: &[u8], repeat: u32) {
    println!("    {:.1} MB/s", speed(body, repeat));
}

/// Megabytes in a second.
fn speed(body: &[u8], repeat: u32) -> f64 {
    let start = tokio::time::Instant::now();
    for _ in 0..repeat {
        std::hint::black_box(feeds::read(std::hint::black_box(body)).is_ok());
    }
    let each = start.elapsed().max(Duration::from_nanos(1)) / repeat.max(1);
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let speed = body.len() as f64 / 1e6 / each.as_secs_f64();
    speed
}

/// Bytes that break words, strings and documents.
const NOISE: [u8; 6] = [0, b'!', b'"', b'<', b'{', 0xFF];

fn check(body: &[u8], state: State, now: i64) -> bool {
    let is_well = |body: &[u8]| judge(body, now).is_some_and(|judged| judged.state == State::Operational);
    let whole = body.trim_ascii_end().len();
    let cut_well = (0..1000).map(|part| whole * part / 1000).filter(|cut| is_well(&body[..*cut])).count();
    let mut noisy = body.to_vec();
    let mut noise_well = 0;
    for place in (0..1000).map(|part| body.len() * part / 1000) {
        for noise in NOISE {
            noisy[place] = noise;
            noise_well += u32::from(state != State::Operational && is_well(&noisy));
        }
        noisy[place] = body[place];
    }
    println!("    well though cut off: {cut_well}; well by noise: {noise_well}");
    cut_well == 0 && noise_well == 0
}
