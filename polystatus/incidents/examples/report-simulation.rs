//! Prints how often the reports' formula is wrong and how late it is, and draws a day:
//!
//! ```sh
//! cargo run --release -p polystatus-incidents --example report-simulation docs/incidents/a-day.svg
//! ```
//!
//! Chance has a fixed seed: the figures and the picture are the same in every run.

use std::fmt::Write;

use polystatus_incidents::reports::State;
use polystatus_incidents::reports::simulation::{Chance, Days, Made, Outage, Said, delays, false_alarms};

const SEED: u64 = 7;

fn main() -> std::io::Result<()> {
    println!("{}", tables());
    match std::env::args().nth(1) {
        Some(file) => std::fs::write(file, picture()),
        None => Ok(()),
    }
}

/// The tables of the documentation.
fn tables() -> String {
    let mut text = String::from("False alarms in 30 days without a problem, of 360 made-up days\n\n");
    text.push_str("| reports in the busiest quarter | `possible` | `problems` |\n|---|---|---|\n");
    for busiest in [0.5, 5.0, 50.0, 500.0] {
        let [possible, problems] = false_alarms(Made { busiest }, 360, &mut Chance(SEED));
        let _ = writeln!(text, "| {busiest} | {possible:.2} | {problems:.2} |");
    }
    text.push_str("\nMinutes until an outage is noticed, the median of 400\n\n");
    text.push_str(
        "| reports in the busiest quarter | more reports a minute | `possible` | `problems` |\n|---|---|---|---|\n",
    );
    for (busiest, reports) in [(0.5, 1.0), (0.5, 5.0), (5.0, 1.0), (5.0, 5.0), (50.0, 5.0), (50.0, 20.0), (500.0, 50.0)]
    {
        let noticed = delays(Made { busiest }, reports, 400, &mut Chance(SEED));
        let [possible, problems] =
            noticed.map(|minutes| minutes.map_or("not".to_owned(), |minutes| minutes.to_string()));
        let _ = writeln!(text, "| {busiest} | {reports} | {possible} | {problems} |");
    }
    text
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 260.0;
const BOTTOM: f64 = 220.0;
const MOST: f64 = 100.0;

/// A made-up day of a service with 25 reports in its busiest quarter, and an outage of 80 minutes in the afternoon.
fn picture() -> String {
    let mut chance = Chance(SEED);
    let mut days = Days::usual(Made { busiest: 25.0 }, 1, &mut chance);
    days.strike(Outage { from: 14 * 60 + 20, minutes: 80, reports: 4.0 }, &mut chance);
    draw(&days.said())
}

fn x(quarter: usize) -> f64 {
    f64::from(u32::try_from(quarter).unwrap_or_default()) * WIDTH / 96.0
}

fn y(reports: f64) -> f64 {
    BOTTOM - reports.min(MOST) * 200.0 / MOST
}

fn draw(said: &[Said]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-44 0 {} {HEIGHT}\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Reports of a made-up day in quarters of an hour, with an outage from 14:20 to 15:40</title>\n\
         <rect x=\"-44\" width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        WIDTH + 60.0
    );
    for reports in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let (line, label) = (y(reports), y(reports) + 4.0);
        let _ = writeln!(
            svg,
            "<path d=\"M0 {line:.1}H{WIDTH}\" stroke=\"#ddd\"/><text x=\"-8\" y=\"{label:.1}\" text-anchor=\"end\">{reports}</text>"
        );
    }
    for (quarter, said) in said.iter().enumerate() {
        let colour = match said.state {
            State::None => "#7aa6c2",
            State::Possible => "#e0a100",
            State::Problems => "#c0392b",
        };
        let (left, top) = (x(quarter) + 1.0, y(f64::from(said.reports)));
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"8\" height=\"{:.1}\" fill=\"{colour}\"/>",
            BOTTOM - top
        );
    }
    for (colour, name, value) in [
        ("#333", "usual", &(|said: &Said| said.expected.baseline) as &dyn Fn(&Said) -> f64),
        ("#e0a100", "possible from", &|said| f64::from(said.expected.possible_from())),
        ("#c0392b", "problems from", &|said| f64::from(said.expected.problems_from())),
    ] {
        let points: Vec<String> = said
            .iter()
            .enumerate()
            .map(|(quarter, said)| format!("{:.1},{:.1}", x(quarter) + 5.0, y(value(said))))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\"{}\"/>",
            points.join(" ")
        );
        let label = said.first().map_or(0.0, |said| y(value(said)) - 4.0);
        let _ = writeln!(svg, "<text x=\"14\" y=\"{label:.1}\" fill=\"{colour}\">{name}</text>");
    }
    for hour in (0..=24).step_by(3) {
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"238\" text-anchor=\"middle\">{hour:02}:00</text>", x(hour * 4));
    }
    svg.push_str("<text x=\"0\" y=\"256\">Bars: reports in a quarter of an hour; blue none, yellow possible, red problems.</text>\n</svg>\n");
    svg
}
