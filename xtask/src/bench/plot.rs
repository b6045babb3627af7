//! Horizontal bars as an SVG picture, with a title and a description for those who do not see it, in a light and a dark
//! scheme.
//!
//! The scale is linear and begins at zero: the length of a bar is the figure. On a logarithmic scale a server that
//! is forty times as fast would look twice as fast.

use std::fmt::{self, Write as _};

use super::figures::Rounds;
use super::lab::Series;

/// Several charts, one below the other.
pub struct Plot {
    /// What is shown, for screen readers.
    pub title: String,
    /// From top to bottom.
    pub charts: Vec<Chart>,
}

/// Bars of one quantity.
pub struct Chart {
    /// The quantity and its unit.
    pub title: String,
    /// Whether more is better, in words.
    pub better: &'static str,
    /// From top to bottom.
    pub bars: Vec<Bar>,
}

/// One figure.
pub struct Bar {
    /// Whose it is.
    pub name: String,
    /// How long the bar is.
    pub figure: f64,
    /// The figure with its unit.
    pub label: String,
    /// Its colour.
    pub kind: Kind,
    /// What it is to reach, or not to exceed.
    pub goal: Option<f64>,
}

/// What a bar's colour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the machine can do.
    Limit,
    /// Our service.
    Ours,
    /// What it is compared with.
    Peer,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Ours => "ours",
            Self::Peer => "peer",
        }
    }
}

/// For [`Chart::better`].
pub const MORE: &str = "· longer is better";
/// For [`Chart::better`].
pub const LESS: &str = "· shorter is better";

/// A figure's median as a bar.
pub fn bar(
    series: &Series,
    figure: fn(&Series) -> Rounds,
    label: fn(f64) -> String,
    kind: Kind,
    goal: Option<f64>,
) -> Bar {
    let figure = figure(series).median();
    Bar { name: series.name.clone(), figure, label: label(figure), kind, goal }
}

const WIDTH: f64 = 860.0;
/// Where bars begin: names stand to the left of it.
const LEFT: f64 = 230.0;
/// The longest bar; its label stands to the right of it.
const LONGEST: f64 = 500.0;
/// The width of a digit, roughly.
const LETTER: f64 = 8.0;
const BAR: f64 = 18.0;
const STEP: f64 = 26.0;
const HEAD: f64 = 34.0;
const GAP: f64 = 22.0;
const LEGEND: f64 = 44.0;

