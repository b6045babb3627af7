//! The documents application as model, view and controller: the same program as `monolith`, and the same process, in rooms.
//!
//! A controller reads a request and asks the model; the model keeps the rules, and tells its observers what was saved; a
//! view says how something is shown. What the rooms change, and what they do not:
//! docs/course/architectures.md.

mod controllers;
mod models;
mod views;

use std::path::PathBuf;
use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{App, HttpServer};
use clap::Parser;

use crate::controllers::Token;
use crate::models::{Backup, Files, Listeners};

/// The documents application as one program, ordered as model, view and controller
#[derive(Parser)]
#[command(version)]
struct Settings {
    /// Port on 127.0.0.1
    #[arg(long, env = "PORT", default_value_t = 7000)]
    port: u16,
    /// Folder for the list of files and their content
    #[arg(long, default_value = "data/mvc")]
    data: PathBuf,
    /// Folder for the copy of every version
    #[arg(long, default_value = "data/mvc-backup")]
    backup: PathBuf,
    /// The token that clients show
    #[arg(long, env = "API_TOKEN", hide_env_values = true)]
    api_token: String,
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::parse();
    let listeners = Arc::new(Listeners::default());
    let backup = Arc::new(Backup::open(settings.backup)?);
    // the backup first: who is told of a file can be sure that there is a copy
    let files = Data::new(Files::open(settings.data, vec![backup, listeners.clone()])?);
    let (listeners, token) = (Data::from(listeners), Data::new(Token::new(&settings.api_token)));
    let server = HttpServer::new(move || {
        let app = App::new().app_data(files.clone()).app_data(listeners.clone()).app_data(token.clone());
        app.configure(controllers::routes)
    });
    println!("http://127.0.0.1:{}", settings.port);
    Ok(server.workers(1).bind(("127.0.0.1", settings.port))?.run().await?)
}
