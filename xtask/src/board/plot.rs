//! The ground of the cumulative flow diagram: where times and counts lie, and the outline of a band.

use std::fmt::Write as _;

use super::flow::Point;

/// The edges, in pixels of the page.
pub const LEFT: i64 = 56;
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

    /// Along the band's upper edge, and back along the lower one. Edges are steps and not slopes: a story is in one
    /// column until it is in the next.
    pub fn band(&self, points: &[Point], index: usize) -> String {
        let lower = |point: &Point| self.y(point.counts[index + 1..].iter().sum());
        let upper = |point: &Point| self.y(point.counts[index..].iter().sum());
        let mut path = String::new();
        let mut to = 'M';
        for point in points {
            // M starts the outline at once at its height; H goes on at the old height, V then steps to the new one
            let step = if to == 'M' { ' ' } else { 'V' };
            let _ = write!(path, "{to}{}{step}{}", self.x(point.at), upper(point));
            to = 'H';
        }
        let _ = write!(path, "H{RIGHT}");
        for point in points.iter().rev() {
            let _ = write!(path, "V{}H{}", lower(point), self.x(point.at));
        }
        path.push('Z');
        path
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
        let (middle, right) = (LEFT + 644 * 70 / 150, LEFT + 644 * 140 / 150);
        let half = i64::midpoint(TOP, BOTTOM);
        let done = format!("M56 356H{middle}V{half}H{right}V92H700V356H{right}V356H{middle}V356H56Z");
        assert_eq!(plot.band(&points, 2), done);
        let backlog = format!("M56 92H{middle}V92H{right}V92H700V92H{right}V{half}H{middle}V356H56Z");
        assert_eq!(plot.band(&points, 0), backlog);
    }
}
