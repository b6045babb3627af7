//! A browser: it keeps cookies, and sends forms as they stand in pages.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::{Method, RequestBuilder};
use testbed::answer::Answer;
use testbed::client::{Client, send};

use crate::world::PASSWORD;

/// Who looks at the page.
pub struct Browser {
    client: Client,
    lang: &'static str,
    cookies: Mutex<BTreeMap<String, String>>,
    /// The token of the last form that it was shown.
    token: Mutex<String>,
}

impl Browser {
    pub fn of(client: Client) -> Self {
        Self { client, lang: "en", cookies: Mutex::default(), token: Mutex::default() }
    }

    /// The same cookies in another window.
    pub fn copy(&self) -> Self {
        let copied =
            Self { client: self.client.clone(), lang: self.lang, cookies: Mutex::default(), token: Mutex::default() };
        copied.cookies.lock().unwrap().clone_from(&self.cookies.lock().unwrap());
        copied.token.lock().unwrap().clone_from(&self.token.lock().unwrap());
        copied
    }

    /// The same browser, before another instance.
    pub fn at(&self, client: Client) -> Self {
        Self { client, ..self.copy() }
    }

    pub fn in_french(mut self) -> Self {
        self.lang = "fr";
        self
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub fn token(&self) -> String {
        self.token.lock().unwrap().clone()
    }

    /// A request with its cookies, which is not sent yet.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request =
            self.client.request(method, path).header("accept", "text/html").header("accept-language", self.lang);
        if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) }
    }

    /// Send it, and keep what it is told to keep.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = send(request).await;
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if set.contains("Max-Age=0") {
                cookies.remove(name)
            } else {
                cookies.insert(name.to_owned(), value.to_owned())
            };
        }
        if let Some((_, rest)) = answer.body.split_once("name=\"csrf\" value=\"") {
            rest.split('"').next().unwrap().clone_into(&mut self.token.lock().unwrap());
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Send a form as a page of ours would, with the token of the last page.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        self.send(self.form(path, &fields)).await
    }

    /// A form of exactly these fields, from a page of ours.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(Method::POST, path).header("sec-fetch-site", "same-origin");
        request.header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    pub async fn log_in(&self, email: &str, password: &str) -> Answer {
        self.get("/login").await.assert_status(200);
        self.post("/login", &[("email", email), ("password", password)]).await
    }

    pub async fn sign_in(&self, email: &str) {
        let answer = self.log_in(email, PASSWORD).await.expect(303);
        assert_eq!(answer.header("location"), "/admin");
        self.get("/account").await.assert_status(200);
    }
}
