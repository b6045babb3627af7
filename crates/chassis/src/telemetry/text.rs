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
        let line = line.trim_end_matches('\n');
        // a visitor who puts a line break into a name must not be able to write a line of ours (CWE-117)
        for piece in line.split_inclusive(['\n', '\r']) {
            match piece.strip_suffix(['\n', '\r']) {
                Some(start) => write!(writer, "{start}\\n")?,
                None => writer.write_str(piece)?,
            }
        }
        if let Some(id) = super::request_id() {
            write!(writer, " request_id={id}")?;
        }
        writeln!(writer)
    }
}
