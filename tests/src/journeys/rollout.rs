//! A feature reaches people share by share, and is stopped: as programs with OpenFeature's own clients see it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testbed::process::Running;
use testbed::wait;

use crate::system::{SOON, System};

/// Not made up anew each time: who is in which share follows from the name.
const FLAG: &str = "one-page-checkout";

/// Who asks.
const PEOPLE: usize = 60;

/// 0 %, 25 %, 60 %, 100 %, and the kill switch, each seen by pages that are open, without asking.
pub async fn a_share_grows_until_a_switch_ends_it(system: &System) {
    let flags = system.admin("flags");
    let release = async |share: usize| {
        let rollout = json!({"on": share, "off": 100 - share});
        let flag = json!({"id": FLAG, "on": true, "kind": "boolean", "fallthrough": {"rollout": rollout}});
        let status = flags.post("/admin/flags", &flag).await.status;
        assert!(matches!(status, 200 | 201), "{status}");
    };
    release(0).await;
    let program = system.node("rollout.cjs", "openfeature-node");
    let program = program.arg((system.url)("flags")).arg(FLAG).arg(PEOPLE.to_string()).spawn();
    let at = |share: &str, fits: &dyn Fn(usize) -> bool| -> BTreeSet<String> {
        wait::until(&format!("{share} of the people to have it"), SOON, || seen(&program).filter(|on| fits(on.len())))
    };

    assert!(at("none", &|on| on == 0).is_empty());
    release(25).await;
    let quarter = at("a quarter", &|on| (8..=22).contains(&on));
    release(60).await;
    let more = at("more than half", &|on| (28..=44).contains(&on));
    assert!(quarter.is_subset(&more), "who has it keeps it: {:?}", quarter.difference(&more));
    release(25).await;
    assert_eq!(at("a quarter again", &|on| on < 28), quarter, "the same people as before");
    release(100).await;
    at("all", &|on| on == PEOPLE);

    // a responder may do this at night
    flags.post(&format!("/admin/flags/{FLAG}/kill"), &json!({"reason": "Orders get lost"})).await.assert_status(200);
    at("none any more", &|on| on == 0);
}

/// Who has it, by the last line that the program wrote; `None` while the pages that are open do not agree with that, since
/// they have not heard yet.
fn seen(program: &Running) -> Option<BTreeSet<String>> {
    let said = program.stdout();
    let line: Value = serde_json::from_str(said.rsplit_once('\n')?.0.rsplit('\n').next()?).unwrap();
    let on: BTreeSet<String> =
        line["on"].as_array()?.iter().map(|person| person.as_str().unwrap().to_owned()).collect();
    let open = line["open"].as_object()?;
    assert_eq!(open.len(), 12, "{line}");
    open.iter().all(|(person, value)| *value == on.contains(person)).then_some(on)
}
