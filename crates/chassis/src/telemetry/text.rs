//! Log lines for people.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::format::{Format, FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

/// Writes a line for each event.
pub(super) fn layer<S, W>(writer: W, colour: bool) -> impl Layer<S>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .event_format(Text { plain: Format::default().with_ansi(false), coloured: Format::default().with_ansi(true) });
    // without the call, the layer itself looks at NO_COLOR
    if colour { layer } else { layer.with_ansi(false) }
}

/// The format of `tracing-subscriber`, plus the request's id; and one line for each event, whatever its values hold.
struct Text {
    plain: Format,
    coloured: Format,
}

impl<S, N> FormatEvent<S, N> for Text
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(&self, ctx: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = String::new();
        let format = if writer.has_ansi_escapes() { &self.coloured } else { &self.plain };
        format.format_event(ctx, Writer::new(&mut line), event)?;
        write_on_one_line(&mut writer, line.trim_end_matches('\n'))?;
        if let Some(id) = super::request_id() {
            write!(writer, " request_id={id}")?;
        }
        writeln!(writer)
    }
}

/// Write `line` with its control characters escaped, but for colours. A visitor who puts a line break into a name must
/// not be able to write a line of ours, nor to steer the terminal of whoever reads it (CWE-117, CWE-150).
fn write_on_one_line(writer: &mut Writer<'_>, line: &str) -> fmt::Result {
    let mut rest = line;
    while let Some(at) = rest.find(char::is_control) {
        writer.write_str(&rest[..at])?;
        rest = &rest[at..];
        let kept = if writer.has_ansi_escapes() { colour(rest) } else { 0 };
        writer.write_str(&rest[..kept])?;
        rest = &rest[kept..];
        if kept == 0 {
            let mut after = rest.chars();
            for escaped in after.next().into_iter().flat_map(char::escape_default) {
                writer.write_char(escaped)?;
            }
            rest = after.as_str();
        }
    }
    writer.write_str(rest)
}

/// How many bytes at the start of `text` set a colour (`ESC [ 3 1 m`); 0 if none do.
fn colour(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix("\u{1b}[") else { return 0 };
    match parameters.find(|c: char| !c.is_ascii_digit() && c != ';') {
        Some(end) if parameters[end..].starts_with('m') => text.len() - parameters.len() + end + 1,
        _ => 0,
    }
}
