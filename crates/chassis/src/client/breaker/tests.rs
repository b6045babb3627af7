use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const IN_A_ROW: u32 = 5;
const OPEN_FOR: Duration = Duration::from_secs(5);

fn breaker() -> Breaker {
    Breaker::new("inventory".into(), IN_A_ROW, OPEN_FOR)
}

fn fail(breaker: &Breaker, times: u32, now: Instant) {
    for _ in 0..times {
        breaker.ask(now).expect("it is closed").record(true, now);
    }
}

#[test]
fn failures_in_a_row_open_the_circuit() {
    let (breaker, now) = (breaker(), Instant::now());
    fail(&breaker, IN_A_ROW - 1, now);
    breaker.ask(now).unwrap().record(false, now);
    fail(&breaker, IN_A_ROW - 1, now);
    assert_eq!(breaker.state(), BreakerState::Closed);
    fail(&breaker, 1, now);
    assert_eq!(breaker.state(), BreakerState::Open);
    assert_eq!(breaker.ask(now).unwrap_err(), now + OPEN_FOR);
}

#[test]
fn a_peer_that_fails_every_second_time_opens_the_circuit() {
    let (breaker, now) = (breaker(), Instant::now());
    let mut attempts = 0;
    while breaker.state() == BreakerState::Closed {
        breaker.ask(now).unwrap().record(attempts % 2 == 0, now);
        attempts += 1;
    }
    assert_eq!(attempts, WINDOW - 1, "the tenth failure among twenty");
}

#[test]
fn a_slow_failure_from_before_the_outage_does_not_count_after_it() {
    let (breaker, now) = (breaker(), Instant::now());
    let slow: Vec<_> = (0..IN_A_ROW).map(|_| breaker.ask(now).unwrap()).collect();
    fail(&breaker, IN_A_ROW, now);
    let later = now + OPEN_FOR;
    breaker.ask(later).unwrap().record(false, later);
    for permit in slow {
        permit.record(true, later);
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn a_probe_that_is_given_up_lets_the_next_call_probe() {
    let (breaker, now) = (breaker(), Instant::now());
    fail(&breaker, IN_A_ROW, now);
    let later = now + OPEN_FOR;
    drop(breaker.ask(later).unwrap());
    let probe = breaker.ask(later).unwrap();
    assert_eq!(breaker.ask(later).unwrap_err(), later, "one probe is enough");
    probe.record(true, later);
    assert_eq!(breaker.ask(later).unwrap_err(), later + OPEN_FOR);
}

#[test]
fn a_threshold_that_could_not_be_reached_is_lowered() {
    let (breaker, now) = (Breaker::new("inventory".into(), u32::MAX, OPEN_FOR), Instant::now());
    fail(&breaker, WINDOW / 2, now);
    assert_eq!(breaker.state(), BreakerState::Open);
}

/// What can happen to a breaker. An index picks one of the permits that are out.
#[derive(Debug, Clone)]
enum Step {
    Ask,
    Record { permit: prop::sample::Index, failed: bool },
    GiveUp { permit: prop::sample::Index },
    Wait { milliseconds: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let index = any::<prop::sample::Index>;
    let step = prop_oneof![
        4 => Just(Step::Ask),
        // a bad day: otherwise the circuit would hardly ever open
        3 => (index(), prop::bool::weighted(0.7)).prop_map(|(permit, failed)| Step::Record { permit, failed }),
        1 => index().prop_map(|permit| Step::GiveUp { permit }),
        1 => (0..8_000_u64).prop_map(|milliseconds| Step::Wait { milliseconds }),
    ];
    vec(step, 1..200)
}

/// The rules in the plainest words: a list of outcomes, and a permit remembers in which period it was given.
struct Model {
    state: BreakerState,
    period: u64,
    outcomes: Vec<bool>,
    until: Instant,
}

impl Model {
    fn enter(&mut self, state: BreakerState) {
        self.state = state;
        self.period += 1;
        self.outcomes.clear();
    }

    fn record(&mut self, period: u64, failed: bool, now: Instant) {
        if period != self.period {
            return;
        }
        self.outcomes.push(failed);
        let newest = || self.outcomes.iter().rev();
        let in_a_row = newest().take_while(|failed| **failed).count() >= IN_A_ROW as usize;
        let half = newest().take(20).filter(|failed| **failed).count() >= 10;
        let probe = self.state == BreakerState::HalfOpen;
        if (probe && failed) || (!probe && (in_a_row || half)) {
            self.until = now + OPEN_FOR;
            self.enter(BreakerState::Open);
        } else if probe {
            self.enter(BreakerState::Closed);
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_breaker_does_as_its_rules_say(steps in steps()) {
        let breaker = breaker();
        let mut now = Instant::now();
        let mut model = Model { state: BreakerState::Closed, period: 0, outcomes: Vec::new(), until: now };
        let mut out: Vec<(Permit<'_>, u64)> = Vec::new();
        for step in steps {
            match step {
                Step::Wait { milliseconds } => now += Duration::from_millis(milliseconds),
                Step::Ask => {
                    let expected = match model.state {
                        BreakerState::Closed => Ok(()),
                        BreakerState::HalfOpen => Err(now),
                        BreakerState::Open if now < model.until => Err(model.until),
                        BreakerState::Open => {
                            model.enter(BreakerState::HalfOpen);
                            Ok(())
                        }
                    };
                    let asked = breaker.ask(now);
                    prop_assert_eq!(asked.as_ref().map(|_| ()).map_err(|until| *until), expected);
                    out.extend(asked.ok().map(|permit| (permit, model.period)));
                }
                Step::Record { .. } | Step::GiveUp { .. } if out.is_empty() => {}
                Step::Record { permit, failed } => {
                    let (permit, period) = out.swap_remove(permit.index(out.len()));
                    permit.record(failed, now);
                    model.record(period, failed, now);
                }
                Step::GiveUp { permit } => {
                    let (permit, period) = out.swap_remove(permit.index(out.len()));
                    drop(permit);
                    if model.state == BreakerState::HalfOpen && period == model.period {
                        model.enter(BreakerState::Open);
                    }
                }
            }
            prop_assert_eq!(breaker.state(), model.state);
            let probes = out.iter().filter(|(_, period)| *period == model.period).count();
            prop_assert!(model.state != BreakerState::HalfOpen || probes == 1, "one probe, never more or fewer");
        }
        // never stuck: when all calls are over and the time has passed, somebody may try
        drop(out);
        prop_assert!(breaker.ask(now + OPEN_FOR).is_ok());
    }
}
