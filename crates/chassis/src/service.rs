//! What makes a service, and the `main` that all of them share.

use std::error::Error;
use std::ffi::OsString;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, CommandFactory, FromArgMatches};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::TokenVerifier;
use crate::clock::{SharedClock, SystemClock};
use crate::ids::{RandomIds, SharedIds};
use crate::metrics::Metrics;
use crate::probes::Readiness;
use crate::settings::{Listen, Settings, defaults_from_files, refusal};
use crate::{descriptors, healthcheck, openapi, server, telemetry};

/// Why a service did not start: a sentence for the person who started it.
pub type StartError = Box<dyn Error + Send + Sync>;

/// What a service is made on: passed in, so that a test can set the time and repeat what happened.
pub struct Foundation {
    /// The time of day.
    pub clock: SharedClock,
    /// Random ids and secrets.
    pub ids: SharedIds,
    /// Where the service registers figures of its own.
    pub metrics: Arc<Metrics>,
}

impl Default for Foundation {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), ids: Arc::new(RandomIds), metrics: Arc::default() }
    }
}

/// A service: its name, what can be set, what it stands on, and its routes.
pub trait Service: Sized + Send + Sync + 'static {
    /// Its package, program and image.
    const NAME: &'static str;
    /// Its package's version.
    const VERSION: &'static str;
    /// One line for `--help`.
    const ABOUT: &'static str;
    /// The port on which it listens unless told otherwise.
    const PORT: u16;
    /// How long a client may leave unread what it was sent, before the system ends its connection. None: for ever, as it may
    /// well pause a download. For services that speak without being asked, and would keep the connections of those who
    /// have gone without a word.
    const UNREAD: Option<Duration> = None;
    /// What can be set beside [`Settings`].
    type Settings: clap::Args + Clone + Send;

    /// Open what it stands on, and start its background tasks.
    fn open(settings: Self::Settings, foundation: &Foundation) -> impl Future<Output = Result<Self, StartError>>;

    /// Bring its database to the present schema, and say what was done.
    fn migrate(settings: Self::Settings) -> impl Future<Output = Result<String, StartError>>;

    /// Title, description and tags of its OpenAPI document; the paths come from [`Service::routes`].
    fn document() -> utoipa::openapi::OpenApi;

    /// Its endpoints. The service itself is there as `web::Data<Self>`.
    fn routes(config: &mut ServiceConfig<'_>);

    /// Whether it can do its work, part by part.
    fn readiness(&self) -> impl Future<Output = Readiness>;

    /// What knows tokens that this service makes itself.
    fn token_verifier(&self) -> Option<Arc<dyn TokenVerifier>> {
        None
    }

    /// The service was told to stop, and requests that are under way may end: called once, before the wait for them. What
    /// would go on for ever, such as a stream of events, ends itself here.
    fn stopping(&self) {}

    /// Finish what is under way: called once, after the last request was answered.
    fn close(&self) -> impl Future<Output = ()> {
        std::future::ready(())
    }
}

#[derive(clap::Parser)]
#[command(args_conflicts_with_subcommands = true, max_term_width = 100)]
struct Cli<A: clap::Args, C: clap::Subcommand> {
    #[command(subcommand)]
    command: Option<Command<A, C>>,
    #[command(flatten)]
    serve: Serve<A>,
}

#[derive(clap::Args)]
#[group(skip)]
struct Serve<A: clap::Args> {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    service: A,
}

#[derive(clap::Subcommand)]
enum Command<A: clap::Args, C: clap::Subcommand> {
    /// Answer requests until told to stop (the default)
    Serve(Serve<A>),
    /// Ask a running service whether it is alive: exit code 0 or 1, for a container's health check
    Healthcheck(Listen),
    /// Bring the database to the present schema, and stop
    Migrate(A),
    /// Print the OpenAPI document
    Openapi {
        /// Format to print
        #[arg(long, value_enum, default_value_t)]
        format: openapi::Format,
    },
    #[command(flatten)]
    Own(C),
}

