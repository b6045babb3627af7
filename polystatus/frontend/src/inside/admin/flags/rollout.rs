//! `POST /admin/flags/{id}/rollout`: which part of the people gets which variation.
//!
//! Of two variations it is a slider, and a number beside it for who wants it exactly. With our script the one follows the other;
//! without it both are sent, and the number counts if it was changed.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::post;
use chassis::path::Id;
use chassis::refusals::BodyRefused;
use serde_json::{Value, json};

use super::flag::{refused, show};
use super::texts::Says;
use super::{Flag, Outcome, one, path_of, shown};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// Of a flag with two variations: which one the slider is about, the other, and how many of a hundred get it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slider {
    pub main: String,
    other: String,
    pub share: u32,
}

/// The slider of a flag; none of one that has not two variations, or gives something else than one of them.
pub(super) fn slider(flag: &Flag) -> Option<Slider> {
    let [first, second] = <[String; 2]>::try_from(flag.names()).ok()?;
    // of `on` and `off` it is about `on`
    let is_other = |name: &String| flag.off_variation.as_ref() == Some(name);
    let (main, other) = if is_other(&first) { (second, first) } else { (first, second) };
    let share = match &flag.fallthrough {
        Outcome { rollout: Some(parts), .. } => {
            let part = |name: &String| u64::from(parts.get(name).copied().unwrap_or_default());
            let sum = (part(&main) + part(&other)).max(1);
            u32::try_from(part(&main) * 100 / sum).unwrap_or(100)
        }
        Outcome { variation: Some(variation), .. } => u32::from(*variation == main) * 100,
        Outcome { .. } => return None,
    };
    Some(Slider { main, other, share })
}

impl Slider {
    /// What the flag's service is told for this share.
    fn outcome(&self, share: u32) -> Value {
        match share {
            0 => json!({"variation": self.other}),
            100.. => json!({"variation": self.main}),
            share => json!({"rollout": {&self.main: share, &self.other: 100 - share}}),
        }
    }
}

/// What was set: the number, if it is another than it was; else the slider.
fn share_of(slider: &str, exact: &str, before: &str) -> Option<u32> {
    let chosen = if exact == before || exact.is_empty() { slider } else { exact };
    chosen.parse().ok().filter(|share| *share <= 100)
}

/// The parts of several variations.
fn parts_of(form: &SignedForm, names: &[String]) -> Option<Value> {
    let part = |name: &String| Some((name.clone(), form.field(&format!("part-{name}")).parse::<u32>().ok()?));
    let parts = names.iter().map(part).collect::<Option<BTreeMap<_, _>>>()?;
    parts.values().any(|part| *part > 0).then(|| json!({"rollout": parts}))
}

/// Give other parts of the people other variations
///
/// A form with `slider`, `exact` and `before`, each from 0 to 100, or with `part-…` for each variation; with `version` and `csrf`.
#[utoipa::path(
    operation_id = "adminRollOut",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its key", example = "new-checkout")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "slider=25&exact=25&before=10&version=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/flags/{id}/rollout")]
pub(super) async fn roll_out(form: SignedForm, Id(id): Id) -> Answer {
    let read = one(&form, &id).await?;
    let (flag, says) = (shown(&form, &read.value)?, Says::of(form.lang));
    let (outcome, field, wrong) = match slider(&flag) {
        Some(slider) => {
            let share = share_of(&form.field("slider"), &form.field("exact"), &form.field("before"));
            (share.map(|share| slider.outcome(share)), "exact", says.share_wrong)
        }
        None => (parts_of(&form, &flag.names()), "parts", says.parts_wrong),
    };
    let Some(outcome) = outcome else {
        let fields = Fields::of(&form).wrong_with(field, wrong);
        return show(&form, StatusCode::BAD_REQUEST, &id, fields).await;
    };
    let mut changed = read.value.clone();
    changed["fallthrough"] = outcome;
    let version = form.version().unwrap_or_default();
    let call = form.frontend.peers.signed_in.flags.post("/admin/flags").json(&changed);
    match form.write(call.header("if-match", &version)).await? {
        Ok(_) => {
            let path = path_of(&id);
            let flash = Flash::new(fill(says.rolled_out, &[&id]));
            let flash = flash.undo(format!("{path}/rollback"), &[("to", &flag.version.to_string())]);
            Ok(form.done(flash, &path).await)
        }
        Err(refusal) => {
            refused(&form, &id, &refusal, &json!({"action": "put", "flag": changed}), &["fallthrough"]).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(fallthrough: &Value) -> Flag {
        let flag = json!({"id": "x", "on": true, "variations": {"off": false, "on": true}, "off_variation": "off",
            "fallthrough": fallthrough, "version": 1, "updated_at": 0, "updated_by": "x"});
        serde_json::from_value(flag).unwrap()
    }

    #[test]
    fn a_slider_is_about_what_is_not_off_and_comes_back_as_it_was_set() {
        for (fallthrough, share) in [
            (json!({"variation": "on"}), 100),
            (json!({"variation": "off"}), 0),
            (json!({"rollout": {"on": 1, "off": 3}}), 25),
        ] {
            let slider = slider(&flag(&fallthrough)).unwrap();
            assert_eq!((slider.main.as_str(), slider.share), ("on", share));
            assert_eq!(super::slider(&flag(&slider.outcome(share))), Some(slider));
        }
        assert_eq!(slider(&flag(&json!({}))), None);
    }

    #[test]
    fn the_number_counts_when_it_was_changed_and_the_slider_otherwise() {
        assert_eq!(share_of("40", "10", "10"), Some(40));
        assert_eq!(share_of("40", "15", "10"), Some(15));
        assert_eq!(share_of("40", "", "10"), Some(40));
        assert_eq!(
            (share_of("40", "101", "10"), share_of("x", "10", "10"), share_of("4", "-1", "4")),
            (None, None, None)
        );
    }
}
