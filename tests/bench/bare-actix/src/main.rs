//! The limit of what actix can do on this machine: a fixed body for every path, and no middleware in between.
//!
//! `bare-actix <port> <file>` answers the file's bytes, which are those that the measured service answers: so both
//! write as much to the socket, and what is left between the two is the service's own work.

use std::io::{Error, Result};

use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{self, Bytes, Payload};
use actix_web::{App, HttpResponse, HttpServer};

#[actix_web::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(port), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err(Error::other("say on which port, and the file with the body: bare-actix 8000 body.json"));
    };
    let port: u16 = port.parse().map_err(|_| Error::other(format!("`{port}` is not a port")))?;
    let body = Bytes::from(std::fs::read(file)?);

    HttpServer::new(move || {
        let body = body.clone();
        // neither the header's value nor the body is copied: only the head is written anew for each answer
        let fixed = move |sent: Payload| {
            let json = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let response = HttpResponse::Ok().insert_header(json).body(body.clone());
            async move {
                // a body that nobody reads costs its connection, and the limit would be that of opening new ones
                let _ = sent.to_bytes().await;
                response
            }
        };
        App::new().default_service(web::to(fixed))
    })
    // one core is measured, so one worker
    .workers(1)
    .bind(("127.0.0.1", port))?
    .run()
    .await
}
