//! `/api/v2/…`: the public API of Statuspage, field for field.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::preconditions::IfNoneMatchHeader;

use crate::Communications;
use crate::pages::Page;
use crate::pages::statuspage::{Components, Incidents, Maintenances, StatusPage, Summary};

macro_rules! pages {
    ($($(#[doc = $about:literal])+ $name:ident $path:literal $id:literal $page:ident $body:ident),+ $(,)?) => {
        $(
            $(#[doc = $about])+
            #[utoipa::path(
                operation_id = $id,
                tag = "Statuspage",
                params(IfNoneMatchHeader),
                responses(
                    (status = 200, description = "As Statuspage answers", body = $body,
                        headers(("ETag" = String, description = "Changes with the answer"))),
                    (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
                        headers(("ETag" = String, description = "The same as before"))),
                )
            )]
            #[get($path)]
            pub(crate) async fn $name(request: HttpRequest, communications: web::Data<Communications>) -> HttpResponse {
                let page = communications.pages.get(&communications.store.read(), Page::$page);
                super::rendered(&request, &page.1, "application/json")
            }
        )+
    };
}

pages! {
    /// Everything that matters now
    summary "/api/v2/summary.json" "statuspageSummary" Summary Summary,
    /// How the page is as a whole
    status "/api/v2/status.json" "statuspageStatus" Status StatusPage,
    /// The components and their groups
    components "/api/v2/components.json" "statuspageComponents" Components Components,
    /// The latest 50 incidents
    incidents "/api/v2/incidents.json" "statuspageIncidents" Incidents Incidents,
    /// The incidents that are not over
    unresolved "/api/v2/incidents/unresolved.json" "statuspageUnresolved" Unresolved Incidents,
    /// The latest 50 planned works
    maintenances "/api/v2/scheduled-maintenances.json" "statuspageMaintenances" Maintenances Maintenances,
    /// Planned work that is still to come
    upcoming "/api/v2/scheduled-maintenances/upcoming.json" "statuspageUpcoming" Upcoming Maintenances,
    /// Planned work that goes on
    active "/api/v2/scheduled-maintenances/active.json" "statuspageActive" Active Maintenances,
}
