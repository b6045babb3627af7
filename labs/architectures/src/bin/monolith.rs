//! The documents application in one file: a request is followed from the first line of its handler to the last.
//!
//! Receive, count, store, copy into the backup, tell who listens, answer. There is nothing else to start, and nothing to
//! look for elsewhere. What it costs, `cargo xtask bench architectures` measures.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_multipart::Multipart;
use actix_web::error::{ErrorBadRequest, ErrorInternalServerError, ErrorNotFound, ErrorUnauthorized};
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, Html, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Result, delete, get, post, put, web};
use anyhow::Context;
use clap::Parser;
use futures_util::{StreamExt, stream};
use ring::digest::{Context as Digest, SHA256};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use tempfile::NamedTempFile;
use tokio::sync::broadcast;

/// The documents application as one program in one file
#[derive(Parser, Clone)]
#[command(version)]
struct Settings {
    /// Port on 127.0.0.1
    #[arg(long, env = "PORT", default_value_t = 7000)]
    port: u16,
    /// Folder for the list of files and their content
    #[arg(long, default_value = "data/monolith")]
    data: PathBuf,
    /// Folder for the copy of every version
    #[arg(long, default_value = "data/monolith-backup")]
    backup: PathBuf,
    /// The token that clients show
    #[arg(long, env = "API_TOKEN", hide_env_values = true)]
    api_token: String,
}

struct Documents {
    settings: Settings,
    database: Mutex<Connection>,
    listeners: broadcast::Sender<Bytes>,
}

impl Documents {
    fn open(settings: Settings) -> anyhow::Result<Self> {
        for folder in [&settings.data, &settings.backup] {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let database = Connection::open(settings.data.join("files.db"))?;
        database.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS file (
                 id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL,
                 sha256 TEXT NOT NULL, size INTEGER NOT NULL
             )",
        )?;
        Ok(Self { settings, database: Mutex::new(database), listeners: broadcast::channel(1024).0 })
    }

    /// A panic elsewhere leaves the database as it is: SQLite has undone what was half done.
    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn content(&self, id: i64, version: i64) -> PathBuf {
        self.settings.data.join(format!("{id}-{version}"))
    }

    /// Store what was received as the next version of a file, or as a new one: then copy it, then tell.
    fn store(&self, id: Option<i64>, upload: Upload) -> Result<Value> {
        let database = self.database();
        let known = match id {
            Some(id) => Some(find(&database, id)?),
            None => None,
        };
        let version = known.as_ref().map_or(1, |file| file["version"].as_i64().unwrap_or(0) + 1);
        let transaction = database.unchecked_transaction().map_err(ErrorInternalServerError)?;
        let id = if let Some(id) = id {
            let update = "UPDATE file SET name = ?2, version = ?3, sha256 = ?4, size = ?5 WHERE id = ?1";
            let values = params![id, upload.name, version, upload.sha256, upload.size];
            transaction.execute(update, values).map_err(ErrorInternalServerError)?;
            id
        } else {
            let insert = "INSERT INTO file (name, version, sha256, size) VALUES (?1, 1, ?2, ?3)";
            let values = params![upload.name, upload.sha256, upload.size];
            transaction.execute(insert, values).map_err(ErrorInternalServerError)?;
            transaction.last_insert_rowid()
        };
        let content = self.content(id, version);
        upload.content.persist(&content).map_err(ErrorInternalServerError)?;
        // the client waits for the copy too: a backup that cannot be written refuses the upload
        let copy = self.settings.backup.join(format!("{id}-{version}"));
        std::fs::copy(&content, &copy).map_err(ErrorInternalServerError)?;
        std::fs::File::open(&copy).and_then(|file| file.sync_all()).map_err(ErrorInternalServerError)?;
        transaction.commit().map_err(ErrorInternalServerError)?;
        let file = find(&database, id)?;
        self.tell(if version == 1 { "Notify_File_create" } else { "Notify_File_update" }, &file);
        Ok(file)
    }

    fn tell(&self, event: &str, file: &Value) {
        // an error says that nobody listens
        let _ = self.listeners.send(format!("event: {event}\ndata: {file}\n\n").into());
    }

    fn require_token(&self, request: &HttpRequest) -> Result<()> {
        let shown = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let expected = format!("Bearer {}", self.settings.api_token);
        let same: bool = shown.as_bytes().ct_eq(expected.as_bytes()).into();
        if same { Ok(()) } else { Err(ErrorUnauthorized("The token is not valid")) }
    }
}

/// A file that was received, and is nowhere yet.
struct Upload {
    name: String,
    content: NamedTempFile,
    sha256: String,
    size: i64,
}

