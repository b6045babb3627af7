//! The cumulative flow as a picture: a band per column, one above the other. A band that grows thick is a queue, and
//! the distance between two edges, read sideways, is how long a story waits.

use std::fmt::{self, Display, Formatter};

use super::columns::{Column, Columns};
use super::flow::Point;
use super::plot::{BOTTOM, LEFT, Plot, RIGHT, TOP};
use super::ticks;

const WIDTH: i64 = 960;
const HEIGHT: i64 = 420;
/// Between two entries of the legend.
const LEGEND: i64 = 40;
/// The page paints its own ground, by the reader's theme: the site around the picture may be in the other one. Bands
/// that touch differ in lightness, for who does not tell their hues apart.
const STYLE: &str = include_str!("diagram.css");

/// The picture of some points, of which there is at least one. To be printed as SVG.
pub struct Diagram<'a> {
    columns: &'a Columns,
    points: &'a [Point],
    plot: Plot,
}

impl<'a> Diagram<'a> {
    pub fn new(columns: &'a Columns, points: &'a [Point]) -> Self {
        Self { columns, points, plot: Plot::new(points) }
    }

    /// What a screen reader says, in both languages.
    fn description(&self, f: &mut Formatter) -> fmt::Result {
        let day = |point: Option<&Point>| ticks::day(point.map_or(0, |point| point.at));
        let (from, to) = (day(self.points.first()), day(self.points.last()));
        writeln!(
            f,
            r#"<title id="title">Flux cumulé du tableau kanban · Cumulative flow of the kanban board</title>"#
        )?;
        writeln!(f, r#"<desc id="desc">"#)?;
        writeln!(f, "Du {from} au {to}. À la fin : {}.", self.counted(|column| &column.name))?;
        writeln!(f, "From {from} to {to}. In the end: {}.", self.counted(|column| &column.english))?;
        writeln!(f, "</desc>")
    }

    fn counted(&self, name: fn(&Column) -> &str) -> String {
        let each = self.columns.iter().zip(0..).map(|(column, index)| format!("{} {}", name(column), self.last(index)));
        escape(&each.collect::<Vec<_>>().join(", "))
    }

    fn headings(f: &mut Formatter) -> fmt::Result {
        write!(f, r#"<text class="title" x="24" y="40"><tspan class="strong" lang="fr">Flux cumulé</tspan>"#)?;
        writeln!(f, r#"<tspan class="soft" dx="8" lang="en">Cumulative flow</tspan></text>"#)?;
        write!(f, r#"<text class="soft" x="24" y="63"><tspan lang="fr">User stories par colonne</tspan> · "#)?;
        writeln!(f, r#"<tspan lang="en">User stories in each column</tspan></text>"#)
    }

    fn grid(&self, f: &mut Formatter) -> fmt::Result {
        let step = usize::try_from(ticks::count_step(self.plot.highest, 6)).unwrap_or(usize::MAX);
        for count in (0..=self.plot.highest).step_by(step) {
            let y = self.plot.y(count);
            writeln!(f, r#"<path class="rule" d="M{LEFT} {y}H{RIGHT}"/>"#)?;
            let (x, y) = (LEFT - 12, y + 4);
            writeln!(f, r#"<text class="soft" x="{x}" y="{y}" text-anchor="end">{count}</text>"#)?;
        }
        Ok(())
    }

    fn bands(&self, f: &mut Formatter) -> fmt::Result {
        for index in 0..self.columns.iter().len() {
            if self.points.iter().any(|point| point.counts[index] > 0) {
                let (fill, outline) = (self.fill(index), self.plot.band(self.points, index));
                writeln!(f, r#"<path class="band {fill}" d="{outline}"/>"#)?;
            }
        }
        Ok(())
    }

    fn axis(&self, f: &mut Formatter) -> fmt::Result {
        // one point has no width in time: only its own mark means anything
        let end = if self.points.len() == 1 { self.plot.start } else { self.plot.end };
        for tick in ticks::times(self.plot.start, end, 6) {
            let x = self.plot.x(tick.at);
            writeln!(f, r#"<path class="rule" d="M{x} {BOTTOM}v6"/>"#)?;
            let (under, lower) = (BOTTOM + 23, BOTTOM + 42);
            writeln!(f, r#"<text class="soft" x="{x}" y="{under}" text-anchor="middle">{}</text>"#, tick.label)?;
            if let Some(day) = tick.day {
                writeln!(f, r#"<text class="soft" x="{x}" y="{lower}" text-anchor="middle">{day} UTC</text>"#)?;
            }
        }
        Ok(())
    }

    fn legend(&self, f: &mut Formatter) -> fmt::Result {
        let height = LEGEND * i64::try_from(self.columns.iter().len()).unwrap_or(0);
        let mut y = i64::midpoint(TOP, BOTTOM) - height / 2 + 24;
        let (swatch, names, numbers) = (RIGHT + 34, RIGHT + 58, WIDTH - 26);
        for (index, column) in self.columns.iter().enumerate() {
            let (fill, top, name) = (self.fill(index), y - 11, escape(&column.name));
            writeln!(f, r#"<rect class="{fill}" x="{swatch}" y="{top}" width="14" height="14" rx="3"/>"#)?;
            write!(f, r#"<text x="{names}" y="{y}"><tspan class="strong" lang="fr">{name}</tspan>"#)?;
            if column.english != column.name {
                let english = escape(&column.english);
                write!(f, r#"<tspan class="soft" dx="7" lang="en">{english}</tspan>"#)?;
            }
            writeln!(f, "</text>")?;
            let count = self.last(index);
            writeln!(f, r#"<text class="strong" x="{numbers}" y="{y}" text-anchor="end">{count}</text>"#)?;
            y += LEGEND;
        }
        Ok(())
    }

    /// How many stories the column holds in the end.
    fn last(&self, index: usize) -> u32 {
        self.points.last().map_or(0, |point| point.counts[index])
    }

    /// The name of a column's colour. The last column has its own, and the columns before it share one if there are many.
    fn fill(&self, index: usize) -> &'static str {
        match index {
            _ if index == self.columns.done() => "done",
            0 => "first",
            1 => "second",
            2 => "third",
            _ => "later",
        }
    }
}

impl Display for Diagram<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" "#)?;
        writeln!(f, r#"width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="title desc">"#)?;
        self.description(f)?;
        writeln!(f, "<style>\n{STYLE}</style>")?;
        let (width, height) = (WIDTH - 1, HEIGHT - 1);
        writeln!(f, r#"<rect class="page" x=".5" y=".5" width="{width}" height="{height}" rx="10"/>"#)?;
        Self::headings(f)?;
        self.grid(f)?;
        self.bands(f)?;
        self.axis(f)?;
        self.legend(f)?;
        writeln!(f, "</svg>")
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::testing::Fixture;

    fn point(at: i64, counts: [u32; 3]) -> Point {
        Point { at, counts: counts.to_vec() }
    }

    fn drawn(points: &[Point]) -> String {
        Diagram::new(&Fixture::new().load().columns, points).to_string()
    }

    #[test]
    fn a_single_point_fills_the_width() {
        let drawn = drawn(&[point(86_400, [3, 1, 0])]);
        assert!(drawn.contains(r#"<path class="band first" d="M64 92H700V"#), "{drawn}");
        assert!(!drawn.contains(r#"class="band done""#), "an empty column has no band: {drawn}");
        assert!(drawn.contains("1970-01-02"), "{drawn}");
    }

    #[test]
    fn a_board_without_stories_is_drawn_empty() {
        let drawn = drawn(&[point(0, [0, 0, 0])]);
        assert!(!drawn.contains("class=\"band"), "{drawn}");
        assert!(drawn.ends_with("</svg>\n"), "{drawn}");
    }

    #[test]
    fn who_does_not_see_the_picture_is_told_what_it_shows() {
        let drawn = drawn(&[point(0, [2, 0, 0]), point(86_400, [0, 1, 1])]);
        let french = "Du 1970-01-01 au 1970-01-02. À la fin : Backlog 0, En cours 1, Terminé 1.";
        let english = "From 1970-01-01 to 1970-01-02. In the end: Backlog 0, In progress 1, Done 1.";
        assert!(drawn.contains(french) && drawn.contains(english), "{drawn}");
        assert!(drawn.contains(r#"role="img" aria-labelledby="title desc""#), "{drawn}");
    }

    #[test]
    fn a_column_may_be_called_anything() {
        let board = Fixture::new();
        let columns = board.read("kanban/board.toml").replace("En cours", "R&D <en cours>");
        let board = board.write("kanban/board.toml", &columns);
        let drawn = Diagram::new(&board.load().columns, &[point(0, [0, 1, 0])]).to_string();
        assert!(drawn.contains("R&amp;D &lt;en cours&gt;") && !drawn.contains("R&D"), "{drawn}");
    }

    #[test]
    fn more_columns_than_fills_still_end_in_the_done_one() {
        let board = Fixture::new();
        let more: Vec<String> =
            (0..6).map(|n| format!("[[column]]\nname = \"C{n}\"\nenglish = \"C{n}\"\n\n")).collect();
        let columns = format!("{}{}", more.concat(), board.read("kanban/board.toml"));
        let columns = board.write("kanban/board.toml", &columns).load().columns;
        let points = [Point { at: 0, counts: vec![0; 9] }];
        let diagram = Diagram::new(&columns, &points);
        let fills: Vec<&str> = (0..9).map(|index| diagram.fill(index)).collect();
        assert_eq!(fills, ["first", "second", "third", "later", "later", "later", "later", "later", "done"]);
    }
}
