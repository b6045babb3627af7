//! `GET /admin`: what goes on, and what waits.

use actix_web::get;
use askama::Template;
use chassis::auth::Role;

use super::incidents::{Incident, Says, says};
use crate::inside::{Answer, PageShown, Section, SignedIn, Words};

#[derive(Template)]
#[template(path = "inside/overview.html")]
struct OverviewPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    /// None: the incidents service does not answer.
    open: Option<Vec<Incident>>,
    /// Resolved a while ago, and nobody has written down what was learnt.
    unlearnt: Vec<Incident>,
}

/// Resolved incidents whose postmortems are looked for: each is a question of its own.
const LOOKED_AT: usize = 5;

/// What goes on, and what waits
#[utoipa::path(operation_id = "adminOverview", tag = "Signed in", responses(PageShown))]
#[get("/admin")]
pub(super) async fn page(me: SignedIn) -> Answer {
    let incidents = &me.frontend.peers.signed_in.incidents;
    let list = |status: &str| incidents.get("/api/v1/incidents").query("status", status);
    let (open, mitigated, resolved) = futures_util::join!(
        me.perhaps::<Vec<Incident>>(list("open").query("limit", 50)),
        me.perhaps::<Vec<Incident>>(list("mitigated").query("limit", 50)),
        me.perhaps::<Vec<Incident>>(list("resolved").query("limit", LOOKED_AT)),
    );
    let open = open.zip(mitigated).map(|(open, mitigated)| open.into_iter().chain(mitigated).collect());
    let mut unlearnt = Vec::new();
    if me.may(Role::Responder) {
        for incident in resolved.unwrap_or_default().into_iter().take(LOOKED_AT) {
            let path = incidents.get("/api/v1/incidents").segment(&incident.id).segment("postmortem");
            if me.is_lacking(path).await {
                unlearnt.push(incident);
            }
        }
    }
    let title = me.t.section(Section::Overview);
    let body = OverviewPage { me: &me, t: me.t, says: says(me.lang), open, unlearnt };
    Ok(me.page(Section::Overview, title, &body).await)
}
