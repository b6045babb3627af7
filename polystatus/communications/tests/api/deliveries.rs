//! The state machine of deliveries, step by step: two instances that both believe to send, and news that overtakes news.

use chassis::ApiError;
use chassis::ids::RandomIds;
use polystatus_communications::dispatch::Outcome;
use polystatus_communications::documents::schema;
use polystatus_communications::model::{Channel, Content, Delivery, DeliveryState, Lang, Notice};
use polystatus_communications::writes::{self, Job, Verdict};
use store::{Draft, Store};

const DAY: i64 = 24 * 3600;

/// A store, and how each step is made on it.
struct Steps(Store);

impl Steps {
    async fn new() -> Self {
        let store = Store::open(&"memory:".parse().unwrap(), "communications", schema(), &RandomIds).await;
        Self(store.unwrap())
    }

    async fn write<T: Send + 'static>(
        &self,
        step: impl Fn(&mut Draft) -> Result<T, ApiError> + Send + Sync + 'static,
    ) -> T {
        self.0.write(step).await.unwrap()
    }

    async fn queue(&self, event: &str, channel: Channel, at: i64) {
        let row = Delivery::queued(event, "R", channel, "INC-1", at, at);
        self.write(move |draft| {
            draft.put(row.clone());
            Ok(())
        })
        .await;
    }

    async fn claim(&self, channel: Channel, now: i64) -> Vec<Job> {
        self.write(move |draft| writes::claim(draft, channel, now, 10)).await
    }

    async fn settle(&self, job: &Job, outcome: Outcome) {
        let (job, verdict) = (job.clone(), Verdict { outcome, at: 0, pause: 600, attempts: 3 });
        self.write(move |draft| writes::settle(draft, &job, &verdict)).await;
    }

    async fn recover(&self) {
        self.write(|draft| writes::recover(draft, Channel::Email, 0)).await;
    }

    fn row(&self, event: &str) -> Delivery {
        self.0.read().get::<Delivery>(&format!("{event}/R")).unwrap().document.clone()
    }
}

fn not_now() -> Outcome {
    Outcome::NotNow("450 later".to_owned())
}

#[tokio::test]
async fn a_mail_that_was_put_off_goes_with_what_came_since() {
    let steps = Steps::new().await;
    steps.queue("EVT-1", Channel::Email, 0).await;
    let first = steps.claim(Channel::Email, 0).await.remove(0);
    assert_eq!((first.message.as_str(), first.events.as_slice()), ("EVT-1.R", &["EVT-1".to_owned()][..]));
    steps.settle(&first, not_now()).await;
    steps.queue("EVT-2", Channel::Email, 10).await;
    let both = steps.claim(Channel::Email, 10).await;
    assert_eq!(both.len(), 1, "one mail, and not the newer one alone");
    assert_eq!(both[0].events, ["EVT-1", "EVT-2"]);
    assert_eq!(both[0].message, "EVT-2.R", "a mailbox that has seen the first must not drop the news");
    // put off again without anything new, it is the same mail
    steps.settle(&both[0], not_now()).await;
    let again = steps.claim(Channel::Email, 700).await.remove(0);
    assert_eq!((&again.message, &again.events), (&both[0].message, &both[0].events));
    steps.settle(&again, Outcome::Sent).await;
    assert_eq!(steps.claim(Channel::Email, 10_000).await, []);
}

#[tokio::test]
async fn a_call_of_a_webhook_waits_for_the_one_before_it() {
    let steps = Steps::new().await;
    steps.queue("EVT-1", Channel::Webhook, 0).await;
    steps.queue("EVT-2", Channel::Webhook, 0).await;
    let first = steps.claim(Channel::Webhook, 0).await;
    assert_eq!(first.iter().map(|job| job.events.clone()).collect::<Vec<_>>(), [["EVT-1"]], "one at a time");
    steps.settle(&first[0], not_now()).await;
    assert_eq!(steps.claim(Channel::Webhook, 10).await, [], "the newer one does not overtake it");
    let first = steps.claim(Channel::Webhook, 600).await.remove(0);
    steps.settle(&first, Outcome::Refused("400".to_owned())).await;
    assert_eq!(steps.claim(Channel::Webhook, 600).await[0].events, ["EVT-2"], "given up, it holds nobody up");
}

