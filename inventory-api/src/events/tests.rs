use serde_json::json;

use super::*;
use crate::model::{Action, FieldChange};

fn change(fields: &[(&str, Value, Value)]) -> Change {
    let field = |(field, from, to): &(&str, Value, Value)| FieldChange {
        field: (*field).to_owned(),
        from: from.clone(),
        to: to.clone(),
    };
    let changes = fields.iter().map(field).collect();
    let (actor, action) = ("api-token".to_owned(), Action::Updated);
    Change { revision: 7, server_id: 3, at: 1_700_000_000, actor, action, changes }
}

#[test]
fn only_what_goes_down_or_comes_back_is_told() {
    let statuses = [json!(null), json!("up"), json!("down"), json!("maintenance")];
    for from in &statuses {
        for to in &statuses {
            let change = change(&[("status", from.clone(), to.clone())]);
            let kind = event_of(&change, &Value::Null, "epoch").map(|event| event.kind().to_owned());
            let wanted = match (from == "down", to == "down") {
                (false, true) => Some(DOWN.to_owned()),
                (true, false) => Some(UP.to_owned()),
                _ => None,
            };
            assert_eq!(kind, wanted, "from {from} to {to}");
        }
    }
    assert_eq!(event_of(&change(&[("hostname", json!("down"), json!("up"))]), &Value::Null, "epoch"), None);
}

#[test]
fn a_change_is_the_same_event_each_time_it_is_read() {
    let change = change(&[("status", json!("up"), json!("down"))]);
    let server = json!({"hostname": "web", "ip": "::1", "status": "down"});
    let [first, again] = [(); 2].map(|()| event_of(&change, &server, "epoch").unwrap());
    assert_eq!(first, again);
    assert_eq!(first.id(), "epoch-7");
    let of_another_database = event_of(&change, &server, "other").unwrap();
    assert_ne!(first.id(), of_another_database.id());
}
