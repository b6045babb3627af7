//! The OpenAPI document, made from the code: as JSON, as YAML, and as pages to try it on.

use std::error::Error;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{App, HttpResponse, web};
use bytes::Bytes;
use utoipa::Modify;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, Server};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::Config;

use crate::error::ApiError;
use crate::service::{Service, StartError};
use crate::{metrics, probes};

/// A format of the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// As people read it.
    #[default]
    Yaml,
    /// As programs read it.
    Json,
}

/// The whole document of a service: its own paths and those that every service has.
pub fn document<S: Service>() -> OpenApi {
    let app = App::new().into_utoipa_app().openapi(S::document());
    let (_, mut document) =
        app.configure(S::routes).configure(probes::routes).configure(metrics::routes).split_for_parts();
    BearerToken.modify(&mut document);
    // of the contract: a new version of the program is not a new API
    probes::API_VERSION.clone_into(&mut document.info.version);
    // wherever it is read from; and open, but for the operations that say otherwise
    document.servers = Some(vec![Server::new("/")]);
    document.security = Some(vec![SecurityRequirement::default()]);
    document
}

/// Operations that need a token name this scheme: `security(("bearer" = []))`.
struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
            "An access token of the users service, where `AUTH_JWKS_URL` is set; or the API token: the value of \
             `API_TOKEN`, or the one that the service printed when it started.",
        ));
        let bearer = SecurityScheme::Http(bearer.build());
        document.components.get_or_insert_default().add_security_scheme("bearer", bearer);
    }
}

/// Print the document to standard output.
///
/// # Errors
/// When it cannot be written in that format.
pub fn print(document: &OpenApi, format: Format) -> Result<(), StartError> {
    match format {
        Format::Yaml => print!("{}", yaml(document)?),
        Format::Json => println!("{}", document.to_pretty_json()?),
    }
    Ok(())
}

/// The document as `swagger.yaml` holds it.
///
/// # Errors
/// When it cannot be written as YAML.
pub fn yaml(document: &OpenApi) -> Result<String, StartError> {
    let yaml = document.to_yaml()?;
    Ok(format!("# Written from the code by `cargo xtask openapi`: change the code, not this file.\n{yaml}"))
}

/// `/openapi.json` and the pages under `/docs`, ready to be sent.
pub(crate) struct Pages {
    json: Bytes,
    swagger_ui: Arc<Config<'static>>,
}

impl Pages {
    pub(crate) fn of(document: &OpenApi) -> Result<Self, StartError> {
        let swagger_ui = Config::from("/openapi.json").try_it_out_enabled(true).persist_authorization(false);
        Ok(Self { json: document.to_json()?.into(), swagger_ui: Arc::new(swagger_ui) })
    }
}

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/openapi.json", web::get().to(json))
        .route("/docs", web::get().to(to_docs))
        .route("/docs/{file:.*}", web::get().to(docs));
}

async fn json(pages: web::Data<Pages>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(pages.json.clone())
}

// the pages name their files relative to `/docs/`
async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

async fn docs(file: web::Path<String>, pages: web::Data<Pages>) -> Result<HttpResponse, ApiError> {
    let found = utoipa_swagger_ui::serve(&file, Arc::clone(&pages.swagger_ui))
        .map_err(|error: Box<dyn Error>| ApiError::internal(error.as_ref()))?
        .ok_or_else(|| ApiError::not_found("There is nothing at this address"))?;
    let mut response = HttpResponse::Ok();
    if found.gzpipped {
        response.insert_header(header::ContentEncoding::Gzip);
    }
    Ok(response.content_type(found.content_type).body(found.bytes.into_owned()))
}
