//! What can be set, on the command line and for the whole process.

use chassis::telemetry::{self, LogFormat, LogLevel, TelemetryError, TelemetrySettings, tracing_on};
use clap::{CommandFactory, Parser};
use testbed::collector::Collector;
use tracing_log::log;

use crate::begin;

#[derive(Debug, Parser)]
struct Command {
    #[command(flatten)]
    telemetry: TelemetrySettings,
}

fn parse(arguments: &[&str]) -> Result<TelemetrySettings, clap::Error> {
    Command::try_parse_from([&["inventory-api"], arguments].concat()).map(|command| command.telemetry)
}

#[test]
fn what_is_not_set_has_its_default() {
    let settings = parse(&[]).unwrap();
    assert_eq!((settings.log_format, settings.log_level, settings.otlp_endpoint), Default::default());
    let settings = parse(&["--log-format", "json", "--log-level", "debug"]).unwrap();
    assert_eq!((settings.log_format, settings.log_level.to_string()), (LogFormat::Json, "debug".to_owned()));
}

#[test]
fn each_setting_is_in_the_help_with_its_variable() {
    let help = Command::command().render_long_help().to_string();
    for expected in
        ["Logs and traces:", "[env: LOG_FORMAT=", "[env: LOG_LEVEL=", "[default: info", "OTEL_EXPORTER_OTLP_ENDPOINT"]
    {
        assert!(help.contains(expected), "{expected} is not in\n{help}");
    }
}

#[test]
fn a_level_is_a_word_or_a_word_for_each_module() {
    for level in
        ["off", "error", "WARN", "info", "debug", "trace", "info,sqlx=warn", "warn,inventory_api::import=trace"]
    {
        assert_eq!(level.parse::<LogLevel>().unwrap().to_string(), level);
    }
}

#[test]
fn a_level_that_would_silence_the_log_by_mistake_is_refused() {
    for level in [
        "",
        "inof",
        "verbose",
        "info,",
        "info,inof",
        "sqlx=loud",
        "sqlx=",
        "=warn",
        "info;sqlx=warn",
        "info,[span]=debug",
    ] {
        let error = level.parse::<LogLevel>().unwrap_err().to_string();
        assert!(error.contains("is no log level: give off, error, warn, info, debug or trace"), "{level}: {error}");
        assert!(parse(&["--log-level", level]).is_err());
    }
}

#[test]
fn an_empty_endpoint_is_none() {
    let settings = TelemetrySettings { otlp_endpoint: Some(String::new()), ..TelemetrySettings::default() };
    assert!(telemetry::build(&settings, "inventory-api", "1", std::io::sink, false).is_ok());
}

/// The one test that takes the process's logs; the others take those of their thread.
#[test]
fn a_process_sets_up_its_logs_once_and_knows_whether_spans_leave() {
    assert!(!tracing_on());
    let collector = Collector::start();
    let settings = TelemetrySettings { otlp_endpoint: Some(collector.url()), ..TelemetrySettings::default() };
    let _telemetry = telemetry::init(&settings, "inventory-api", "1").unwrap();
    assert!(tracing_on());
    assert!(matches!(telemetry::init(&settings, "inventory-api", "1"), Err(TelemetryError::AlreadySet)));

    // libraries that use `log` come out in our format as well, under their own name
    let json = TelemetrySettings { log_format: LogFormat::Json, ..TelemetrySettings::default() };
    let (lines, _, _here) = begin(&json, false);
    log::warn!(target: "some_library", "from {}", "log");
    let line: serde_json::Value = serde_json::from_str(&lines.text()).unwrap();
    assert_eq!(
        (&line["target"], &line["message"], &line["level"]),
        (&"some_library".into(), &"from log".into(), &"WARN".into())
    );
    assert_eq!(line.get("fields"), None);
}
