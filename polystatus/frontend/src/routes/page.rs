//! The pages that everybody reads.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::answer;
use crate::Frontend;
use crate::pages::Name;

macro_rules! pages {
    ($($(#[doc = $about:literal])+ $name:ident $path:literal $id:literal $page:ident),+ $(,)?) => {
        $(
            $(#[doc = $about])+
            #[utoipa::path(
                operation_id = $id,
                tag = "Pages",
                responses(
                    (status = 200, description = "A page in French or in English", body = String, content_type = "text/html",
                        headers(("ETag" = String, description = "Changes with the page"))),
                    (status = 303, description = "A choice of colours was remembered: the page is under its own address"),
                    (status = 304, description = "The reader has it"),
                )
            )]
            #[get($path)]
            pub(crate) async fn $name(request: HttpRequest, frontend: web::Data<Frontend>) -> HttpResponse {
                answer::page(&request, &frontend, Name::$page)
            }
        )+
    };
}

pages! {
    /// How things are now
    now "/" "pageNow" Now,
    /// What went wrong, month by month
    history "/history" "pageHistory" History,
    /// The cloud providers
    providers "/providers" "pageProviders" Providers,
    /// The servers
    servers "/servers" "pageServers" Servers,
    /// How to be told
    subscribe "/subscribe" "pageSubscribe" Subscribe,
    /// What this page is
    about "/about" "pageAbout" About,
}

/// An incident
#[utoipa::path(
    operation_id = "pageIncident",
    tag = "Pages",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    responses(
        (status = 200, description = "A page in French or in English", body = String, content_type = "text/html",
            headers(("ETag" = String, description = "Changes with the page"))),
        (status = 303, description = "A choice of colours was remembered: the page is under its own address"),
        (status = 304, description = "The reader has it"),
        (status = 404, description = "A page that says that there is nothing", body = String, content_type = "text/html"),
    )
)]
#[get("/incidents/{id}")]
pub(crate) async fn incident(request: HttpRequest, frontend: web::Data<Frontend>) -> HttpResponse {
    let id = request.match_info().get("id").unwrap_or_default().to_owned();
    answer::page(&request, &frontend, Name::Incident(id))
}