/// The commands of a service that has none beside those of every service.
#[derive(clap::Subcommand)]
enum NoMore {}

const FILES: &str =
    "Any setting NAME can come from a file instead, which NAME_FILE names: API_TOKEN_FILE=/run/secrets/token";

/// The exit code for a wrong command line, as clap's own.
const USAGE: u8 = 2;

/// The `main` of every service: read the command line, and do what it says.
pub fn run<S: Service>() -> ExitCode {
    run_with::<S, NoMore>(async |none| match none {})
}

/// As [`run`], for a program that has commands of its own beside those of every service.
pub fn run_with<S: Service, C: clap::Subcommand>(own: impl AsyncFnOnce(C) -> Result<(), StartError>) -> ExitCode {
    let command = with_port::<S>(Cli::<S::Settings, C>::command())
        .mut_subcommand("serve", with_port::<S>)
        .mut_subcommand("healthcheck", with_port::<S>)
        .name(S::NAME)
        .about(S::ABOUT)
        .after_help(FILES)
        .version(S::VERSION);
    let mut command = match defaults_from_files(command) {
        Ok(command) => command,
        Err(sentence) => {
            eprintln!("{}: {sentence}", S::NAME);
            return ExitCode::from(USAGE);
        }
    };
    let matches = match command.try_get_matches_from_mut(std::env::args_os()) {
        Ok(matches) => matches,
        Err(error) => match refusal::sentence(&command, &error) {
            Some(sentence) => {
                eprintln!("{}: {sentence}", S::NAME);
                return ExitCode::from(USAGE);
            }
            None => error.exit(),
        },
    };
    let cli = Cli::<S::Settings, C>::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let result = match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(serve) => block_on(listen_and_serve::<S>(serve.settings, serve.service)),
        Command::Healthcheck(listen) => healthcheck::ask(listen),
        Command::Migrate(settings) => block_on(S::migrate(settings)).map(|done| println!("{done}")),
        Command::Openapi { format } => openapi::print(&openapi::document::<S>(), format),
        Command::Own(command) => block_on(own(command)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", S::NAME);
            ExitCode::FAILURE
        }
    }
}

/// What can be set in a service, as these flags say, then the environment and its files, then its defaults: for a program that runs
/// several services in one process. Such a program binds the listener, sets the logs up once, and calls
/// [`server::serve`] for each.
///
/// # Errors
/// When a flag or a variable is wrong: the sentence names it.
pub fn settings_of<S: Service>(
    flags: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<(Settings, S::Settings), StartError> {
    let command = Serve::<S::Settings>::augment_args(clap::Command::new(S::NAME).no_binary_name(true));
    let mut command = defaults_from_files(with_port::<S>(command))?;
    let serve = command.try_get_matches_from_mut(flags).and_then(|matches| Serve::from_arg_matches(&matches));
    match serve {
        Ok(Serve { settings, service }) => Ok((settings, service)),
        Err(error) => Err(refusal::sentence(&command, &error).unwrap_or_else(|| error.to_string()).into()),
    }
}

/// A service has its own port unless told otherwise.
fn with_port<S: Service>(command: clap::Command) -> clap::Command {
    command.mut_arg("port", |port| port.required(false).default_value(S::PORT.to_string()))
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

async fn listen_and_serve<S: Service>(settings: Settings, service: S::Settings) -> Result<(), StartError> {
    // until the end of the service: the last spans are sent when it is dropped
    let _telemetry = telemetry::init(&settings.telemetry, S::NAME, S::VERSION)?;
    descriptors::take_all();
    let address = (settings.listen.host, settings.listen.port);
    let listener = TcpListener::bind(address)
        .map_err(|error| format!("cannot listen on {}:{}: {error}; --port takes another", address.0, address.1))?;
    server::serve::<S>(settings, service, Foundation::default(), listener, server::stop_signal()).await
}
