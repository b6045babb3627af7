//! What files may be called, as a client finds out.

use reqwest::Method;
use serde_json::json;

use crate::app::{add, form, spawn_app, upload};
use crate::form::{Form, Part};
use crate::storage::{Storage, on_all_databases};

on_all_databases! {
    names_that_lead_elsewhere_or_deceive_are_refused_wherever_they_stand,
    names_in_every_script_come_back_as_they_went,
}

const WRONG: [&str; 15] = [
    "../secret",
    "..",
    ".",
    "/etc/passwd",
    "..\\x",
    "C:\\x",
    "a/b",
    "CON",
    "nul.txt",
    "LPT1.doc",
    "a\u{202e}fdp.exe",
    " a",
    "a.",
    "a\u{200b}b",
    "a:stream",
];

async fn names_that_lead_elsewhere_or_deceive_are_refused_wherever_they_stand(storage: Storage) {
    let app = spawn_app(storage).await;
    let zoe = app.user("zoe").await;
    add(&zoe, "good", "x").await;
    for wrong in WRONG {
        upload(&zoe, Method::POST, "/api/v1/files", form(wrong, "x")).await.refused(400);
        let named = form("fine", "x").text("name", wrong);
        upload(&zoe, Method::POST, "/api/v1/files", named).await.refused(400);
        let answer = zoe.put("/api/v1/files/1", &json!({"name": wrong})).await;
        assert_eq!(
            (answer.refused(400), &answer.json()["details"][0]["field"]),
            ("The request is not valid".to_owned(), &json!("name"))
        );
    }
    for wrong in ["", "a\0b", "a\nb", "\u{1b}[31mred"] {
        zoe.put("/api/v1/files/1", &json!({"name": wrong})).await.assert_status(400);
    }
    let nameless = Form::default().part("file", Part::of("x"));
    upload(&zoe, Method::POST, "/api/v1/files", nameless).await.refused(400);
    assert_eq!(zoe.get("/api/v1/files").await.json().as_array().unwrap().len(), 1);
    assert_eq!(app.storage.contents().len(), 1);
}

async fn names_in_every_script_come_back_as_they_went(storage: Storage) {
    let app = spawn_app(storage).await;
    let zoe = app.user("zoe").await;
    for name in ["Été à Nîmes.odt", "契約書.docx", "👩‍💻 notes.md", "отчёт", "a;b=c%2f'&.txt", "Straße", "STRASSE"]
    {
        let file = add(&zoe, name, "x").await;
        assert_eq!(file["name"], json!(name));
        let read = zoe.get(&format!("/api/v1/files/{}/content", file["id"])).await;
        let encoded = read.header("content-disposition").split_once("UTF-8''").unwrap().1.to_owned();
        let decoded: Vec<u8> = form_bytes(&encoded);
        assert_eq!(String::from_utf8(decoded).unwrap(), name);
    }
    assert_eq!(zoe.get("/api/v1/files").await.json().as_array().unwrap().len(), 7);
}

/// What stands behind `UTF-8''` (RFC 8187).
fn form_bytes(encoded: &str) -> Vec<u8> {
    let mut bytes = encoded.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
        } else {
            byte
        });
    }
    decoded
}
