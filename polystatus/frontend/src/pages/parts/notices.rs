//! What is to be said of our own knowledge: whose word is old, and whether we still write anything down.

use askama::Template;

use super::{Ground, rendered};
use crate::known::Source;

#[derive(Template)]
#[template(path = "notices.html")]
struct Notices {
    /// Elements that need no escaping: what they hold is ours.
    notices: Vec<String>,
}

pub(super) fn notices(ground: &Ground<'_>, sources: &[Source]) -> String {
    let t = ground.t;
    let silent = sources.iter().filter(|source| !ground.known.standing(**source).answers).map(|source| {
        let name = (t.source)(*source);
        match ground.known.standing(*source).as_of {
            Some(as_of) => (t.silent_since)(name, &t.moment(as_of), &(t.ago)(ground.now - as_of)),
            None => (t.never_heard)(name),
        }
    });
    let storage = ground.storage_gone.then(|| t.storage_gone.to_owned());
    rendered(&Notices { notices: silent.chain(storage).collect() })
}
