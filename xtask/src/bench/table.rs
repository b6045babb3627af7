//! A table, for the terminal and for Markdown.

use std::fmt::Write as _;

/// The first column holds names, the others figures.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with its column heads.
    pub fn new(heads: &[&str]) -> Self {
        Self { rows: vec![heads.iter().map(|&head| head.to_owned()).collect()] }
    }

    /// Add a row, with as many cells as there are heads.
    pub fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.rows[0].len(), "a cell for each head");
        self.rows.push(cells);
    }

    /// Columns padded to the same width, figures to the right.
    pub fn for_terminal(&self) -> String {
        let widths = self.widths();
        let mut text = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            line(&mut text, row, &widths, "  ");
            if number == 0 {
                let rule: usize = widths.iter().map(|width| width + 2).sum();
                writeln!(text, "  {}", "─".repeat(rule.saturating_sub(2))).expect("a string takes what is written");
            }
        }
        text
    }

    /// A Markdown table, padded so that it can be read as it stands too.
    pub fn for_markdown(&self) -> String {
        let widths = self.widths();
        let mut text = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            let mut cells = String::new();
            line(&mut cells, row, &widths, " | ");
            let cells = cells.trim_end().trim_start_matches(" | ");
            writeln!(text, "| {cells} |").expect("a string takes what is written");
            if number == 0 {
                let rules: Vec<String> = widths
                    .iter()
                    .enumerate()
                    .map(|(column, width)| if column == 0 { "-".repeat(*width) } else { "-".repeat(width - 1) + ":" })
                    .collect();
                writeln!(text, "| {} |", rules.join(" | ")).expect("a string takes what is written");
            }
        }
        text
    }

    /// The widest cell of each column, in characters; what is written here has no wide ones.
    fn widths(&self) -> Vec<usize> {
        let columns = 0..self.rows[0].len();
        columns.map(|column| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect()
    }
}

fn line(text: &mut String, row: &[String], widths: &[usize], between: &str) {
    for (column, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let written =
            if column == 0 { write!(text, "{between}{cell:<width$}") } else { write!(text, "{between}{cell:>width$}") };
        written.expect("a string takes what is written");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["server", "requests/s"]);
        table.row(vec!["bare actix".to_owned(), "166,500".to_owned()]);
        table.row(vec!["µ".to_owned(), "±3 %".to_owned()]);
        table
    }

    #[test]
    fn names_stand_left_and_figures_right() {
        assert_eq!(
            table().for_terminal(),
            "  server      requests/s\n  ──────────────────────\n  bare actix     166,500\n  µ                 ±3 %\n"
        );
    }

    #[test]
    fn markdown_has_a_rule_that_aligns() {
        assert_eq!(
            table().for_markdown(),
            "| server     | requests/s |\n| ---------- | ---------: |\n| bare actix |    166,500 |\n| µ          |       ±3 % |\n"
        );
    }
}
