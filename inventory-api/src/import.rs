//! Files of servers: CSV (RFC 4180) and JSON lines. Every mistake is named with its line.

use std::collections::BTreeMap;

use chassis::ApiError;
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

/// A server of a file.
#[derive(Debug, Clone)]
pub struct Line {
    /// The line on which it begins, counted from 1.
    pub number: u64,
    /// The server, when it is a new one.
    pub new: NewServer,
    /// What the file says of it, when it is there already: a column that is missing says nothing.
    pub patch: ServerPatch,
}

/// Read a file.
///
/// # Errors
/// Each mistake, with its line; no more than a hundred.
pub fn read(format: Format, text: &[u8]) -> Result<Vec<Line>, Vec<Detail>> {
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
    file.mistakes.truncate(MAX_MISTAKES);
    if file.mistakes.is_empty() { Ok(file.lines) } else { Err(file.mistakes) }
}

#[derive(Default)]
struct File {
    lines: Vec<Line>,
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

    fn take(&mut self, number: u64, input: &ServerInput) {
        match input.validate() {
            Ok(new) => {
                if let Some(first) = self.seen.insert(new.hostname.to_string(), number) {
                    self.mistake(number, "hostname", format!("stands on line {first} already"));
                }
                self.lines.push(Line { number, new, patch: input.0.clone() });
            }
            Err(details) => self.mistakes.extend(details.into_iter().map(|detail| detail.on_line(number))),
        }
    }

    fn read_table(&mut self, text: &[u8]) {
        let header = text.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
        // spreadsheets write `;` where a comma is the decimal point, as in French
        let delimiter = if header.contains(&b';') { b';' } else { b',' };
        let mut table = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text);
        let columns = match table.headers() {
            // no more than can be complained of: of a hundred columns most are wrong
            Ok(header) => header.iter().take(MAX_MISTAKES).map(column).collect::<Vec<_>>(),
            Err(error) => return self.mistake(1, "", unreadable(&error)),
        };
        self.check_columns(&columns);
        if !self.mistakes.is_empty() {
            return;
        }
        let mut lines = LineCounter { text, place: 0, line: 1 };
        for record in table.records() {
            let position = match &record {
                Ok(record) => record.position(),
                Err(error) => error.position(),
            };
            let line = lines.line_at(position.map_or(0, csv::Position::byte));
            if !self.goes_on(line) {
                return;
            }
            match record {
                Ok(record) => self.take(line, &row(&columns, &record)),
                Err(error) => self.mistake(line, "", unreadable(&error)),
            }
        }
    }

    fn check_columns(&mut self, columns: &[String]) {
        for (place, column) in columns.iter().enumerate() {
            if !COLUMNS.contains(&column.as_str()) {
                self.mistake(1, column.clone(), format!("is not a column: there are {}", COLUMNS.join(", ")));
            } else if columns[..place].contains(column) {
                self.mistake(1, column.clone(), "is a column already");
            }
        }
        for column in ["hostname", "ip", "status"] {
            if !columns.iter().any(|name| name == column) {
                self.mistake(1, column, "must be a column");
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
                Ok(input) => self.take(line, &input),
                Err(error) if error.details().is_empty() => self.mistake(line, "", not_json(&error)),
                Err(error) => self.mistakes.extend(error.details().iter().map(|detail| detail.clone().on_line(line))),
            }
        }
    }
}

/// Tells the lines of places in a text, as long as they are asked for in order. The `csv` crate counts lines too, but
/// not the empty ones before a record.
struct LineCounter<'a> {
    text: &'a [u8],
    place: usize,
    line: u64,
}

impl LineCounter<'_> {
    fn line_at(&mut self, place: u64) -> u64 {
        let place = usize::try_from(place).unwrap_or(usize::MAX).clamp(self.place, self.text.len());
        let ends = self.text[place..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = &self.text[self.place..place + ends];
        self.line += passed.split(|byte| *byte == b'\n').count() as u64 - 1;
        self.place = place + ends;
        self.line
    }
}

fn column(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

fn row(columns: &[String], record: &csv::StringRecord) -> ServerInput {
    let mut patch = ServerPatch::default();
    for (column, text) in columns.iter().zip(record) {
        match column.as_str() {
            "hostname" => patch.hostname = Some(text.trim().to_owned()),
            "ip" => patch.ip = Some(text.trim().to_owned()),
            "status" => patch.status = Some(text.trim().to_owned()),
            "tags" => {
                let words = text.split([' ', ',', ';', '\n', '\r', '\t']).filter(|word| !word.is_empty());
                patch.tags = Some(words.map(str::to_owned).collect());
            }
            // as it is, blanks around it too; but for the line ends of a file that was saved on Windows
            "description" => patch.description = Some(from_spreadsheet(text).replace("\r\n", "\n")),
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

/// What is wrong with a line that is not JSON, without the line, which is said beside it.
fn not_json(error: &ApiError) -> String {
    error.to_string().replacen("The body is", "is", 1).replace(" line 1 column ", " column ")
}

/// Whether a spreadsheet could take a text for a formula (OWASP, "CSV Injection"), some after dropping blanks. Quotes
/// before it change nothing, so that one more can be put there and taken away again.
fn is_formula(text: &str) -> bool {
    let blank_or_quote = |c: char| c.is_whitespace() || c == '\'';
    text.trim_start_matches(blank_or_quote).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// A text that no spreadsheet takes for a formula: a quote before it makes it a text.
pub fn for_spreadsheet(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text as it was before [`for_spreadsheet`].
fn from_spreadsheet(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

#[cfg(test)]
mod tests;
