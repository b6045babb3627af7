//! `GET /api/v1/deliveries`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::cursor::link_to_next;
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::paging::{Page, Paging};
use chassis::refusals::{ReadRefused, ReaderRefused};
use serde::Serialize;
use store::{Document, Snapshot};
use utoipa::{IntoParams, ToSchema};

use crate::Communications;
use crate::model::{Channel, Delivery, DeliveryState, Notice, Subscriber, Webhook};

/// Which deliveries.
#[derive(Debug, Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Only those of this event: `EVT-…`, or the id of an event of another service.
    #[param(example = "EVT-1JN7W800000000000")]
    event: Option<String>,
}

/// What the list can be asked.
pub(crate) struct ListQuery {
    filter: Filter,
    paging: Paging,
}

impl FromQuery for ListQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        let filter = Filter { event: parameters.take("event") };
        Self { filter, paging: Paging::from_query(parameters) }
    }
}

/// What became of an event at one recipient.
#[derive(Serialize, ToSchema)]
struct Row {
    /// The event.
    #[schema(example = "EVT-1JN7W800000000000")]
    event: String,
    /// What happened: `incident.updated`, `maintenance.started`, …
    #[schema(example = "incident.updated")]
    kind: String,
    /// To what.
    #[schema(example = "INC-1JN7W800000000000")]
    subject: String,
    /// A subscription's or a webhook's id; `to` for a mail to one address.
    #[schema(example = "SUB-1JN7W800000000000")]
    recipient: String,
    /// How it travels.
    channel: Channel,
    /// Where to, so far as it is anybody's business: the first letter of a mail address and its domain, a webhook's host.
    #[schema(example = "z…@example.org")]
    address: Option<String>,
    /// Where it stands.
    state: DeliveryState,
    /// Attempts so far.
    attempts: u32,
    /// Why the last one did not do.
    last_error: Option<String>,
    /// The message that it is a part of: several updates of one subject may be one message.
    message: Option<String>,
    /// When it was queued, in Unix seconds.
    queued_at: i64,
    /// When it is due, while it waits.
    due_at: Option<i64>,
    /// When it was sent, failed or cancelled.
    ended_at: Option<i64>,
}

/// How many stand where.
#[derive(Serialize, ToSchema)]
struct Totals {
    /// They wait.
    queued: usize,
    /// They are on the wire.
    sending: usize,
    /// The recipient's server has them.
    sent: usize,
    /// They were given up.
    failed: usize,
    /// Nobody wants them any more.
    cancelled: usize,
    /// All of them.
    all: usize,
    /// Whether every recipient has a row already.
    complete: bool,
}

/// Rows, and how many stand where.
#[derive(Serialize, ToSchema)]
pub(crate) struct Deliveries {
    /// Of this event, or of all.
    totals: Totals,
    /// A page of the rows.
    deliveries: Vec<Row>,
}

fn totals(snapshot: &Snapshot, event: Option<&str>) -> Totals {
    let count = |state: DeliveryState| match event {
        Some(event) => snapshot.count_of::<Delivery>("event-state", &format!("{event} {}", state.as_str())),
        None => snapshot.count_of::<Delivery>("state", state.as_str()),
    };
    let [queued, sending, sent, failed, cancelled] = DeliveryState::ALL.map(count);
    let complete = match event {
        Some(event) => snapshot.get::<Notice>(event).is_none_or(|notice| notice.is_fanned_out),
        None => snapshot.count_of::<Notice>("waits", "true") == 0,
    };
    Totals { queued, sending, sent, failed, cancelled, all: queued + sending + sent + failed + cancelled, complete }
}

/// What became of what was sent, one row for each event and recipient
///
/// In the order of the events, the oldest first. For managers.
#[utoipa::path(
    operation_id = "listDeliveries",
    tag = "Deliveries",
    security(("bearer" = [])),
    params(Filter, Paging),
    responses(
        (status = 200, description = "The rows, and their totals", body = Deliveries,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, ReaderRefused,
    )
)]
#[get("/api/v1/deliveries")]
pub(crate) async fn list(
    caller: Caller,
    Query(ListQuery { filter, paging }): Query<ListQuery>,
    request: HttpRequest,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = communications.store.read();
    let event = filter.event.as_deref();
    let start = event.map_or_else(String::new, |event| format!("{event}/"));
    let behind = paging.cursor.map(|cursor| cursor.0).filter(|cursor| *cursor > start).unwrap_or(start);
    let rows = snapshot.after::<Delivery>(&behind).map(|entry| &entry.document);
    let rows = rows.take_while(|row| event.is_none_or(|event| row.event == event));
    let page = Page::of(rows, paging.limit, |row| row.key());
    let mut response = HttpResponse::Ok();
    if let Some(next) = &page.next {
        response.insert_header(link_to_next(&request, &next.encode()));
    }
    let deliveries = page.items.into_iter().map(|row| of(&snapshot, row)).collect();
    Ok(response.json(Deliveries { totals: totals(&snapshot, event), deliveries }))
}

fn of(snapshot: &Snapshot, row: &Delivery) -> Row {
    let notice = snapshot.get::<Notice>(&row.event);
    Row {
        event: row.event.clone(),
        kind: notice.map_or_else(String::new, |notice| notice.kind.clone()),
        subject: row.subject.clone(),
        recipient: row.recipient.clone(),
        channel: row.channel,
        address: address(snapshot, row),
        state: row.state,
        attempts: row.attempts,
        last_error: row.last_error.clone(),
        message: row.message.clone(),
        queued_at: row.queued_at,
        due_at: (row.state == DeliveryState::Queued).then_some(row.due_at),
        ended_at: row.ended_at,
    }
}

fn address(snapshot: &Snapshot, row: &Delivery) -> Option<String> {
    if row.channel == Channel::Webhook {
        let webhook = snapshot.get::<Webhook>(&row.recipient)?;
        return webhook.url.url().host_str().map(str::to_owned);
    }
    let subscriber = snapshot.get::<Subscriber>(&row.recipient).map(|subscriber| &subscriber.email);
    let one = || snapshot.get::<Notice>(&row.event).and_then(|notice| notice.content.address());
    let email = subscriber.or_else(one)?.as_str();
    let (local, domain) = email.split_once('@')?;
    Some(format!("{}…@{domain}", local.chars().next()?))
}
