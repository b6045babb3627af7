//! Both programs do the same: what is compared may differ in its order, and in nothing else.

use std::path::Path;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::client::{Client, send};
use testbed::process::{Program, Running};

const TOKEN: &str = "the-token-of-the-tests";
const PROGRAMS: [&str; 2] = [env!("CARGO_BIN_EXE_monolith"), env!("CARGO_BIN_EXE_mvc")];

fn start(program: &str, folder: &Path) -> (Running, Client) {
    let program = Program::new(program).env("API_TOKEN", TOKEN).ready_at("/api/v1/health");
    let program = program.arg("--data").arg(folder.join("data")).arg("--backup").arg(folder.join("backup"));
    let running = program.start();
    let client = Client::of(running.address()).as_(TOKEN);
    (running, client)
}

async fn upload(client: &Client, method: Method, path: &str, name: &str, content: &str) -> Answer {
    let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let request = client.request(method, path).header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    send(request.body(format!("{head}{content}\r\n--b--\r\n"))).await
}

async fn create(client: &Client, name: &str, content: &str) -> Answer {
    upload(client, Method::POST, "/api/v1/files", name, content).await
}

#[tokio::test]
async fn a_file_is_kept_copied_told_of_and_given_back() {
    for program in PROGRAMS {
        let folder = tempfile::tempdir().unwrap();
        let (_running, client) = start(program, folder.path());
        let mut news = client.request(Method::GET, "/api/v1/notifications").send().await.unwrap();
        let made = create(&client, "a.txt", "abc").await;
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let file = json!({"id": 1, "name": "a.txt", "version": 1, "sha256": sha256, "size": 3});
        assert_eq!((made.status, made.json()), (201, file.clone()), "{program}");
        let told = news.chunk().await.unwrap().unwrap();
        let told = String::from_utf8(told.to_vec()).unwrap();
        let data = told.strip_prefix("event: Notify_File_create\ndata: ").unwrap().trim();
        assert_eq!(serde_json::from_str::<Value>(data).unwrap(), file, "{program}");
        let changed = upload(&client, Method::PUT, "/api/v1/files/1", "b.txt", "abcd").await;
        assert_eq!((changed.status, &changed.json()["version"]), (200, &json!(2)), "{program}");
        assert_eq!(client.get("/api/v1/files/1/content").await.body, "abcd", "{program}");
        assert_eq!(client.get("/api/v1/files").await.json().as_array().unwrap().len(), 1, "{program}");
        assert!(client.get("/").await.body.contains("<h1>1 documents</h1>"), "{program}");
        assert_eq!(client.delete("/api/v1/files/1").await.status, 204, "{program}");
        assert_eq!(client.get("/api/v1/files/1/content").await.status, 404, "{program}");
        for (version, content) in [(1, "abc"), (2, "abcd")] {
            let copy = folder.path().join(format!("backup/1-{version}"));
            assert_eq!(std::fs::read_to_string(copy).unwrap(), content, "{program}");
        }
    }
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_refuses_the_upload_and_leaves_no_file() {
    for program in PROGRAMS {
        let folder = tempfile::tempdir().unwrap();
        let (_running, client) = start(program, folder.path());
        std::fs::remove_dir(folder.path().join("backup")).unwrap();
        assert_eq!(create(&client, "a.txt", "abc").await.status, 500, "{program}");
        assert_eq!(client.get("/api/v1/files").await.json(), json!([]), "{program}");
    }
}

#[tokio::test]
async fn a_stranger_a_form_without_a_file_and_an_unknown_number_are_refused() {
    for program in PROGRAMS {
        let folder = tempfile::tempdir().unwrap();
        let (_running, client) = start(program, folder.path());
        assert_eq!(create(&client.stranger(), "a.txt", "abc").await.status, 401, "{program}");
        assert_eq!(create(&client.as_("another"), "a.txt", "abc").await.status, 401, "{program}");
        let request = client.request(Method::POST, "/api/v1/files");
        let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=b");
        assert_eq!(send(request.body("--b--\r\n")).await.status, 400, "{program}");
        assert_eq!(client.get("/api/v1/files/7/content").await.status, 404, "{program}");
        assert_eq!(upload(&client, Method::PUT, "/api/v1/files/7", "a", "b").await.status, 404, "{program}");
    }
}
