//! `POST /admin/services/order`: one place up, or down.

use actix_web::post;
use chassis::refusals::BodyRefused;

use super::list::show;
use super::texts::Says;
use super::{LIST, Listed, all, one};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// Move a service
///
/// A form with `id`, `direction` (`up` or `down`) and `csrf`.
#[utoipa::path(
    operation_id = "adminOrderServices",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "id=checkout&direction=up&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/services/order")]
pub(super) async fn reorder(form: SignedForm) -> Answer {
    let (before, id) = (all(&form).await?, form.field("id"));
    let is_up = form.field("direction") == "up";
    let Some(place) = before.iter().position(|one| one.id == id) else { return Err(form.not_found()) };
    let says = Says::of(form.lang);
    let changes = moved(&before, place, is_up);
    for (done, (id, position)) in changes.iter().enumerate() {
        let now = one(&form, id).await?;
        let told = super::Told { position: *position, ..now.value.told };
        let call = form.frontend.peers.signed_in.incidents.put("/api/v1/services").segment(id).json(&told);
        // each service has a version of its own: what one writes of it meanwhile is not lost
        if let Err(refusal) = form.write(call.header("if-match", &now.etag)).await? {
            let fields = Fields::default().refused(&refusal, &[], form.t);
            let fields = if done > 0 { fields.wrong_with("", says.half_moved) } else { fields };
            return show(&form, refusal.page_status(), fields).await;
        }
    }
    let back = if is_up { "down" } else { "up" };
    let flash = Flash::new(fill(says.moved, &[&before[place].told.name]));
    let flash = flash.undo("/admin/services/order", &[("id", &id), ("direction", back)]);
    Ok(form.done(flash, LIST).await)
}

/// Which services get which positions, when the one at this place changes with its neighbour. Two of them when all positions
/// differ; services that were added without one have all the same, and then everybody gets a new one.
fn moved(services: &[Listed], place: usize, is_up: bool) -> Vec<(String, i32)> {
    let other = if is_up { place.checked_sub(1) } else { Some(place + 1).filter(|other| *other < services.len()) };
    let Some(other) = other else { return Vec::new() };
    let position = |at: usize| services[at].told.position;
    if services.windows(2).all(|pair| pair[0].told.position < pair[1].told.position) {
        return vec![(services[place].id.clone(), position(other)), (services[other].id.clone(), position(place))];
    }
    let mut order: Vec<&Listed> = services.iter().collect();
    order.swap(place, other);
    let numbered = order.into_iter().zip((10..).step_by(10));
    numbered.filter(|(one, to)| one.told.position != *to).map(|(one, to)| (one.id.clone(), to)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Told;
    use super::*;

    fn services(positions: &[i32]) -> Vec<Listed> {
        let listed = |(place, position): (usize, &i32)| Listed {
            id: place.to_string(),
            told: Told { name: place.to_string(), group: None, description: String::new(), position: *position },
        };
        positions.iter().enumerate().map(listed).collect()
    }

    #[test]
    fn two_change_places_and_nobody_leaves_the_list() {
        let told =
            |changes: Vec<(String, i32)>| changes.into_iter().map(|(id, to)| format!("{id}:{to}")).collect::<Vec<_>>();
        assert_eq!(told(moved(&services(&[5, 7, 20]), 1, true)), ["1:5", "0:7"]);
        assert_eq!(told(moved(&services(&[5, 7, 20]), 1, false)), ["1:20", "2:7"]);
        assert!(moved(&services(&[5, 7]), 0, true).is_empty() && moved(&services(&[5, 7]), 1, false).is_empty());
        assert_eq!(told(moved(&services(&[0, 0, 30]), 1, true)), ["1:10", "0:20"]);
    }
}
