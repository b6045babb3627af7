//! The HTTP server: what listens and what stops it are passed in; between them it answers, and drains at the end.

use std::any::Any;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::{Condition, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::{App, HttpServer, web};
use rustix::net::sockopt;
use utoipa_actix_web::AppExt;

use crate::auth::{ApiToken, Authenticator, SignedTokens};
use crate::observe::Observe;
use crate::probes::ReadinessCheck;
use crate::service::{Foundation, Service, StartError};
use crate::settings::Settings;
use crate::{cors, metrics, openapi, probes, routes};

/// How long a client may take to send the head of a request: what the slowest phone needs, and a slow-loris
/// attack does not get more.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection may stay open with nothing to do: a little more than the 60 seconds after which proxies
/// close theirs, so that it is never us who close one that a proxy is about to use.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Connections that one worker holds at most; more wait in the backlog. At 10 KiB each that is 160 MiB. All streams that
/// may be open leave room for requests, so that who follows a page keeps nobody from reading it.
const CONNECTIONS_PER_WORKER: usize = 16_384;
const _: () = assert!(crate::streams::MOST_STREAMS < CONNECTIONS_PER_WORKER);

/// Answer requests on `listener` until `shutdown` resolves; then let those under way end, close the service, and
/// return.
///
/// # Errors
/// When the service cannot be opened: the sentence says why.
pub async fn serve<S: Service>(
    settings: Settings,
    service_settings: S::Settings,
    foundation: Foundation,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let address = listener.local_addr()?;
    let service = web::Data::new(S::open(service_settings, &foundation).await?);
    let authenticator = web::Data::new(authenticator(&settings, &foundation, service.as_ref())?);
    let (routes, pages) = {
        // some megabytes, of which these two keep what is needed
        let document = openapi::document::<S>();
        (web::Data::new(routes::Routes::of(&document)), web::Data::new(openapi::Pages::of(&document)?))
    };
    let observe = Observe::new(&foundation);
    let readiness = web::Data::new(ReadinessCheck::of(service.clone()));
    let figures = web::Data::from(Arc::clone(&foundation.metrics));
    let origins = settings.cors_origins.clone();

    let server = {
        let service = service.clone();
        HttpServer::new(move || {
            App::new()
                .wrap(Condition::new(!origins.is_empty(), cors::of(&origins)))
                .wrap(Condition::new(!origins.is_empty(), from_fn(cors::in_our_shape)))
                .wrap(observe.clone())
                .app_data(service.clone())
                .app_data(authenticator.clone())
                .app_data(routes.clone())
                .app_data(pages.clone())
                .app_data(readiness.clone())
                .app_data(figures.clone())
                .into_utoipa_app()
                // in this order the router looks: a probe must not wait for every pattern of the service
                .configure(probes::routes)
                .configure(metrics::routes)
                .configure(S::routes)
                .into_app()
                .configure(openapi::routes)
                .default_service(web::to(routes::unmatched))
        })
    };
    let shutdown = {
        let service = service.clone();
        async move {
            shutdown.await;
            service.stopping();
        }
    };
    let workers = settings.workers.map_or_else(available_cores, usize::from);
    let running = server
        .workers(workers)
        .client_request_timeout(HEAD_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .max_connections(CONNECTIONS_PER_WORKER)
        .on_connect(|connection, _| bound_unread(connection, S::UNREAD))
        .shutdown_timeout(settings.drain_seconds)
        .shutdown_signal(shutdown)
        .listen(listener)?
        .run();
    tracing::info!(version = S::VERSION, workers, "{} listens on http://{address}, its pages are at /docs", S::NAME);
    running.await?;
    service.close().await;
    tracing::info!("{} has stopped", S::NAME);
    Ok(())
}

/// Have the system end this connection when what is sent over it stays unread so long: also when the client's system
/// answers and the client does not (`TCP_USER_TIMEOUT`, RFC 5482; on Linux it covers the probes of a closed window too).
fn bound_unread(connection: &dyn Any, unread: Option<Duration>) {
    let (Some(unread), Some(stream)) = (unread, connection.downcast_ref::<TcpStream>()) else { return };
    let milliseconds = u32::try_from(unread.as_millis()).unwrap_or(u32::MAX);
    if let Err(error) = sockopt::set_tcp_user_timeout(stream, milliseconds) {
        tracing::warn!(%error, "a connection has no bound on what stays unread");
    }
}

/// Resolves when the operator or the container's engine asks us to stop: Ctrl-C, or SIGTERM.
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be listened to");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("asked to stop: draining");
}

fn available_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Whose tokens are good here: the API token's, the users service's, and those that the service knows itself.
fn authenticator<S: Service>(
    settings: &Settings,
    foundation: &Foundation,
    service: &S,
) -> Result<Authenticator, StartError> {
    let mut authenticator = Authenticator::default().with(api_token::<S>(settings, foundation));
    if let Some(url) = &settings.auth_jwks_url {
        authenticator = authenticator.with(SignedTokens::start(url, foundation)?);
    }
    if let Some(own) = service.token_verifier() {
        authenticator = authenticator.with_shared(own);
    }
    Ok(authenticator)
}

/// The token of the settings, or a new one that is printed once.
fn api_token<S: Service>(settings: &Settings, foundation: &Foundation) -> ApiToken {
    ApiToken::new(settings.api_token.clone().unwrap_or_else(|| {
        let token = foundation.ids.secret();
        // to the terminal, not to the log: logs are kept and sent on
        eprintln!("\n  No API_TOKEN is set: this one is good until {} stops.\n  API_TOKEN={token}\n", S::NAME);
        token.into()
    }))
}
