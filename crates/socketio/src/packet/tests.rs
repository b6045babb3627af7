use proptest::prelude::*;
use serde_json::json;

use super::*;

/// The examples of the protocol's own document, and what it does not allow.
#[test]
fn packets_are_read_as_the_protocol_describes_them() {
    let event = |name: &str, data: Vec<Value>, id| Packet::Event { name: name.to_owned(), data, id };
    for (text, packet) in [
        ("0", Packet::Connect(None)),
        (r#"0{"sid":"x"}"#, Packet::Connect(Some(json!({"sid": "x"})))),
        ("1", Packet::Disconnect),
        (r#"2["foo"]"#, event("foo", vec![], None)),
        (r#"2/,["foo",1]"#, event("foo", vec![json!(1)], None)),
        (r#"2/?token=abc,["foo"]"#, event("foo", vec![], None)),
        (r#"212["foo",{"a":1}]"#, event("foo", vec![json!({"a": 1})], Some(12))),
        ("312[]", Packet::Ack { id: 12, data: vec![] }),
        (
            r#"4{"message":"Not authorized","data":{"code":"E001"}}"#,
            Packet::ConnectError(Refusal { message: "Not authorized".to_owned(), data: Some(json!({"code": "E001"})) }),
        ),
    ] {
        assert_eq!(Packet::parse(text), Ok(packet), "{text}");
    }
}

#[test]
fn what_is_no_packet_is_an_error() {
    for (text, wrong) in [
        ("", Malformed::Empty),
        ("9", Malformed::Kind),
        ("é", Malformed::Kind),
        ("2", Malformed::Payload),
        ("2[]", Malformed::Payload),
        ("2[1]", Malformed::Payload),
        (r#"2{"a":1}"#, Malformed::Payload),
        (r#"2["a""#, Malformed::Payload),
        ("1x", Malformed::Payload),
        ("3[]", Malformed::Acknowledgement),
        ("399999999999999999999[]", Malformed::Acknowledgement),
        ("12", Malformed::Acknowledgement),
        (r#"2/admin,["a"]"#, Malformed::Namespace),
        ("2/admin", Malformed::Namespace),
        (r#"51-["a",{"_placeholder":true,"num":0}]"#, Malformed::Binary),
        ("4{}", Malformed::Payload),
    ] {
        assert_eq!(Packet::parse(text), Err(wrong), "{text}");
    }
    let deep = format!("2[\"a\",{}", "[".repeat(100_000));
    assert_eq!(Packet::parse(&deep), Err(Malformed::Payload));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("\\PC*", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_packet() -> impl Strategy<Value = Packet> {
    let data = || prop::collection::vec(any_value(), 0..4);
    prop_oneof![
        Just(Packet::Connect(None)),
        any_value()
            .prop_filter("a number would be read as that of an acknowledgement", Value::is_object)
            .prop_map(|auth| Packet::Connect(Some(auth))),
        Just(Packet::Disconnect),
        ("\\PC*", data(), any::<Option<u64>>()).prop_map(|(name, data, id)| Packet::Event { name, data, id }),
        (any::<u64>(), data()).prop_map(|(id, data)| Packet::Ack { id, data }),
        ("\\PC*", any_value()).prop_map(|(message, data)| {
            let data = Some(data).filter(|data| !data.is_null());
            Packet::ConnectError(Refusal { message, data })
        }),
    ]
}

proptest! {
    #[test]
    fn what_was_written_is_read_again(packet in any_packet()) {
        let text = packet.encode();
        prop_assert_eq!(text.chars().next(), Some('4'));
        prop_assert_eq!(Packet::parse(&text[1..]), Ok(packet));
    }

    #[test]
    fn no_text_makes_it_panic(text in r#"[0-9]?[0-9]{0,25}(/[a-z?]*,?)?[\[\{"0-9a,:\]\}]*\PC*"#) {
        let _ = Packet::parse(&text);
    }

    #[test]
    fn no_cut_packet_is_taken_for_a_whole_one(packet in any_packet(), cut in any::<prop::sample::Index>()) {
        let text = packet.encode();
        let cuts: Vec<_> = text.char_indices().map(|(at, _)| at).skip(1).collect();
        let cut = cut.get(&cuts);
        // shorter ones that are packets: those without a payload
        if let Ok(read) = Packet::parse(&text[1..*cut]) {
            prop_assert_eq!(read, Packet::Connect(None));
        }
    }
}
