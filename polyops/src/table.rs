//! What is shown when everything has started.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

/// What there is to tell.
#[derive(Debug)]
pub struct Table<'a> {
    /// Each service, and where it is reached.
    pub services: Vec<(&'static str, SocketAddr)>,
    /// From the start of the program until all were ready.
    pub took: Duration,
    /// Where what they know is kept.
    pub data: &'a Path,
    /// The token that may do everything; none when somebody chose it.
    pub new_token: Option<&'a str>,
    /// Whether the first admin was made just now.
    pub new_admin: bool,
    /// What the demonstration says of itself.
    pub demo: Option<String>,
}

impl Table<'_> {
    /// The lines for a terminal.
    pub fn text(&self) -> String {
        let width = self.services.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let addresses: Vec<String> = self.services.iter().map(|(_, address)| format!("http://{address}")).collect();
        let address_width = addresses.iter().map(String::len).max().unwrap_or_default();
        let mut text = format!("\n  PolyOps is ready after {:.1} s.\n\n", self.took.as_secs_f64());
        for ((name, _), address) in self.services.iter().zip(&addresses) {
            // writing into a String does not fail
            let _ = writeln!(text, "  {name:width$}   {address:address_width$}   {address}/docs");
        }
        let _ = writeln!(text, "\n  Data       {}", self.data.display());
        if let Some(token) = self.new_token {
            let _ = writeln!(text, "  API token  {token}  (good until this stops)");
        }
        if self.new_admin {
            let _ = writeln!(text, "  Admin      made just now: address and password stand above, this once");
        }
        if let Some(demo) = &self.demo {
            let _ = writeln!(text, "  Demo       {demo}");
        }
        text.push_str("  End        Ctrl-C; a second one ends at once\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_where_everything_is() {
        let address = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let table = Table {
            services: vec![("users", address(8080)), ("communications", address(18_082))],
            took: Duration::from_millis(1234),
            data: Path::new("data"),
            new_token: Some("abc"),
            new_admin: true,
            demo: None,
        };
        let expected = "
  PolyOps is ready after 1.2 s.

  users            http://127.0.0.1:8080    http://127.0.0.1:8080/docs
  communications   http://127.0.0.1:18082   http://127.0.0.1:18082/docs

  Data       data
  API token  abc  (good until this stops)
  Admin      made just now: address and password stand above, this once
  End        Ctrl-C; a second one ends at once
";
        assert_eq!(table.text(), expected);
    }
}