const STYLE: &str = "
    text { font: 13px system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328 }
    .head { font-weight: 600; font-size: 15px }
    .note { fill: #59636e }
    .name { text-anchor: end }
    .ground { fill: #ffffff }
    .limit { fill: #6e7781 }
    .ours { fill: #0969da }
    .peer { fill: #bc4c00 }
    .goal { stroke: #1f2328; stroke-width: 2 }
    .halo { stroke: #ffffff; stroke-width: 6 }
    .axis { stroke: #8c959f }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .note { fill: #9198a1 }
      .ground { fill: #0d1117 }
      .limit { fill: #8b949e }
      .ours { fill: #58a6ff }
      .peer { fill: #f0883e }
      .goal { stroke: #e6edf3 }
      .halo { stroke: #0d1117 }
      .axis { stroke: #656c76 }
    }
";

impl Plot {
    /// The picture.
    pub fn svg(&self) -> String {
        let mut svg = String::new();
        self.draw(&mut svg).expect("a string takes what is written");
        svg
    }

    fn draw(&self, svg: &mut String) -> fmt::Result {
        let height = LEGEND + self.charts.iter().map(Chart::height).sum::<f64>();
        writeln!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title description">"#
        )?;
        writeln!(svg, r#"  <title id="title">{}</title>"#, escaped(&self.title))?;
        writeln!(svg, r#"  <desc id="description">{}</desc>"#, escaped(&self.description()))?;
        writeln!(svg, "  <style>{STYLE}  </style>")?;
        writeln!(svg, r#"  <rect class="ground" width="{WIDTH}" height="{height}" rx="6"/>"#)?;
        legend(svg, &self.charts)?;
        let mut top = LEGEND;
        for chart in &self.charts {
            chart.draw(svg, top)?;
            top += chart.height();
        }
        svg.push_str("</svg>\n");
        Ok(())
    }

    /// All that is to be seen, in words.
    fn description(&self) -> String {
        let chart = |chart: &Chart| {
            let bars: Vec<String> = chart.bars.iter().map(|bar| format!("{} {}", bar.name, bar.label)).collect();
            format!("{} ({}): {}.", chart.title, chart.better, bars.join("; "))
        };
        self.charts.iter().map(chart).collect::<Vec<_>>().join(" ")
    }
}

impl Chart {
    fn height(&self) -> f64 {
        let bars = u32::try_from(self.bars.len()).expect("a chart has few bars");
        HEAD + f64::from(bars) * STEP + GAP
    }

    /// A goal may lie beyond the longest bar.
    fn scale(&self) -> f64 {
        let most = self.bars.iter().flat_map(|bar| [Some(bar.figure), bar.goal]).flatten().fold(0.0, f64::max);
        if most > 0.0 { LONGEST / most } else { 0.0 }
    }

    fn draw(&self, svg: &mut String, top: f64) -> fmt::Result {
        let scale = self.scale();
        let base = top + HEAD - 12.0;
        writeln!(
            svg,
            r#"  <text x="24" y="{base:.0}"><tspan class="head">{}</tspan> <tspan class="note">{}</tspan></text>"#,
            escaped(&self.title),
            self.better
        )?;
        let mut y = top + HEAD;
        let end = y + self.height() - HEAD - GAP;
        writeln!(svg, r#"  <path class="axis" d="M{LEFT} {y}V{end}"/>"#)?;
        for bar in &self.bars {
            bar.draw(svg, y, scale)?;
            y += STEP;
        }
        Ok(())
    }
}

impl Bar {
    fn draw(&self, svg: &mut String, y: f64, scale: f64) -> fmt::Result {
        // a bar that is too short to be seen would look like none
        let length = (self.figure * scale).max(1.0);
        let (top, base) = (y + (STEP - BAR) / 2.0, y + STEP / 2.0 + 4.5);
        writeln!(svg, r#"  <text class="name" x="{:.0}" y="{base:.1}">{}</text>"#, LEFT - 10.0, escaped(&self.name))?;
        writeln!(
            svg,
            r#"  <rect class="{}" x="{LEFT}" y="{top:.1}" width="{length:.1}" height="{BAR}"/>"#,
            self.kind.class()
        )?;
        let goal = self.goal.map(|goal| goal * scale);
        if let Some(goal) = goal {
            let (x, from, to) = (LEFT + goal, top - 3.0, top + BAR + 3.0);
            writeln!(svg, r#"  <path class="halo" d="M{x:.1} {from:.1}V{to:.1}"/>"#)?;
            writeln!(svg, r#"  <path class="goal" d="M{x:.1} {from:.1}V{to:.1}"/>"#)?;
        }
        let x = LEFT + self.label_at(length, goal);
        writeln!(svg, r#"  <text x="{x:.1}" y="{base:.1}">{}</text>"#, escaped(&self.label))
    }

    /// At the bar's end; behind the goal where that would cross the label.
    fn label_at(&self, length: f64, goal: Option<f64>) -> f64 {
        let letters = u32::try_from(self.label.chars().count()).unwrap_or(0);
        let from = length + 8.0;
        let to = from + f64::from(letters) * LETTER;
        match goal {
            Some(goal) if (length - 8.0..to + 6.0).contains(&goal) => goal.max(length) + 8.0,
            _ => from,
        }
    }
}

fn legend(svg: &mut String, charts: &[Chart]) -> fmt::Result {
    let bars = || charts.iter().flat_map(|chart| &chart.bars);
    let mut x = 24.0;
    // each with the room that its words take
    for (kind, text, room) in
        [(Kind::Ours, "our service", 116.0), (Kind::Limit, "the limit", 96.0), (Kind::Peer, "compared with", 132.0)]
    {
        if bars().any(|bar| bar.kind == kind) {
            writeln!(svg, r#"  <rect class="{}" x="{x}" y="16" width="12" height="12"/>"#, kind.class())?;
            writeln!(svg, r#"  <text x="{}" y="27">{text}</text>"#, x + 18.0)?;
            x += room;
        }
    }
    if bars().any(|bar| bar.goal.is_some()) {
        writeln!(svg, r#"  <path class="goal" d="M{x} 14V31"/>"#)?;
        writeln!(svg, r#"  <text x="{}" y="27">our goal</text>"#, x + 10.0)?;
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot() -> Plot {
        let bar = |name: &str, figure, kind, goal| Bar {
            name: name.to_owned(),
            figure,
            label: format!("{figure} a second"),
            kind,
            goal,
        };
        let bars = vec![bar("limit & co", 200.0, Kind::Limit, None), bar("ours", 100.0, Kind::Ours, Some(180.0))];
        let chart = Chart { title: "Speed".to_owned(), better: "more is better", bars };
        Plot { title: "Two <servers>".to_owned(), charts: vec![chart] }
    }

    #[test]
    fn the_length_of_a_bar_is_its_figure() {
        let svg = plot().svg();
        assert!(svg.contains(r#"class="limit" x="230" y="82.0" width="500.0""#), "{svg}");
        assert!(svg.contains(r#"class="ours" x="230" y="108.0" width="250.0""#), "{svg}");
        assert!(svg.contains(r#"class="goal" d="M680.0 "#), "{svg}");
    }

    #[test]
    fn the_legend_names_what_is_drawn_and_nothing_else() {
        let svg = plot().svg();
        let names = |words: &str| svg.contains(&format!(">{words}</text>"));
        let said = ["our service", "the limit", "compared with", "our goal"].map(names);
        assert_eq!(said, [true, true, false, true], "{svg}");
    }

    #[test]
    fn the_picture_says_in_words_what_it_shows() {
        let svg = plot().svg();
        assert!(svg.contains("<title id=\"title\">Two &lt;servers&gt;</title>"), "{svg}");
        assert!(svg.contains("Speed (more is better): limit &amp; co 200 a second; ours 100 a second."), "{svg}");
    }
}