#[tokio::test]
async fn who_has_lost_a_message_to_another_says_nothing_of_it_any_more() {
    let steps = Steps::new().await;
    steps.queue("EVT-1", Channel::Email, 0).await;
    let lost = steps.claim(Channel::Email, 0).await.remove(0);
    // its lease ran out while it waited for the mail server
    steps.recover().await;
    let ours = steps.claim(Channel::Email, 0).await.remove(0);
    assert_eq!(lost.message, ours.message);
    for outcome in [Outcome::Refused("550".to_owned()), not_now(), Outcome::Away("gone".to_owned()), Outcome::Sent] {
        steps.settle(&lost, outcome).await;
        assert_eq!((steps.row("EVT-1").state, steps.row("EVT-1").attempts), (DeliveryState::Sending, 1));
    }
    steps.settle(&ours, Outcome::Sent).await;
    steps.settle(&lost, not_now()).await;
    assert_eq!(steps.row("EVT-1").state, DeliveryState::Sent);
}

#[tokio::test]
async fn what_was_sent_is_not_sent_again_when_nobody_has_claimed_it_since() {
    let steps = Steps::new().await;
    steps.queue("EVT-1", Channel::Email, 0).await;
    let job = steps.claim(Channel::Email, 0).await.remove(0);
    steps.recover().await;
    steps.settle(&job, Outcome::Sent).await;
    assert_eq!(steps.claim(Channel::Email, 10).await, []);
}

#[tokio::test]
async fn restarts_are_no_attempts() {
    let steps = Steps::new().await;
    steps.queue("EVT-1", Channel::Email, 0).await;
    for _ in 0..12 {
        steps.claim(Channel::Email, 0).await;
        steps.recover().await;
    }
    let job = steps.claim(Channel::Email, 0).await.remove(0);
    steps.settle(&job, not_now()).await;
    assert_eq!((steps.row("EVT-1").state, steps.row("EVT-1").attempts), (DeliveryState::Queued, 1));
    // one that was made after all counts, also when its answer comes late
    let job = steps.claim(Channel::Email, 600).await.remove(0);
    steps.recover().await;
    steps.settle(&job, not_now()).await;
    assert_eq!((steps.row("EVT-1").state, steps.row("EVT-1").attempts), (DeliveryState::Queued, 2));
}

#[tokio::test]
async fn an_answer_that_is_written_down_twice_counts_once() {
    let steps = Steps::new().await;
    steps.queue("EVT-1", Channel::Email, 0).await;
    let job = steps.claim(Channel::Email, 0).await.remove(0);
    steps.settle(&job, not_now()).await;
    let job = steps.claim(Channel::Email, 600).await.remove(0);
    for _ in 0..2 {
        // the storage had taken the first, and could not say so
        steps.settle(&job, Outcome::Away("no connection".to_owned())).await;
        assert_eq!(steps.row("EVT-1").attempts, 1);
    }
}

#[tokio::test]
async fn what_is_given_up_for_its_age_keeps_no_secret() {
    let steps = Steps::new().await;
    let email = "zoe@example.org".parse().unwrap();
    let notice = Notice {
        id: "EVT-1".to_owned(),
        kind: "subscription.asked".to_owned(),
        subject: "EVT-1".to_owned(),
        at: 0,
        services: vec![],
        content: Content::Confirm { email, lang: Lang::En, token: "opens-it".to_owned() },
        reached: None,
        is_fanned_out: true,
    };
    let put = move |draft: &mut Draft| {
        draft.put(notice.clone());
        Ok(())
    };
    steps.write(put).await;
    steps.queue("EVT-1", Channel::Email, 0).await;
    assert_eq!(steps.claim(Channel::Email, 3 * DAY + 1).await, []);
    assert_eq!(steps.row("EVT-1").state, DeliveryState::Failed);
    let kept = steps.0.read().get::<Notice>("EVT-1").unwrap().content.clone();
    assert_eq!(kept, kept.without_secrets());
}
