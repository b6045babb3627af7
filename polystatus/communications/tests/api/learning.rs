//! What the incidents service answers when it is asked, beside what is heard meanwhile.

use chassis::ApiError;
use chassis::ids::RandomIds;
use polystatus_communications::documents::schema;
use polystatus_communications::model::{Component, Incident, KnownIncident, KnownStatus};
use polystatus_communications::writes::{self, Answers};
use serde_json::json;
use store::{Draft, Store};
use testbed::service::START;

/// A store, and how each step is made on it.
struct Steps(Store);

impl Steps {
    async fn new() -> Self {
        let store = Store::open(&"memory:".parse().unwrap(), "communications", schema(), &RandomIds).await;
        Self(store.unwrap())
    }

    /// What an answer says while `meanwhile` is heard.
    async fn learn(&self, answers: Answers, meanwhile: Vec<Answers>) {
        let before = self.0.read();
        for heard in meanwhile {
            self.write(heard).await;
        }
        let learn = move |draft: &mut Draft| -> Result<(), ApiError> { writes::learn(draft, &before, &answers, START) };
        self.0.write(learn).await.unwrap();
    }

    /// As events tell it: by itself, and on what there is.
    async fn write(&self, heard: Answers) {
        let before = self.0.read();
        let learn = move |draft: &mut Draft| -> Result<(), ApiError> { writes::learn(draft, &before, &heard, START) };
        self.0.write(learn).await.unwrap();
    }

    fn status(&self) -> Option<KnownStatus> {
        self.0.read().get::<Incident>("INC-1").and_then(|incident| incident.status)
    }

    fn names(&self) -> Vec<String> {
        self.0.read().iter::<Component>().map(|service| service.name.clone()).collect()
    }
}

fn incident(status: KnownStatus) -> Answers {
    let incident = KnownIncident {
        id: "INC-1".to_owned(),
        title: "Mail is down".to_owned(),
        sev: 1,
        services: vec!["mail".to_owned()],
        status,
        started_at: START,
        updated_at: START,
        resolved_at: (status == KnownStatus::Resolved).then_some(START),
    };
    Answers { incidents: vec![incident], ..Answers::default() }
}

fn services(names: &[&str]) -> Answers {
    let services = names.iter().enumerate().map(|(number, name)| {
        let service = json!({"id": format!("service-{number}"), "name": name, "updated_at": START});
        serde_json::from_value(service).unwrap()
    });
    Answers { services: services.collect(), ..Answers::default() }
}

fn gone(id: &str) -> Answers {
    Answers { services_gone: vec![id.to_owned()], ..Answers::default() }
}

#[tokio::test]
async fn what_ended_while_we_asked_is_not_opened_again() {
    let steps = Steps::new().await;
    steps.write(incident(KnownStatus::Open)).await;
    steps.learn(incident(KnownStatus::Open), vec![incident(KnownStatus::Resolved)]).await;
    assert_eq!(steps.status(), None, "the public never knew of it");
}

#[tokio::test]
async fn an_answer_from_between_two_changes_of_one_second_takes_none_back() {
    let steps = Steps::new().await;
    steps.write(incident(KnownStatus::Open)).await;
    steps.learn(incident(KnownStatus::Open), vec![incident(KnownStatus::Mitigated)]).await;
    assert_eq!(steps.status(), Some(KnownStatus::Mitigated));
    steps.write(services(&["Mail"])).await;
    steps.learn(services(&["Post"]), vec![services(&["Post"]), services(&["Letters"])]).await;
    assert_eq!(steps.names(), ["Letters"]);
    // and what nobody told us is taken, also of the same second
    steps.learn(services(&["Parcels"]), vec![]).await;
    assert_eq!(steps.names(), ["Parcels"]);
}

#[tokio::test]
async fn what_moved_on_between_two_questions_is_taken_as_it_was_answered_last() {
    let steps = Steps::new().await;
    let mut both = incident(KnownStatus::Open);
    both.incidents.extend(incident(KnownStatus::Mitigated).incidents);
    steps.learn(both, vec![]).await;
    assert_eq!(steps.status(), Some(KnownStatus::Mitigated));
}

#[tokio::test]
async fn only_what_is_said_to_be_gone_is_deleted_and_nothing_that_came_back() {
    let steps = Steps::new().await;
    steps.write(services(&["Mail", "Web"])).await;
    steps.learn(Answers::default(), vec![]).await;
    assert_eq!(steps.names(), ["Mail", "Web"]);
    steps.learn(gone("service-0"), vec![]).await;
    assert_eq!(steps.names(), ["Web"]);
    // heard to be gone while a list was read that still has it
    steps.learn(services(&["Mail", "Web"]), vec![gone("service-1")]).await;
    assert_eq!(steps.names(), ["Mail"]);
    // and the other way round
    steps.learn(gone("service-0"), vec![services(&["Mail again"])]).await;
    assert_eq!(steps.names(), ["Mail again"]);
}
