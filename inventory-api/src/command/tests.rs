use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::Status;
use crate::model::arbitrary::new_server;

/// A command with ids and lines that are often, but not always, there.
#[derive(Debug, Clone)]
enum Wish {
    Create(NewServer),
    Replace(i64, NewServer),
    SetStatus(i64, Status),
    Rename(i64, NewServer),
    Delete(i64),
    Import(Vec<NewServer>, bool),
}

fn wish() -> impl Strategy<Value = Wish> {
    let id = 0..8_i64;
    let distinct = prop::collection::vec(new_server(), 0..4).prop_map(|servers| {
        let named: BTreeMap<_, _> = servers.into_iter().map(|server| (server.hostname.clone(), server)).collect();
        named.into_values().collect::<Vec<_>>()
    });
    prop_oneof![
        3 => new_server().prop_map(Wish::Create),
        2 => (id.clone(), new_server()).prop_map(|(id, new)| Wish::Replace(id, new)),
        1 => (id.clone(), prop::sample::select(Status::ALL.as_slice())).prop_map(|(id, to)| Wish::SetStatus(id, to)),
        1 => (id.clone(), new_server()).prop_map(|(id, new)| Wish::Rename(id, new)),
        1 => id.prop_map(Wish::Delete),
        1 => (distinct, any::<bool>()).prop_map(|(servers, update)| Wish::Import(servers, update)),
    ]
}

fn command(wish: &Wish) -> Command {
    let patch = |json: serde_json::Value| serde_json::from_value::<ServerPatch>(json).unwrap();
    match wish.clone() {
        Wish::Create(new) => Command::Create(new),
        Wish::Replace(id, new) => Command::Replace(id, Precondition::NONE, new),
        Wish::SetStatus(id, to) => Command::Update(id, Precondition::NONE, patch(serde_json::json!({"status": to}))),
        Wish::Rename(id, new) => {
            Command::Update(id, Precondition::NONE, patch(serde_json::json!({"hostname": new.hostname})))
        }
        Wish::Delete(id) => Command::Delete(id, Precondition::NONE),
        Wish::Import(servers, update) => {
            let line = |(number, new): (u64, NewServer)| {
                let mut json = serde_json::to_value(Server::create(1, new.clone(), 0)).unwrap();
                // as in a file that lacks the column
                json.as_object_mut().unwrap().remove("description");
                Line { number, new, patch: patch(json) }
            };
            let lines = (2..).zip(servers).map(line).collect();
            Command::Import(lines, if update { OnExisting::Update } else { OnExisting::Reject })
        }
    }
}

/// The inventory as one would write it down first.
#[derive(Debug, Clone, Default, PartialEq)]
struct Naive {
    servers: BTreeMap<i64, NewServer>,
    versions: BTreeMap<i64, i64>,
    last_id: i64,
    changes: i64,
}

impl Naive {
    fn named(&self, new: &NewServer) -> Option<i64> {
        self.servers.iter().find(|(_, server)| server.hostname == new.hostname).map(|(id, _)| *id)
    }

    fn create(&mut self, new: NewServer) -> Option<()> {
        if self.named(&new).is_some() {
            return None;
        }
        self.last_id += 1;
        self.servers.insert(self.last_id, new);
        self.versions.insert(self.last_id, 1);
        self.changes += 1;
        Some(())
    }

    fn change(&mut self, id: i64, change: impl FnOnce(&mut NewServer)) -> Option<()> {
        let mut new = self.servers.get(&id)?.clone();
        change(&mut new);
        if self.named(&new).is_some_and(|other| other != id) {
            return None;
        }
        if self.servers[&id] != new {
            self.servers.insert(id, new);
            *self.versions.get_mut(&id)? += 1;
            self.changes += 1;
        }
        Some(())
    }

    /// `None` when it is refused; this value is then to be thrown away.
    fn carry_out(&mut self, wish: Wish) -> Option<()> {
        match wish {
            Wish::Create(new) => self.create(new),
            Wish::Replace(id, new) => self.change(id, |server| *server = new),
            Wish::SetStatus(id, to) => self.change(id, |server| server.status = to),
            Wish::Rename(id, new) => self.change(id, |server| server.hostname = new.hostname),
            Wish::Delete(id) => {
                self.servers.remove(&id)?;
                self.changes += 1;
                Some(())
            }
            Wish::Import(servers, update) => servers.into_iter().try_for_each(|new| match self.named(&new) {
                None => self.create(new),
                Some(id) if update => {
                    self.change(id, |server| *server = NewServer { description: server.description.clone(), ..new })
                }
                Some(_) => None,
            }),
        }
    }
}

proptest! {
    #[test]
    fn any_sequence_of_commands_does_what_the_naive_inventory_does(wishes in prop::collection::vec(wish(), 0..30)) {
        let mut draft = Draft::on(Snapshot::empty("epoch"), 7);
        let mut naive = Naive::default();
        let mut log: Vec<Recorded> = Vec::new();
        for wish in wishes {
            let (mut tried, mut changes) = (draft.clone(), Vec::new());
            let outcome = tried.carry_out(&command(&wish), "somebody", &mut changes);
            let mut expected = naive.clone();
            prop_assert_eq!(outcome.is_ok(), expected.carry_out(wish.clone()).is_some(), "{:?}", wish);
            if outcome.is_ok() {
                (draft, naive) = (tried, expected);
                log.extend(changes);
            }
            let servers: BTreeMap<_, _> =
                draft.snapshot.by_id.iter().map(|(id, entry)| (*id, entry.server.decided())).collect();
            prop_assert_eq!(&servers, &naive.servers);
            for (id, entry) in &draft.snapshot.by_id {
                prop_assert_eq!(entry.server.version, naive.versions[id]);
            }
        }
        // the log has no gap, and whoever follows it from the start comes to the same
        let revisions: Vec<_> = log.iter().map(|recorded| recorded.change.revision).collect();
        prop_assert_eq!(revisions, (1..=naive.changes).collect::<Vec<_>>());
        let mut follower = Snapshot::empty("epoch");
        for recorded in &log {
            follower.apply(recorded);
        }
        prop_assert_eq!(format!("{follower:?}"), format!("{:?}", draft.snapshot));
    }
}

#[test]
fn history_says_what_differs() {
    let new = |status: &str| -> NewServer {
        let json = serde_json::json!({"hostname": "a", "ip": "::1", "status": status});
        serde_json::from_value::<crate::model::ServerInput>(json).unwrap().validate().unwrap()
    };
    let mut draft = Draft::on(Snapshot::empty("epoch"), 7);
    let mut log = Vec::new();
    for command in [
        Command::Create(new("up")),
        Command::Replace(1, Precondition::NONE, new("down")),
        Command::Delete(1, Precondition::NONE),
    ] {
        draft.carry_out(&command, "somebody", &mut log).unwrap();
    }
    let fields = |change: &Change| change.changes.iter().map(|field| field.field.clone()).collect::<Vec<_>>();
    let shown: Vec<_> = log.iter().map(|it| (it.change.action, fields(&it.change).join(" "))).collect();
    assert_eq!(
        shown,
        [
            (Action::Created, "hostname ip status tags description".to_owned()),
            (Action::Updated, "status".to_owned()),
            (Action::Deleted, "hostname ip status tags description".to_owned()),
        ]
    );
    assert!(log.iter().all(|recorded| recorded.change.actor == "somebody" && recorded.change.at == 7));
}
