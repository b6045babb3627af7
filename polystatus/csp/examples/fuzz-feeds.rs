//! A fuzzer for the readers of feeds that needs no nightly compiler: bodies are changed at random, and those that make a
//! reader say something new are changed further.
//!
//! ```sh
//! cargo run --release -p polystatus-csp --example fuzz-feeds -- --seconds 60
//! ```
//!
//! A fuzzer with coverage (libFuzzer) asks which branches ran. This one asks what came out: the error in words, or format,
//! states, and how many events of which kind. That is coarser, and enough to find its way from one payload into every
//! refusal. What must hold for each body:
//!
//! - no panic;
//! - reading it twice gives the same;
//! - texts are bounded, and links are links;
//! - whoever is read as `operational` has said so: there is a statement that is green, or a history in which all is over.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use chassis::ids::{Ids, RandomIds};
use polystatus_csp::assess::{Assessment, Context, assess};
use polystatus_csp::feeds::{self, Format, Reading, Unreadable};
use polystatus_csp::model::{State, Watch};
use tokio::time::Instant;

#[derive(clap::Parser)]
struct Args {
    /// Folder with feeds to begin with
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/feeds/payloads"))]
    corpus: PathBuf,
    /// How long
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// To repeat a run; random when left out
    #[arg(long)]
    seed: Option<u64>,
}

/// Bodies that are kept at most.
const MOST: usize = 5000;

/// The longest body that is made.
const LONGEST: usize = 64 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let args = <Args as clap::Parser>::parse();
    let seed = args.seed.unwrap_or_else(|| RandomIds.next());
    let mut chance = Chance(seed | 1);
    let mut corpus = vec![b"\xFE\xFF\0[\0]".to_vec()];
    for entry in std::fs::read_dir(&args.corpus)? {
        let body = std::fs::read(entry?.path())?;
        let wide = String::from_utf8_lossy(&body).encode_utf16().flat_map(u16::to_be_bytes).collect();
        corpus.extend([body, wide]);
    }
    let begun = corpus.len();
    let mut known: BTreeSet<String> = corpus.iter().map(|body| check(body)).collect();
    let (end, mut tried) = (Instant::now() + Duration::from_secs(args.seconds), 0_u64);
    println!("seed {seed}: {begun} bodies, {} outcomes", known.len());
    while Instant::now() < end {
        // a panic in a reader ends the program, and says with which body
        for _ in 0..200 {
            let body = changed(&corpus, &mut chance);
            tried += 1;
            let outcome = std::panic::catch_unwind(|| check(&body));
            let outcome = outcome.map_err(|_| format!("seed {seed}, body {:?}", String::from_utf8_lossy(&body)))?;
            if known.insert(outcome) && corpus.len() < MOST {
                corpus.push(body);
            }
        }
    }
    println!("{tried} bodies tried, {} outcomes, {} bodies kept; nothing was wrong", known.len(), corpus.len());
    Ok(())
}

/// Read a body, check what must hold, and say what came out.
fn check(body: &[u8]) -> String {
    let read = feeds::read(body);
    assert_eq!(read, feeds::read(body), "a reader says two things of one body");
    match read {
        // places in the text are no outcome
        Err(Unreadable::NotJson(_)) => "no JSON".to_owned(),
        Err(Unreadable::NotXml(reason)) => format!("no XML: {}", reason.chars().take(25).collect::<String>()),
        Err(error) => error.to_string(),
        Ok(reading) => {
            let watch = Watch::default();
            let context = Context {
                watch: &watch,
                had_open: false,
                had_components: false,
                emptied_at: None,
                doubt: 60,
                now: 1_700_000_000,
            };
            let judged = assess(&reading, &context);
            check_texts(&reading);
            assert!(judged.state != State::Operational || is_green(&reading, &judged), "{reading:?}");
            let states: BTreeSet<State> = reading.evidence.iter().map(|evidence| evidence.state).collect();
            let kinds: BTreeSet<String> =
                reading.incidents.iter().map(|one| format!("{:?}{:?}{}", one.kind, one.active, one.state)).collect();
            let times = reading.incidents.iter().filter(|one| one.started.is_some()).count().min(2);
            format!("{} {} {states:?} {kinds:?} {times} {:?}", reading.format, judged.state, judged.note)
        }
    }
}

fn check_texts(reading: &Reading) {
    for incident in &reading.incidents {
        assert!(incident.title.chars().count() <= 200 && incident.message.chars().count() <= 2000);
        assert!(!incident.title.contains(char::is_control) && !incident.native.contains(char::is_control));
        assert!(incident.url.iter().all(|url| url.starts_with("http")));
    }
}

/// Whether somebody has said that all is well: a statement, an empty list of those who list what is open, or a history.
fn is_green(reading: &Reading, judged: &Assessment) -> bool {
    let said = reading.evidence.iter().any(|evidence| evidence.state == State::Operational);
    let over = reading.incidents.iter().any(|incident| incident.active == Some(false));
    let bare = matches!(reading.format, Format::Aws | Format::Azure) && reading.incidents.is_empty();
    (said || over || bare) && judged.sources.iter().all(|source| source.state == State::Operational)
}

/// Pieces that lead somewhere.
const PIECES: [&str; 24] = [
    "\"operational\"",
    "\"none\"",
    "\"flurbled\"",
    "null",
    "[]",
    "{}",
    "[[[[",
    "\"\"",
    "100",
    "-1",
    "1e999",
    "true",
    "\\u0000",
    "\"end\":\"x\",",
    "\"status\":",
    "<item>",
    "</item>",
    "<![CDATA[",
    "]]>",
    "&lt;",
    "&#0;",
    "<!DOCTYPE a [",
    "Resolved - ",
    "2023-11-14T22:00:00Z",
];

fn changed(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut body = corpus[chance.below(corpus.len())].clone();
    for _ in 0..=chance.below(4) {
        let (from, to) = (chance.below(body.len() + 1), chance.below(body.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        match chance.below(7) {
            0 => drop(body.drain(from..to.min(from + 16))),
            1 => body.truncate(to.max(1)),
            2 => drop(body.splice(from..from, PIECES[chance.below(PIECES.len())].bytes())),
            3 => drop(body.splice(from..to.min(from + 12), PIECES[chance.below(PIECES.len())].bytes())),
            4 => {
                let again = body[from..to].to_vec();
                drop(body.splice(to..to, again));
            }
            5 => {
                let other = &corpus[chance.below(corpus.len())];
                let (a, b) = (chance.below(other.len() + 1), chance.below(other.len() + 1));
                drop(body.splice(from..to.min(from + 64), other[a.min(b)..a.max(b)].to_vec()));
            }
            _ if from < body.len() => body[from] = u8::try_from(chance.below(256)).unwrap_or_default(),
            _ => {}
        }
    }
    body.truncate(LONGEST);
    body
}

/// A generator that can be repeated (xorshift64*, Vigna 2016).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        usize::try_from(number).unwrap_or_default() % limit.max(1)
    }
}
