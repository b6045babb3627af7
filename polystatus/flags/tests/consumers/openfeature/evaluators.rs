//! flagd's evaluators beside ours: the same flags for the same people must come to the same.

use serde_json::{Value, json};
use testbed::process::{Program, Running};

use super::random::Random;
use super::{import, node, printed, python, start};

/// Flags of each sort.
const FLAGS: usize = 250;
/// People for each flag.
const PEOPLE: usize = 8;

/// A set of flags, and for whom each is asked.
struct Asked {
    set: Value,
    cases: Vec<(String, Value)>,
}

impl Asked {
    /// Flags with the rules that `rule` makes.
    fn of(seed: u64, mut rule: impl FnMut(&mut Random) -> Value) -> Self {
        let mut random = Random(seed);
        let (mut flags, mut cases) = (json!({}), Vec::new());
        for number in 0..FLAGS {
            let key = format!("flag-{number}");
            flags[&key] = json!({
                "state": "ENABLED", "variants": {"a": "a", "b": "b", "c": "c", "d": "d", "true": "t", "false": "f"},
                "defaultVariant": "d", "targeting": rule(&mut random)
            });
            cases.extend((0..PEOPLE).map(|_| (key.clone(), random.context())));
        }
        Self { set: json!({"flags": flags}), cases }
    }

    /// What a program says to each case.
    fn told_by(&self, program: &Program) -> Vec<Value> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("asked.json");
        let cases: Vec<_> =
            self.cases.iter().map(|(flag, context)| json!({"flag": flag, "context": context})).collect();
        let asked = json!({"set": self.set, "cases": cases});
        std::fs::write(&file, asked.to_string()).expect("a temporary folder can be written");
        serde_json::from_str(&printed(&program.clone().arg(&file))).expect("it prints JSON")
    }

    /// What our service says.
    fn told_by_us(&self, service: &Running) -> Vec<Value> {
        import(service, &self.set);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let told = self.cases.iter().map(|(flag, context)| {
            let request = agent.post(service.url(&format!("/ofrep/v1/evaluate/flags/{flag}")));
            let mut answer = request.send_json(json!({"context": context})).expect("an answer");
            let said: Value = answer.body_mut().read_json().expect("an answer in JSON");
            json!([said["variant"], if said["reason"].is_null() { &said["errorCode"] } else { &said["reason"] }])
        });
        told.collect()
    }

    /// That we say the same, wherever `theirs` has an answer; how often that was.
    fn compare(&self, ours: &[Value], theirs: &[Option<&Value>]) -> usize {
        assert_eq!((ours.len(), theirs.len()), (self.cases.len(), self.cases.len()));
        let mut compared = 0;
        for ((flag, context), (ours, theirs)) in self.cases.iter().zip(ours.iter().zip(theirs)) {
            let Some(theirs) = theirs else { continue };
            let rule = &self.set["flags"][flag]["targeting"];
            assert_eq!(ours, *theirs, "ours, not theirs, for {context} of {rule}");
            compared += 1;
        }
        compared
    }
}

/// Where flagd's two evaluators differ from one another, nothing can be learnt from them.
#[test]
fn rules_come_to_what_they_come_to_in_flagd() {
    let asked = Asked::of(1, |random| json!({"if": [random.condition(3), "a", random.condition(2), "b", null]}));
    let (python, node) = (asked.told_by(&python("evaluate.py")), asked.told_by(&node("evaluate.cjs")));
    let agreed: Vec<_> = python.iter().zip(&node).map(|(one, other)| (one == other).then_some(one)).collect();
    let compared = asked.compare(&asked.told_by_us(&start("v3")), &agreed);
    assert!(compared > asked.cases.len() * 9 / 10, "only {compared} of {}", asked.cases.len());
}

#[test]
fn shares_are_those_of_the_third_generation() {
    let by = [
        json!({"var": "age"}),
        json!({"var": "score"}),
        json!({"var": "beta"}),
        json!({"var": "role"}),
        json!({"var": "address"}),
        json!({"var": "version"}),
        // with something for null: in Python `cat` makes the text "null" of it, in JavaScript and Go nothing
        json!({"cat": [{"var": "$flagd.flagKey"}, {"var": ["role", "nobody"]}]}),
    ];
    let asked = Asked::of(2, |random| random.shares(&by));
    let theirs = asked.told_by(&python("evaluate.py"));
    let compared = asked.compare(&asked.told_by_us(&start("v3")), &theirs.iter().map(Some).collect::<Vec<_>>());
    assert_eq!(compared, asked.cases.len());
}

/// In ASCII: the hash in JavaScript takes other letters for one byte each.
#[test]
fn shares_are_those_of_the_second_generation_where_that_is_set() {
    let by = [
        json!({"cat": [{"var": "$flagd.flagKey"}, {"var": ["targetingKey", "nobody"]}]}),
        json!({"cat": ["seed", {"var": ["role", "nobody"]}]}),
        json!({"var": "targetingKey"}),
    ];
    let asked = Asked::of(3, |random| random.shares(&by));
    let theirs = asked.told_by(&node("evaluate.cjs"));
    let compared = asked.compare(&asked.told_by_us(&start("v2")), &theirs.iter().map(Some).collect::<Vec<_>>());
    assert_eq!(compared, asked.cases.len());
}
