use std::future::ready;

use proptest::collection::vec;
use proptest::prelude::*;
use reqwest::StatusCode;
use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::{sleep, timeout};

use super::*;

/// Always the same fraction.
#[derive(Debug)]
struct Fraction(f64);

impl Ids for Fraction {
    fn next(&self) -> u64 {
        panic!("a pause is a fraction of its cap")
    }

    fn fraction(&self) -> f64 {
        self.0
    }
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn failing(status: StatusCode, retry_after: Option<u64>) -> PeerError {
    PeerError::Failing { peer: "inventory".into(), status, retry_after: retry_after.map(Duration::from_secs) }
}

/// Make attempts that all fail in the same way; gives how many there were and how long it took.
async fn attempts(repeatable: bool, fraction: f64, error: impl Fn() -> PeerError) -> (u32, Duration) {
    let (limits, ids) = (Limits::default(), Fraction(fraction));
    let (mut made, start) = (0, Instant::now());
    let outcome = repeat(&limits, &ids, repeatable, |number, _| {
        assert_eq!(number, made);
        made += 1;
        ready(Err::<(), _>(error()))
    });
    outcome.await.unwrap_err();
    (made, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn what_may_be_repeated_is_tried_three_times_with_doubled_pauses() {
    let busy = || failing(StatusCode::SERVICE_UNAVAILABLE, None);
    // tokio's timer counts whole milliseconds
    assert_eq!(attempts(true, 0.999_99, busy).await, (3, Duration::from_millis(50 + 100)));
    assert_eq!(attempts(true, 0.0, busy).await, (3, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_repeated_is_tried_once() {
    let busy = || failing(StatusCode::SERVICE_UNAVAILABLE, None);
    assert_eq!(attempts(false, 0.5, busy).await, (1, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn only_what_may_pass_is_tried_again() {
    for (status, expected) in [(429, 3), (500, 1), (501, 1), (502, 3), (503, 3), (504, 3)] {
        let (made, _) = attempts(true, 0.0, || failing(StatusCode::from_u16(status).unwrap(), None)).await;
        assert_eq!(made, expected, "{status}");
    }
    let (made, _) = attempts(true, 0.0, || PeerError::TooLarge { peer: "inventory".into(), limit: 1 }).await;
    assert_eq!(made, 1);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_when_there_is_time() {
    let busy = || failing(StatusCode::TOO_MANY_REQUESTS, Some(2));
    assert_eq!(attempts(true, 0.5, busy).await, (3, Duration::from_secs(4)));
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_limit_is_told_to_the_caller_at_once() {
    for seconds in [5, 6, u64::MAX] {
        let busy = || failing(StatusCode::SERVICE_UNAVAILABLE, Some(seconds));
        assert_eq!(attempts(true, 0.5, busy).await, (1, Duration::ZERO));
    }
}

#[tokio::test(start_paused = true)]
async fn a_circuit_that_opens_on_the_way_does_not_hide_why() {
    let (limits, ids) = (Limits::default(), Fraction(0.0));
    let outcome = repeat(&limits, &ids, true, |number, _| {
        ready(match number {
            0 => Err::<(), _>(failing(StatusCode::BAD_GATEWAY, None)),
            _ => Err(PeerError::Open { peer: "inventory".into(), until: Instant::now() }),
        })
    });
    assert!(matches!(outcome.await, Err(PeerError::Failing { status: StatusCode::BAD_GATEWAY, .. })));
}

proptest! {
    #[test]
    fn no_fault_makes_a_call_last_longer_than_its_limit(
        faults in vec((0..4_000_u64, prop_oneof![Just(None), (0..8_u64).prop_map(Some)]), 10),
        attempts in 1..10_u32,
        fraction in 0.0..1.0,
    ) {
        let (limits, ids) = (Limits { attempts, ..Limits::default() }, Fraction(fraction));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let taken = runtime.block_on(async {
            let start = Instant::now();
            let outcome = repeat(&limits, &ids, true, |number, time| {
                let (milliseconds, retry_after) = faults[number as usize];
                async move {
                    let late = |_| PeerError::Timeout { peer: "inventory".into(), after: Duration::ZERO };
                    timeout(time, sleep(Duration::from_millis(milliseconds))).await.map_err(late)?;
                    Err::<(), _>(failing(StatusCode::SERVICE_UNAVAILABLE, retry_after))
                }
            });
            outcome.await.unwrap_err();
            start.elapsed()
        });
        prop_assert!(taken <= limits.total, "{:?}", taken);
    }

    #[test]
    fn a_pause_is_never_longer_than_its_cap(retry in any::<u32>(), fraction in 0.0..1.0) {
        let limits = Limits::default();
        let pause = pause(&limits, retry, &Fraction(fraction));
        prop_assert!(pause <= limits.longest_pause);
        prop_assert!(retry > 0 || pause <= limits.pause);
    }

    #[test]
    fn no_retry_after_header_is_believed_beyond_an_hour(value in "[ -~]{0,40}") {
        prop_assert!(retry_after(&headers(&[("retry-after", &value)])).is_none_or(|wait| wait <= LONGEST_RETRY_AFTER));
    }
}

#[test]
fn retry_after_is_read_in_seconds_and_as_a_date() {
    let date = ("date", "Sun, 22 Nov 2026 10:00:00 GMT");
    let cases = [
        ("120", Some(120)),
        (" 7 ", Some(7)),
        ("999999", Some(3600)),
        ("Sun, 22 Nov 2026 10:00:30 GMT", Some(30)),
        ("Sun, 22 Nov 2026 09:00:00 GMT", Some(0)),
        ("-1", None),
        ("soon", None),
        ("", None),
    ];
    for (value, expected) in cases {
        let headers = headers(&[("retry-after", value), date]);
        assert_eq!(retry_after(&headers), expected.map(Duration::from_secs), "{value:?}");
    }
    assert_eq!(retry_after(&headers(&[("retry-after", "Sun, 22 Nov 2026 10:00:30 GMT")])), None, "no date to compare");
}

#[test]
fn what_may_be_repeated_follows_from_the_method_and_the_key() {
    let (none, key) = (HeaderMap::new(), headers(&[(IDEMPOTENCY_KEY, "1")]));
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        assert!(may_be_repeated(&method, &none), "{method}");
    }
    assert!(!may_be_repeated(&Method::POST, &none));
    assert!(may_be_repeated(&Method::POST, &key));
    assert!(!may_be_repeated(&Method::PATCH, &key));
}
