//! A database that does not answer, or late: what clients are told is true.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use sqlx::{Connection, PgConnection};
use testbed::wait;

use crate::app::{add, changes, form, spawn_app, spawn_with, upload};
use crate::storage::Storage;

const SOON: Duration = Duration::from_secs(30);
const UNCHANGED: &str = "The database cannot be reached: nothing was changed";
const UNKNOWN: &str = "The database did not confirm the change: read whether it was made before you try again";

/// The names of all files.
async fn names(client: &testbed::client::Client) -> Vec<String> {
    let files = client.get("/api/v1/files?limit=500").await.expect(200).json();
    files.as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap().to_owned()).collect()
}

mod postgres {
    use super::{
        Connection, Method, PgConnection, SOON, Storage, UNKNOWN, add, changes, form, hang, names, spawn_app, upload,
        wait,
    };

    #[tokio::test]
    async fn a_commit_that_takes_too_long_is_not_said_to_have_changed_nothing() {
        let storage = Storage::postgres().await;
        let mut database = PgConnection::connect(&storage.url()).await.unwrap();
        let app = spawn_app(storage).await;
        // checked at the commit, as constraints that are deferred are
        for statement in [
            "CREATE FUNCTION hesitate() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN IF NEW.name = 'slow' THEN PERFORM pg_sleep(7); END IF; RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON file DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION hesitate()",
        ] {
            sqlx::query(statement).execute(&mut database).await.unwrap();
        }
        let answer = upload(&app, Method::POST, "/api/v1/files", form("slow", "x")).await;
        assert_eq!(answer.refused_for_now(), UNKNOWN);
        let made = async || (names(&app).await == ["slow"]).then_some(());
        wait::until_async("the commit to end, as nobody broke it off", SOON, made).await;
        // the next ones find connections that are at rest
        for number in 0..20 {
            add(&app, &number.to_string(), "x").await;
        }
        assert_eq!(changes(&app).await.len(), 21);
        assert_eq!(app.get("/api/v1/files/1/content").await.expect(200).body, "x");
    }

    #[tokio::test]
    async fn a_network_that_hangs_makes_no_answer_untrue_and_leaves_no_connection_in_a_turn() {
        hang(Storage::postgres().await).await;
    }
}

mod mariadb {
    use super::{Storage, hang};

    #[tokio::test]
    async fn a_network_that_hangs_makes_no_answer_untrue_and_leaves_no_connection_in_a_turn() {
        hang(Storage::mariadb().await).await;
    }
}

async fn hang(storage: Storage) {
    let (network, url) = storage.network().unwrap();
    let app = spawn_with(storage, |settings| settings.database_url = url.parse().unwrap()).await;
    add(&app, "first", "x").await;
    let (mut promised, mut refused) = (vec!["first".to_owned()], Vec::new());
    for round in 0..2 {
        // each piece on its way takes a while: the stall meets some turns in their middle
        network.delay(20);
        let names: Vec<_> = (0..6).map(|number| format!("{round}-{number}")).collect();
        let uploads =
            join_all(names.iter().map(|name| upload(&app, Method::POST, "/api/v1/files", form(name, name.clone()))));
        let stall = async {
            wait::until_async("the first of a round", SOON, async || {
                // the content is staged: its turn begins
                (!app.storage.contents().is_empty()).then_some(())
            })
            .await;
            network.stall();
        };
        let (answers, ()) = tokio::join!(uploads, stall);
        for (name, answer) in names.into_iter().zip(answers) {
            match answer.status {
                201 => promised.push(name),
                _ => match &*answer.refused_for_now() {
                    UNCHANGED => refused.push(name),
                    UNKNOWN => {}
                    other => panic!("{other}"),
                },
            }
        }
        network.restore();
        let again = async || (app.get("/readyz").await.status == 200).then_some(());
        wait::until_async("the database to be back", SOON, again).await;
        for number in 0..12 {
            let name = format!("{round}-after-{number}");
            let added = async || {
                let answer = upload(&app, Method::POST, "/api/v1/files", form(&name, "x")).await;
                (answer.status == 201).then_some(())
            };
            // the first ones may wait for connections that the system has not given up yet
            if number == 0 {
                wait::until_async("writes to go on", SOON, added).await;
            } else {
                added().await.unwrap_or_else(|| panic!("{name} is refused"));
            }
            promised.push(name);
        }
    }
    let listed = names(&app).await;
    for name in &promised {
        assert!(listed.contains(name), "{name} was promised: {listed:?}");
    }
    for name in &refused {
        assert!(!listed.contains(name), "{name} was refused, and nothing changed: {listed:?}");
    }
    assert!(!refused.is_empty(), "the stall has met none");
    assert_eq!(changes(&app).await.len(), listed.len());
}
