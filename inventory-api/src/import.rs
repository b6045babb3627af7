//! Files of servers: CSV (RFC 4180) and JSON lines. Every mistake is named with its line.

use std::collections::BTreeMap;

use chassis::error::Detail;

use crate::model::{NewServer, ServerInput, ServerPatch};

/// The columns of an exported table.
pub const COLUMNS: [&str; 9] =
    ["id", "hostname", "ip", "status", "tags", "description", "created_at", "updated_at", "version"];

/// Servers in one file at most: they become one transaction, and everybody else's changes wait for it.
pub const MAX_LINES: usize = 20_000;

/// Mistakes that are named at most: after that many, the file is the wrong one.
const MAX_MISTAKES: usize = 100;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table with a header.
    Csv,
    /// A JSON object on each line.
    JsonLines,
}

impl Format {
    /// The format of a media type.
    pub fn of(media_type: &str) -> Option<Self> {
        match media_type {
            "text/csv" => Some(Self::Csv),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// Servers, each with the line on which it stands, counted from 1.
pub type Lines = Vec<(u64, NewServer)>;

/// Read a file.
///
/// # Errors
/// Each mistake, with its line; no more than a hundred.
pub fn read(format: Format, text: &[u8]) -> Result<Lines, Vec<Detail>> {
    // what a spreadsheet puts before UTF-8
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut file = File::default();
    match format {
        Format::Csv => file.read_table(text),
        Format::JsonLines => file.read_json_lines(text),
    }
    if file.mistakes.is_empty() && file.lines.is_empty() {
        file.mistake(1, "", "must hold at least one server");
    }
    if file.mistakes.is_empty() { Ok(file.lines) } else { Err(file.mistakes) }
}

#[derive(Default)]
struct File {
    lines: Lines,
    mistakes: Vec<Detail>,
    /// On which line a host name was first seen.
    seen: BTreeMap<String, u64>,
}

impl File {
    fn mistake(&mut self, line: u64, field: impl Into<std::borrow::Cow<'static, str>>, message: impl Into<String>) {
        self.mistakes.push(Detail::new(field, message.into()).on_line(line));
    }

    /// Whether to read on.
    fn goes_on(&mut self, line: u64) -> bool {
        if self.lines.len() == MAX_LINES {
            self.mistake(line, "", format!("must hold at most {MAX_LINES} servers: import it in parts"));
            return false;
        }
        self.mistakes.len() < MAX_MISTAKES
    }

    fn take(&mut self, line: u64, input: ServerInput) {
        match input.validate() {
            Ok(new) => {
                if let Some(first) = self.seen.insert(new.hostname.to_string(), line) {
                    self.mistake(line, "hostname", format!("stands on line {first} already"));
                }
                self.lines.push((line, new));
            }
            Err(details) => self.mistakes.extend(details.into_iter().map(|detail| detail.on_line(line))),
        }
    }

    fn read_table(&mut self, text: &[u8]) {
        let header_end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
        // spreadsheets write `;` where a comma is the decimal point, as in French
        let semicolons = text[..header_end].contains(&b';');
        let delimiter = if semicolons { b';' } else { b',' };
        let mut table = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text);
        let columns = match table.headers() {
            Ok(header) => header.iter().map(str::to_ascii_lowercase).collect::<Vec<_>>(),
            Err(error) => return self.mistake(1, "", unreadable(&error)),
        };
        for column in &columns {
            if !COLUMNS.contains(&column.as_str()) {
                self.mistake(1, column.clone(), format!("is not a column: there are {}", COLUMNS.join(", ")));
            }
        }
        for column in ["hostname", "ip", "status"] {
            if columns.iter().filter(|name| *name == column).count() != 1 {
                self.mistake(1, column, "must be a column, once");
            }
        }
        if !self.mistakes.is_empty() {
            return;
        }
        for record in table.records() {
            let line = match &record {
                Ok(record) => record.position().map_or(0, csv::Position::line),
                Err(error) => error.position().map_or(0, csv::Position::line),
            };
            if !self.goes_on(line) {
                return;
            }
            match record {
                Ok(record) => self.take(line, row(&columns, &record)),
                Err(error) => self.mistake(line, "", unreadable(&error)),
            }
        }
    }

    fn read_json_lines(&mut self, text: &[u8]) {
        for (line, text) in (1..).zip(text.split(|byte| *byte == b'\n')) {
            if text.trim_ascii().is_empty() {
                continue;
            }
            if !self.goes_on(line) {
                return;
            }
            match chassis::extract::from_json::<ServerInput>(text) {
                Ok(input) => self.take(line, input),
                Err(error) if error.details().is_empty() => self.mistake(line, "", error.to_string()),
                Err(error) => self.mistakes.extend(error.details().iter().map(|detail| detail.clone().on_line(line))),
            }
        }
    }
}

fn row(columns: &[String], record: &csv::StringRecord) -> ServerInput {
    let mut patch = ServerPatch::default();
    for (column, text) in columns.iter().zip(record) {
        match column.as_str() {
            "hostname" => patch.hostname = Some(text.to_owned()),
            "ip" => patch.ip = Some(text.to_owned()),
            "status" => patch.status = Some(text.to_owned()),
            "tags" => {
                let words = text.split([' ', ',', ';']).filter(|word| !word.is_empty());
                patch.tags = Some(words.map(str::to_owned).collect());
            }
            "description" => patch.description = Some(from_spreadsheet(text).to_owned()),
            // what the service gives is not looked at
            _ => {}
        }
    }
    ServerInput(patch)
}

/// What is wrong with the table itself, without the line, which is said beside it.
fn unreadable(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("must have {expected_len} fields as the header has, not {len}")
        }
        csv::ErrorKind::Utf8 { .. } => "must be UTF-8".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// Characters with which a spreadsheet begins a formula (OWASP, "CSV Injection").
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// A text that no spreadsheet takes for a formula: a quote before it makes it a text.
pub fn for_spreadsheet(text: &str) -> String {
    if text.trim_start_matches('\'').starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

/// The text as it was before [`for_spreadsheet`].
fn from_spreadsheet(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
        _ => text,
    }
}
