//! From a job to what is sent: the mail's text, the webhook's body.

use bytes::Bytes;
use serde_json::{Value, json};
use store::Snapshot;

use crate::mail::{self, About, ComposeError, Letter};
use crate::model::{Announcement, Content, Incident, Maintenance, MaintenanceUpdate, Notice, Subscriber, Update};
use crate::pages::time::rfc3339;
use crate::settings::Settings;
use crate::writes::Job;

/// A mail that is to be sent; `None` when nobody wants it any more.
///
/// # Errors
/// When it cannot be put together: our own fault, and no other attempt would help.
pub fn letter(snapshot: &Snapshot, settings: &Settings, job: &Job, now: i64) -> Result<Option<Letter>, ComposeError> {
    let notices = job.events.iter().filter_map(|event| snapshot.get::<Notice>(event));
    let notices: Vec<&Notice> = notices.map(|entry| &entry.document).collect();
    let Some(first) = notices.first() else { return Ok(None) };
    match &first.content {
        // a token that is gone was mailed before
        Content::Confirm { email, lang, token } if !token.is_empty() => {
            mail::confirmation(settings, &job.message, now, email, *lang, token).map(Some)
        }
        Content::Confirm { .. } => Ok(None),
        Content::User { mail, email, name, token, expires_at } => {
            let link = token.as_deref().map(|token| (token, *expires_at));
            mail::user_mail(settings, &job.message, now, (email, name), *mail, link).map(Some)
        }
        Content::Incident { incident, .. } => {
            let Some((to, notices)) = recipient(snapshot, job, notices) else { return Ok(None) };
            let Some(incident) = snapshot.get::<Incident>(incident) else { return Ok(None) };
            let told = incident.updates.iter().rev().filter(|update| tells(&notices, &update.id));
            let told: Vec<&Update> = told.collect();
            let to = (&to.email, to.lang(), to.unsubscribe.as_str());
            mail::compose(settings, &job.message, now, to, About::Incident(incident, &told)).map(Some)
        }
        Content::Maintenance { maintenance, .. } => {
            let Some((to, notices)) = recipient(snapshot, job, notices) else { return Ok(None) };
            let Some(work) = snapshot.get::<Maintenance>(maintenance) else { return Ok(None) };
            let told = work.updates.iter().rev().filter(|update| tells(&notices, &update.id));
            let told: Vec<&MaintenanceUpdate> = told.collect();
            let to = (&to.email, to.lang(), to.unsubscribe.as_str());
            mail::compose(settings, &job.message, now, to, About::Maintenance(work, &told)).map(Some)
        }
    }
}

/// Who it goes to, and what of it they still want: the choice may have changed since it was queued.
fn recipient<'a>(
    snapshot: &'a Snapshot,
    job: &Job,
    mut notices: Vec<&'a Notice>,
) -> Option<(&'a Subscriber, Vec<&'a Notice>)> {
    let subscriber = &snapshot.get::<Subscriber>(&job.recipient)?.document;
    notices.retain(|notice| subscriber.wants(&notice.services));
    (!notices.is_empty()).then_some((subscriber, notices))
}

fn tells(notices: &[&Notice], id: &str) -> bool {
    notices.iter().any(|notice| match &notice.content {
        Content::Incident { update, .. } | Content::Maintenance { update, .. } => update == id,
        Content::Confirm { .. } | Content::User { .. } => false,
    })
}

/// The body of a webhook's call: `type`, `timestamp` and `data`, as Standard Webhooks recommends.
pub fn call(snapshot: &Snapshot, settings: &Settings, event: &str) -> Option<Bytes> {
    let notice = snapshot.get::<Notice>(event)?;
    let data = match &notice.content {
        Content::Incident { incident, update } => {
            let incident = snapshot.get::<Incident>(incident)?;
            let update = incident.updates.iter().find(|told| told.id == *update)?;
            json!({
                "incident": {
                    "id": incident.id, "title": incident.title, "sev": incident.sev, "services": incident.services,
                    "status": incident.known_status(), "impact": incident.impact(),
                    "url": format!("{}/incidents/{}", settings.public_url, incident.id),
                },
                "update": update_of(update),
            })
        }
        Content::Maintenance { maintenance, update } => {
            let work = snapshot.get::<Maintenance>(maintenance)?;
            let update = work.updates.iter().find(|told| told.id == *update)?;
            json!({
                "maintenance": {
                    "id": work.id, "title": work.title, "services": work.services, "status": work.status,
                    "from": work.from, "until": work.until,
                },
                "update": update,
            })
        }
        Content::Confirm { .. } | Content::User { .. } => return None,
    };
    let body = json!({"type": notice.kind, "timestamp": rfc3339(notice.at), "data": data});
    Some(serde_json::to_vec(&body).ok()?.into())
}

fn update_of(update: &Update) -> Value {
    let mut value = serde_json::to_value(Announcement::from(update)).unwrap_or_default();
    value["id"] = json!(update.id);
    value
}
