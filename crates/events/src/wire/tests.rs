use chassis::clock::FixedClock;
use chassis::ids::CountingIds;
use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const UP: &str = r#"{"specversion":"1.0","id":"00000000000000010000000000000002","source":"/inventory","type":"inventory.server.up","subject":"3","time":"2023-11-14T22:13:20Z","datacontenttype":"application/json","data":{"hostname":"web"}}"#;

fn up() -> Event {
    let (ids, clock) = (CountingIds::default(), FixedClock::at(1_700_000_000));
    Event::new(&ids, &clock, "/inventory", "inventory.server.up", "3", &json!({"hostname": "web"}))
}

/// The example with one attribute changed, or taken out when it is `Null`.
fn with(attribute: &str, value: Value) -> Vec<u8> {
    let mut event: Value = serde_json::from_str(UP).unwrap();
    match value {
        Value::Null => event.as_object_mut().unwrap().remove(attribute).map(drop).unwrap_or_default(),
        value => event[attribute] = value,
    }
    event.to_string().into()
}

#[test]
fn an_event_is_written_as_the_specification_says() {
    assert_eq!(up().to_json(), UP);
    assert_eq!(Event::parse(UP.as_bytes()).unwrap(), up());
}

#[test]
fn what_the_specification_allows_beyond_ours_is_read() {
    for (attribute, value) in [
        ("datacontenttype", json!("application/json; charset=utf-8")),
        ("datacontenttype", json!("application/vnd.example+json")),
        ("datacontenttype", Value::Null),
        ("time", json!("2023-11-15t00:13:20.5+02:00")),
        ("source", json!("https://example.org/a?b#c")),
        ("source", json!("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66")),
        ("traceparent", json!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
        ("retries", json!(3)),
        ("urgent", json!(true)),
    ] {
        let event =
            Event::parse(&with(attribute, value.clone())).unwrap_or_else(|e| panic!("{attribute} {value}: {e}"));
        assert_eq!(event.time(), 1_700_000_000);
        assert_eq!(Event::parse(event.to_json().as_bytes()).unwrap(), event);
    }
    let without_data = Event::parse(&with("data", Value::Null)).unwrap();
    assert_eq!(without_data.data::<Option<u8>>().unwrap(), None);
}

#[test]
fn what_is_wrong_with_an_event_is_named() {
    let long = "x".repeat(256);
    for (attribute, value) in [
        ("specversion", json!("0.3")),
        ("specversion", json!(1.0)),
        ("id", json!("")),
        ("id", json!(7)),
        ("id", json!(long)),
        ("source", json!("")),
        ("source", json!("two words")),
        ("source", json!("/été")),
        ("type", json!("")),
        ("type", json!("inventory..up")),
        ("type", json!("inventory.*")),
        ("type", json!("#")),
        ("subject", json!("")),
        ("subject", json!("line\nbreak")),
        ("time", json!("yesterday")),
        ("time", json!(1_700_000_000)),
        ("time", json!("2023-11-14")),
        ("time", json!("2023-11-14 22:13:20Z")),
        ("time", json!("2023-11-14T22:13:20Z[UTC]")),
        ("time", json!("2023-11-14T22:13:20")),
        ("datacontenttype", json!("text/xml")),
        ("data_base64", json!("AAAA")),
        ("Upper", json!("x")),
        ("list", json!([1])),
        ("big", json!(1_u64 << 40)),
    ] {
        let error = Event::parse(&with(attribute, value.clone())).expect_err(&format!("{attribute} {value}"));
        let named = matches!(error, Malformed::Json(_)) || error.to_string().contains(&format!("`{attribute}`"));
        assert!(named, "{attribute} {value}: {error}");
    }
    for attribute in ["specversion", "id", "source", "type", "subject", "time"] {
        let error = Event::parse(&with(attribute, Value::Null)).unwrap_err().to_string();
        assert!(error.contains(&format!("missing field `{attribute}`")), "{error}");
    }
}

#[test]
fn what_is_no_object_or_too_large_is_refused() {
    let deep = "[".repeat(100_000);
    let twice = UP.replacen('{', r#"{"id":"x","#, 1);
    for json in ["", "null", "[]", "\"x\"", "{}", "\u{feff}{}", deep.as_str(), twice.as_str(), &UP[1..], &UP[..90]] {
        assert!(matches!(Event::parse(json.as_bytes()), Err(Malformed::Json(_))), "{json:.40}");
    }
    let large = with("data", json!("x".repeat(LARGEST)));
    assert!(matches!(Event::parse(&large), Err(Malformed::TooLarge)));
}

#[test]
#[should_panic(expected = "nobody could read")]
fn an_event_that_nobody_could_read_is_not_made() {
    Event::recorded("1".to_owned(), 0, "/test", "test.*", "s", &());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from);
        prop_oneof![list, btree_map(".*", inner, 0..4).prop_map(|map| map.into_iter().collect())]
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    let extension = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[^\\pC]{0,9}".prop_map(Value::from)
    ];
    let attributes = ("[!-~]{1,40}", "/[a-z/]{0,20}", "[a-z]{1,9}(\\.[a-z-]{1,9}){0,4}", "[^\\pC]{1,60}");
    let rest = (-62_135_596_800..253_402_300_799_i64, btree_map("x[a-z0-9]{1,9}", extension, 0..3), any_json());
    (attributes, rest).prop_map(|((id, source, kind, subject), (time, extensions, data))| Event {
        id,
        source,
        kind,
        subject,
        time,
        extensions,
        data,
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(event in any_event()) {
        prop_assert_eq!(Event::parse(event.to_json().as_bytes()).unwrap(), event);
    }

    #[test]
    fn no_bytes_are_a_reason_to_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Event::parse(&bytes);
    }

    /// Near to what is right, where most of the rules are.
    #[test]
    fn no_damage_is_a_reason_to_panic(event in any_event(), place: usize, byte: u8, cut: usize) {
        let mut json = event.to_json().into_bytes();
        let place = place % json.len();
        json[place] = byte;
        json.truncate(json.len() - cut % 3);
        if let Ok(read) = Event::parse(&json) {
            // what was let in can be sent on
            prop_assert_eq!(Event::parse(read.to_json().as_bytes()).unwrap(), read);
        }
    }

    #[test]
    fn no_attribute_is_a_reason_to_panic(name in ".*", value in any_json()) {
        if let Ok(read) = Event::parse(&with(&name, value)) {
            prop_assert_eq!(Event::parse(read.to_json().as_bytes()).unwrap(), read);
        }
    }
}