async fn receive(documents: &Documents, mut form: Multipart) -> Result<Upload> {
    while let Some(field) = form.next().await {
        let mut field = field?;
        if field.name() != Some("file") {
            continue;
        }
        let name = field.content_disposition().and_then(|header| header.get_filename()).unwrap_or("unnamed").to_owned();
        let mut content = NamedTempFile::new_in(&documents.settings.data).map_err(ErrorInternalServerError)?;
        let (mut digest, mut size) = (Digest::new(&SHA256), 0);
        while let Some(piece) = field.next().await {
            let piece = piece?;
            digest.update(&piece);
            size += i64::try_from(piece.len()).map_err(ErrorBadRequest)?;
            content = web::block(move || content.write_all(&piece).map(|()| content)).await??;
        }
        let content = web::block(move || content.as_file().sync_all().map(|()| content)).await??;
        return Ok(Upload { name, content, sha256: hexadecimal(digest.finish().as_ref()), size });
    }
    Err(ErrorBadRequest("The form has no field `file`"))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn find(database: &Connection, id: i64) -> Result<Value> {
    let select = "SELECT id, name, version, sha256, size FROM file WHERE id = ?1";
    let found = database.query_row(select, [id], file).optional().map_err(ErrorInternalServerError)?;
    found.ok_or_else(|| ErrorNotFound("File not found"))
}

fn file(row: &rusqlite::Row<'_>) -> rusqlite::Result<Value> {
    let (id, name, version): (i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (sha256, size): (String, i64) = (row.get(3)?, row.get(4)?);
    Ok(json!({"id": id, "name": name, "version": version, "sha256": sha256, "size": size}))
}

#[get("/api/v1/health")]
async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

#[post("/api/v1/files")]
async fn create_file(request: HttpRequest, form: Multipart, documents: Data<Documents>) -> Result<HttpResponse> {
    documents.require_token(&request)?;
    let upload = receive(&documents, form).await?;
    let file = web::block(move || documents.store(None, upload).map_err(|error| error.to_string())).await?;
    Ok(HttpResponse::Created().json(file.map_err(ErrorInternalServerError)?))
}

#[put("/api/v1/files/{id}")]
async fn update_file(
    request: HttpRequest,
    id: Path<i64>,
    form: Multipart,
    documents: Data<Documents>,
) -> Result<HttpResponse> {
    documents.require_token(&request)?;
    find(&documents.database(), *id)?;
    let upload = receive(&documents, form).await?;
    let file = web::block(move || documents.store(Some(*id), upload).map_err(|error| error.to_string())).await?;
    Ok(HttpResponse::Ok().json(file.map_err(ErrorInternalServerError)?))
}

#[get("/api/v1/files")]
async fn list_files(request: HttpRequest, documents: Data<Documents>) -> Result<HttpResponse> {
    documents.require_token(&request)?;
    Ok(HttpResponse::Ok().json(all(&documents)?))
}

#[get("/api/v1/files/{id}/content")]
async fn read_content(request: HttpRequest, id: Path<i64>, documents: Data<Documents>) -> Result<HttpResponse> {
    documents.require_token(&request)?;
    let file = find(&documents.database(), *id)?;
    let path = documents.content(*id, file["version"].as_i64().unwrap_or(1));
    let opened = tokio::fs::File::open(path).await.map_err(ErrorInternalServerError)?;
    let pieces = stream::unfold(opened, |mut file| async {
        let mut piece = Vec::with_capacity(256 * 1024);
        match tokio::io::AsyncReadExt::read_buf(&mut file, &mut piece).await {
            Ok(0) => None,
            read => Some((read.map(|_| Bytes::from(piece)), file)),
        }
    });
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/octet-stream")).streaming(pieces))
}

#[delete("/api/v1/files/{id}")]
async fn delete_file(request: HttpRequest, id: Path<i64>, documents: Data<Documents>) -> Result<HttpResponse> {
    documents.require_token(&request)?;
    let file = find(&documents.database(), *id)?;
    documents.database().execute("DELETE FROM file WHERE id = ?1", [*id]).map_err(ErrorInternalServerError)?;
    // the copies stay in the backup
    for version in 1..=file["version"].as_i64().unwrap_or(0) {
        tokio::fs::remove_file(documents.content(*id, version)).await.map_err(ErrorInternalServerError)?;
    }
    documents.tell("Notify_File_delete", &file);
    Ok(HttpResponse::NoContent().finish())
}

#[get("/api/v1/notifications")]
async fn notifications(request: HttpRequest, documents: Data<Documents>) -> Result<HttpResponse> {
    documents.require_token(&request)?;
    let news = stream::unfold(documents.listeners.subscribe(), |mut news| async {
        // who reads so slowly that it lost some is cut off, and asks for the list again
        news.recv().await.ok().map(|event| (Ok::<_, actix_web::Error>(event), news))
    });
    let mut response = HttpResponse::Ok();
    Ok(response
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(news))
}

#[get("/")]
async fn page(documents: Data<Documents>) -> Result<Html> {
    let files = all(&documents)?.len();
    Ok(Html::new(format!("<!doctype html><html lang=\"en\"><title>Documents</title><h1>{files} documents</h1>")))
}

fn all(documents: &Documents) -> Result<Vec<Value>> {
    let database = documents.database();
    let select = "SELECT id, name, version, sha256, size FROM file ORDER BY id";
    let mut statement = database.prepare_cached(select).map_err(ErrorInternalServerError)?;
    let files = statement.query_map([], file).map_err(ErrorInternalServerError)?;
    files.collect::<rusqlite::Result<_>>().map_err(ErrorInternalServerError)
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::parse();
    let port = settings.port;
    let documents = Data::new(Documents::open(settings)?);
    let server = HttpServer::new(move || {
        let app = App::new().app_data(documents.clone()).service(health).service(create_file).service(update_file);
        app.service(list_files).service(read_content).service(delete_file).service(notifications).service(page)
    });
    println!("http://127.0.0.1:{port}");
    Ok(server.workers(1).bind(("127.0.0.1", port))?.run().await?)
}
