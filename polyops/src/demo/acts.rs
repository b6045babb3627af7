//! What happens in the story, in the order in which it does.

use super::story::{IncidentOfStory, Maintenance, PostmortemOfStory, Step, Story, seconds};

/// Something that happens at one moment.
pub enum Act<'s> {
    /// An incident is opened.
    Begins(&'s IncidentOfStory),
    /// Somebody does something about it.
    Step(&'s IncidentOfStory, &'s Step),
    /// What was learnt of it is written.
    Learnt(&'s IncidentOfStory, &'s PostmortemOfStory),
    /// Planned work is announced.
    Announced(&'s Maintenance),
    /// Planned work begins or ends.
    WorkIs(&'s Maintenance, &'static str),
}

/// Everything that happened up to `now`, each with its moment in Unix seconds.
pub fn acts(story: &Story, now: i64) -> Vec<(i64, Act<'_>)> {
    let mut acts = Vec::new();
    for incident in &story.incidents {
        let start = now - seconds(incident.hours_ago);
        acts.push((start, Act::Begins(incident)));
        acts.extend(incident.steps.iter().map(|step| (start + 60 * step.after, Act::Step(incident, step))));
        if let Some(postmortem) = &incident.postmortem {
            acts.push((start + seconds(postmortem.after_hours), Act::Learnt(incident, postmortem)));
        }
    }
    for work in &story.maintenances {
        let (from, until) = span(work, now);
        acts.push((now - seconds(work.announced_hours_ago), Act::Announced(work)));
        acts.push((from, Act::WorkIs(work, "in_progress")));
        acts.push((until, Act::WorkIs(work, "completed")));
    }
    // what is still to come is not told
    acts.retain(|(at, _)| *at <= now);
    acts.sort_by_key(|(at, _)| *at);
    acts
}

/// When planned work begins and ends, in Unix seconds.
pub fn span(work: &Maintenance, now: i64) -> (i64, i64) {
    let from = now + seconds(work.begins_in_hours);
    (from, from + seconds(work.hours))
}

#[cfg(test)]
mod tests {
    use super::super::story::{DAY, DAYS};
    use super::*;

    #[test]
    fn what_happens_is_told_in_its_order_and_no_future_is() {
        let (story, now) = (Story::read().unwrap(), 1_795_400_000);
        let acts = acts(&story, now);
        assert!(acts.is_sorted_by_key(|(at, _)| *at));
        assert!(acts.first().is_some_and(|(at, _)| *at > now - DAYS * DAY));
        assert!(acts.last().is_some_and(|(at, _)| *at <= now));
        let begun = acts.iter().filter(|(_, act)| matches!(act, Act::Begins(_))).count();
        assert_eq!(begun, story.incidents.len());
    }
}
