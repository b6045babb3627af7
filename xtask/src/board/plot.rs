//! The ground of the cumulative flow diagram: where times and counts lie, and the outline of a band.

use std::fmt::Write as _;

use super::flow::Point;

/// The edges, in pixels of the page.
pub const LEFT: i64 = 64;
pub const RIGHT: i64 = 700;
pub const TOP: i64 = 92;
pub const BOTTOM: i64 = 356;

/// Where times and counts lie on the page.
pub struct Plot {
    /// Unix seconds at the left edge.
    pub start: i64,
    /// Unix seconds at the right edge.
    pub end: i64,
    /// The most stories there ever were, at the upper edge.
    pub highest: u32,
}

impl Plot {
    /// The ground for `points`, of which there is at least one.
    pub fn new(points: &[Point]) -> Self {
        let start = points.first().map_or(0, |point| point.at);
        let last = points.last().map_or(0, |point| point.at);
        // a little more than the last move, which would have no width otherwise; a day when there is one point only
        let end = if last == start { start + 86_400 } else { last + ((last - start) / 14).max(1) };
        let highest = points.iter().map(|point| point.counts.iter().sum()).max().unwrap_or(0).max(1);
        Self { start, end, highest }
    }

    pub fn x(&self, at: i64) -> i64 {
        LEFT + (RIGHT - LEFT) * (at - self.start) / (self.end - self.start)
    }

    pub fn y(&self, count: u32) -> i64 {
        BOTTOM - (BOTTOM - TOP) * i64::from(count) / i64::from(self.highest)
    }

    /// Along the band's upper edge, and back along the lower one.
    pub fn band(&self, points: &[Point], index: usize) -> String {
        let upper = self.edge(points, index);
        let lower = self.edge(points, index + 1);
        let mut path = String::new();
        for (number, (x, y)) in upper.iter().enumerate() {
            let _ = if number == 0 { write!(path, "M{x} {y}") } else { write!(path, "H{x}V{y}") };
        }
        let _ = write!(path, "H{RIGHT}");
        for (x, y) in lower.iter().rev() {
            let _ = write!(path, "V{y}H{x}");
        }
        path.push('Z');
        path
    }

    /// Where the upper edge of the column at `index` begins, then where it steps to another height. Steps and not
    /// slopes: a story is in one column until it is in the next.
    fn edge(&self, points: &[Point], index: usize) -> Vec<(i64, i64)> {
        let mut edge: Vec<(i64, i64)> = Vec::new();
        for point in points {
            let (x, y) = (self.x(point.at), self.y(point.counts[index..].iter().sum()));
            // of the steps within one pixel only the last is seen: a history of years draws no more than the width
            edge.pop_if(|last| last.0 == x);
            if edge.last().is_none_or(|last| last.1 != y) {
                edge.push((x, y));
            }
        }
        edge
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_steps_up_when_a_story_comes_and_lies_on_the_done_ones() {
        let points = [(0, [2, 0, 0]), (70, [1, 0, 1]), (140, [0, 0, 2])]
            .map(|(at, counts)| Point { at, counts: counts.to_vec() });
        let plot = Plot::new(&points);
        assert_eq!((plot.start, plot.end, plot.highest), (0, 150, 2));
        let (middle, right) = (LEFT + 636 * 70 / 150, LEFT + 636 * 140 / 150);
        let half = i64::midpoint(TOP, BOTTOM);
        let done = format!("M64 356H{middle}V{half}H{right}V92H700V356H64Z");
        assert_eq!(plot.band(&points, 2), done);
        let backlog = format!("M64 92H700V92H{right}V{half}H{middle}V356H64Z");
        assert_eq!(plot.band(&points, 0), backlog);
    }

    #[test]
    fn a_long_history_has_no_more_steps_than_the_plot_has_pixels() {
        let points: Vec<Point> = (0..5_000).map(|at| Point { at: i64::from(at), counts: vec![at % 2, 1] }).collect();
        let plot = Plot::new(&points);
        let edge = plot.edge(&points, 0);
        assert!(edge.len() <= 637, "{} steps", edge.len());
        assert_eq!((edge[0].0, edge.last().map(|step| step.1)), (LEFT, Some(TOP)));
    }
}
