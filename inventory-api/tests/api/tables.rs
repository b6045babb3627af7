//! `GET /api/v1/servers.csv` and `POST /api/v1/servers/import`: files in and out, all or nothing.

use insta::assert_snapshot;
use serde_json::{Value, json};
use testbed::answer::Answer;

use crate::app::{TestApp, server, spawn_app};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    an_export_can_be_imported_again,
    an_import_is_all_or_nothing,
    an_import_can_bring_servers_up_to_date,
    json_lines_are_read_as_tables_are,
}

const IMPORT: &str = "/api/v1/servers/import";

async fn csv(app: &TestApp, text: &str) -> Answer {
    app.import(IMPORT, "text/csv", text.to_owned()).await
}

/// What a spreadsheet or a table could spoil.
const DESCRIPTIONS: [&str; 20] = [
    "=1+1",
    "'=1+1",
    "''=1+1",
    "+33 1 23",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    " =1+1",
    "'quoted'",
    "'",
    "a, b; c\td",
    "say \"hello\"",
    "\"",
    "two\nlines\n\nand a gap",
    "\nbegins and ends with one\n",
    "  blanks around  ",
    "Été à Nîmes — ½ 🦀",
    "hostname,ip,status",
    "\u{feff}mark",
    "",
];

/// Every server without what an import does not bring.
async fn decided(app: &TestApp) -> Vec<Value> {
    let mut servers = app.servers().await;
    for server in &mut servers {
        let server = server.as_object_mut().unwrap();
        for given in ["id", "created_at", "updated_at", "version"] {
            server.remove(given);
        }
    }
    servers.sort_by_key(|server| server["hostname"].to_string());
    servers
}

async fn an_export_can_be_imported_again(storage: Storage) {
    let app = spawn_app(storage).await;
    for (number, description) in DESCRIPTIONS.iter().enumerate() {
        let mut server = server(&format!("h{number}"), &format!("10.1.0.{number}"), "up");
        server["description"] = json!(description);
        server["tags"] = json!(["one", "two"]);
        app.add(server).await;
    }
    let export = app.get("/api/v1/servers.csv").await;
    let before = app.servers().await;
    let table = export.body.strip_prefix("id,").unwrap();
    for cell in ["=1+1", "+33 1 23", "-1", "@SUM(A1)", "\"\t=1+1", " =1+1"] {
        assert!(!table.contains(&format!(",{cell}")), "a spreadsheet would take {cell} for a formula:\n{table}");
    }

    // brought back to where it came from, it changes nothing
    let report = app.import(&format!("{IMPORT}?on_existing=update"), "text/csv", export.body.clone()).await;
    assert_eq!(report.json(), json!({"created": 0, "updated": 0, "unchanged": 22}));
    assert_eq!(app.servers().await, before);

    // into another inventory, with what a spreadsheet does to it: a mark at the start, CRLF, semicolons
    let rows = table_of(&export.body);
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(::csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    for row in &rows {
        writer.write_record(row).unwrap();
    }
    let saved = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    for text in [export.body, saved] {
        let other = spawn_app(Storage::sqlite()).await;
        for id in [1, 2] {
            other.delete(&format!("/api/v1/servers/{id}")).await;
        }
        let report = csv(&other, &text).await;
        assert_eq!(report.json(), json!({"created": 22, "updated": 0, "unchanged": 0}), "{report}");
        assert_eq!(decided(&other).await, decided(&app).await);
    }
}

fn table_of(text: &str) -> Vec<::csv::StringRecord> {
    let reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.into_records().map(Result::unwrap).collect()
}

async fn an_import_is_all_or_nothing(storage: Storage) {
    let app = spawn_app(storage).await;
    let wrong = "\
hostname,ip,status,tags
good-1,10.1.0.1,up,web prod
-bad,10.1.0.2,up,
good-2,10.1.0.300,broken,Web
good-3,10.1.0.3
good-1,10.1.0.4,up,
";
    assert_snapshot!("wrong_lines", csv(&app, wrong).await);
    let taken = "hostname,ip,status\ngood-1,10.1.0.1,up\nweb-prod-01,10.1.0.2,up\nDB-prod-01,10.1.0.2,up\n";
    assert_snapshot!("taken_names", csv(&app, taken).await);
    for text in
        ["", "hostname,ip,status\n", "hostname,ip\na,::1\n", "hostname,ip,status,colour\na,::1,up,red\n", "\n\n"]
    {
        csv(&app, text).await.refused(400);
    }
    assert_eq!(app.hostnames().await, ["db-prod-01", "web-prod-01"]);

    assert_snapshot!("imported", csv(&app, "hostname,ip,status\ngood-1,10.1.0.1,up\ngood-2,10.1.0.2,down").await);
    assert_eq!(app.hostnames().await, ["db-prod-01", "good-1", "good-2", "web-prod-01"]);
}

async fn an_import_can_bring_servers_up_to_date(storage: Storage) {
    let app = spawn_app(storage).await;
    app.patch("/api/v1/servers/1", &json!({"description": "kept", "tags": ["kept"]})).await;
    let path = format!("{IMPORT}?on_existing=update");
    let table = "hostname;ip;status\nweb-prod-01;10.0.0.1;up\ndb-prod-01;10.0.0.9;up\nnew;10.0.0.3;up\n";
    let report = app.import(&path, "text/csv; charset=utf-8", table).await;
    assert_eq!(report.json()["created"], 1, "{report}");
    let [web, db, new] = &app.servers().await[..] else { panic!("three servers") };
    assert_eq!((&db["ip"], &db["status"], &new["id"]), (&json!("10.0.0.9"), &json!("up"), &json!(3)));
    assert_eq!(web["status"], "up");
    // the whole file or nothing, here too
    let wrong = app.import(&path, "text/csv", "hostname,ip,status\nweb-prod-01,10.0.0.1,down\nx,y,up\n").await;
    wrong.refused(400);
    assert_eq!(app.get("/api/v1/servers/1").await.json(), *web);
}

async fn json_lines_are_read_as_tables_are(storage: Storage) {
    let app = spawn_app(storage).await;
    let wrong = "\
{\"hostname\":\"good\",\"ip\":\"::1\",\"status\":\"up\"}

{\"hostname\":\"bad\",\"ip\":\"::1\",\"status\":\"broken\"}
{\"hostname\":
{\"hostname\":\"x\",\"ip\":\"::1\",\"status\":\"up\",\"colour\":\"red\"}
[]
";
    assert_snapshot!("wrong_json_lines", app.import(IMPORT, "application/x-ndjson", wrong).await);
    // what the list gives, a line each
    let other = spawn_app(Storage::sqlite()).await;
    other.patch("/api/v1/servers/1", &json!({"description": "two\nlines", "tags": ["a", "b"]})).await;
    let lines: Vec<_> = other.servers().await.iter().map(Value::to_string).collect();
    for media_type in ["application/x-ndjson", "application/jsonl"] {
        let path = format!("{IMPORT}?on_existing=update");
        let text = format!("\u{feff}{}\r\n\r\n", lines.join("\r\n"));
        assert_eq!(app.import(&path, media_type, text).await.status, 200);
    }
    assert_eq!(decided(&app).await, decided(&other).await);
}
