//! Whatever comes, no reader panics, and nothing that is broken is well.

use polystatus_csp::model::State;
use proptest::prelude::*;
use proptest::sample::select;

use crate::payloads::{ATOM_ILL, ILL, WELL, state_of, utf_16};

fn ill() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let bodies: Vec<(&str, &[u8])> = ILL.into_iter().chain([("atom", ATOM_ILL)]).collect();
    (select(bodies), any::<bool>())
        .prop_map(|((name, body), wide)| (name, if wide { utf_16(body) } else { body.to_vec() }))
}

fn well() -> impl Strategy<Value = (&'static str, &'static [u8])> {
    select(WELL.to_vec())
}

/// What breaks a word, a string or a document, and makes no digit out of another.
fn noise() -> impl Strategy<Value = u8> {
    select(vec![0, 1, b' ', b'!', b'"', b'<', b'>', b'&', b'{', b'}', b'[', b',', b':', b'\\', 0x80, 0xC3, 0xFE, 0xFF])
}

/// A small grammar of JSON with the fields of all formats, so that what is made comes past the first look.
fn almost_a_feed() -> impl Strategy<Value = String> {
    let words = vec![
        "\"none\"",
        "\"UP\"",
        "\"ok\"",
        "\"green\"",
        "\"operational\"",
        "\"resolved\"",
        "100",
        "\"100\"",
        "null",
        "true",
        "1e999",
        "\"flurbled\"",
        "\"\"",
        "[]",
        "{}",
        "\"2023-11-14T22:00:00Z\"",
        "-1",
        "\"\\ud800\"",
    ];
    let names = vec![
        "page",
        "status",
        "indicator",
        "components",
        "incidents",
        "scheduled_maintenances",
        "name",
        "impact",
        "arn",
        "notes",
        "date_created",
        "active_incidents",
        "result",
        "status_overall",
        "status_code",
        "data",
        "attributes",
        "aggregate_state",
        "included",
        "external_desc",
        "id",
        "begin",
        "end",
        "system",
        "scheduled",
        "activeIncidents",
        "group",
        "event_log",
    ];
    let leaf = select(words).prop_map(str::to_owned);
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let object = prop::collection::vec((select(names.clone()), inner.clone()), 0..6);
        let object = object.prop_map(|fields| {
            let fields: Vec<String> = fields.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
            format!("{{{}}}", fields.join(","))
        });
        let list = prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(",")));
        prop_oneof![3 => object, 1 => list]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_never_well(body in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_ne!(state_of(&body), Some(State::Operational));
    }

    #[test]
    fn random_text_that_begins_like_a_feed_is_never_well(start in select(vec!["{", "[", "<", "<rss>", "[{\"arn\":"]), text in "\\PC{0,200}") {
        prop_assert_ne!(state_of(format!("{start}{text}").as_bytes()), Some(State::Operational));
    }

    #[test]
    fn what_is_cut_off_is_never_well((name, body) in well(), share in 0.0..1.0_f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a body")]
        let cut = (body.trim_ascii_end().len() as f64 * share) as usize;
        prop_assert_ne!(state_of(&body[..cut]), Some(State::Operational), "{} cut at {}", name, cut);
    }

    #[test]
    fn noise_in_one_place_makes_nobody_well((name, mut body) in ill(), place: prop::sample::Index, noise in noise()) {
        let place = place.index(body.len());
        body[place] = noise;
        prop_assert_ne!(state_of(&body), Some(State::Operational), "{} with {} at {}", name, noise, place);
    }

    #[test]
    fn a_byte_that_is_missing_makes_nobody_well((name, mut body) in ill(), place: prop::sample::Index) {
        let place = place.index(body.len());
        body.remove(place);
        prop_assert_ne!(state_of(&body), Some(State::Operational), "{} without its byte {}", name, place);
    }

    #[test]
    fn a_body_that_was_shuffled_panics_nobody(
        (_, one) in ill(), (_, other) in well(), places: [prop::sample::Index; 4], noise in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let [a, b] = [places[0].index(one.len()), places[1].index(one.len())];
        let [c, d] = [places[2].index(other.len()), places[3].index(other.len())];
        let body = [&one[..a], &other[c.min(d)..c.max(d)], &noise, &one[b..]].concat();
        let _ = state_of(&body);
    }

    #[test]
    fn almost_a_feed_panics_nobody(body in almost_a_feed()) {
        let _ = state_of(body.as_bytes());
        let _ = state_of(&utf_16(body.as_bytes()));
    }
}

/// Every word that stands for a state, in every format, replaced by one that nobody knows.
#[test]
fn a_word_that_nobody_knows_is_never_well() {
    let words = [
        "operational",
        "\"none\"",
        "\"UP\"",
        "\"ok\"",
        "green",
        "100",
        "AVAILABLE",
        "resolved",
        "Resolved",
        "SERVICE_INFORMATION",
    ];
    for (name, body) in WELL {
        let text = String::from_utf8_lossy(body).into_owned();
        // what is over is over, whatever it was; and an empty list has no words
        if matches!(name, "google" | "aws" | "azure") {
            continue;
        }
        let mut strange = text.clone();
        for word in words {
            let unknown = if word.starts_with('"') {
                "\"flurbled\""
            } else if word == "100" {
                "777"
            } else {
                "flurbled"
            };
            strange = strange.replace(word, unknown);
        }
        assert_ne!(strange, text, "{name}");
        assert_ne!(state_of(strange.as_bytes()), Some(State::Operational), "{name}: {strange}");
    }
}
