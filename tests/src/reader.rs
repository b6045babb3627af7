//! Somebody who reads the status page: in a browser without JavaScript, and as the page's own script follows it.

use std::collections::BTreeMap;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use testbed::answer::Answer;
use testbed::client::{Client, send};
use testbed::wait;
use tokio::time::timeout;

use crate::system::SOON;

/// A reader.
#[derive(Debug, Clone)]
pub struct Reader {
    client: Client,
}

impl Reader {
    /// One who calls the page as this client does.
    pub fn of(client: Client) -> Self {
        Self { client }
    }

    fn browser(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, path);
        request.header("accept", "text/html,*/*").header("accept-language", "en")
    }

    /// What this path answers.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.browser(Method::GET, path)).await
    }

    /// A page that is there.
    pub async fn page(&self, path: &str) -> String {
        self.get(path).await.expect(200).body
    }

    /// Press the button of a form on one of the pages.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = self.browser(Method::POST, path).header("sec-fetch-site", "same-origin");
        send(form.header("content-type", "application/x-www-form-urlencoded").body(fields)).await
    }

    /// Press the button by which a mail program ends a subscription (RFC 8058): no page of ours was seen before.
    pub async fn one_click(&self, path: &str) -> Answer {
        let form = self.client.request(Method::POST, path).header("sec-fetch-site", "cross-site");
        let form = form.header("content-type", "application/x-www-form-urlencoded");
        send(form.body("List-Unsubscribe=One-Click")).await
    }

    /// Look at a page until it is as wanted.
    pub async fn until(&self, path: &str, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let look = async || Some(self.get(path).await.body).filter(|page| wanted(page));
        wait::until_async(&format!("{what} on {path}"), SOON, look).await
    }

    /// Open a page, and leave it open.
    pub async fn open(&self, path: &str) -> OpenPage {
        let page = self.page(path).await;
        let attribute = |name: &str| {
            let value = between(&page, &format!("{name}=\""), "\"").unwrap_or_else(|| panic!("no {name}: {page}"));
            value.replace("&amp;", "&").replace("&#38;", "&")
        };
        let stream = format!("{}&version={}", attribute("data-stream"), attribute("data-version"));
        // longer than any journey: a page stays open
        let request = self.client.request(Method::GET, &stream).timeout(std::time::Duration::from_hours(1));
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        OpenPage { response, bytes: Vec::new(), parts: BTreeMap::new() }
    }
}

/// A browser of somebody who works here: it keeps cookies, and sends the forms that it was given.
#[derive(Debug)]
pub struct Browser {
    reader: Reader,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A new one, which knows nothing.
    pub fn of(reader: Reader) -> Self {
        Self { reader, cookies: BTreeMap::new() }
    }

    /// What this path answers.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.reader.browser(Method::GET, path)).await
    }

    /// Open a page, fill in the form that it sends to `action`, and press its button.
    ///
    /// # Panics
    /// When there is no such form.
    pub async fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await.expect(200);
        self.fill_shown(&shown, action, fields).await
    }

    /// As [`fill`](Self::fill), of a page that is here already.
    ///
    /// # Panics
    /// When there is no such form.
    pub async fn fill_shown(&mut self, shown: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        // a form without an address is sent to the one of its page
        let own = shown.body.split("<form ").find(|form| form.contains(&format!("action=\"{action}\"")));
        let form = own.unwrap_or(&shown.body);
        // made for this browser: another site's form does not have it
        let guard = between(form, "name=\"csrf\" value=\"", "\"").unwrap_or_else(|| panic!("no form of ours: {shown}"));
        let fields = fields.iter().copied().chain([("csrf", guard)]);
        let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = self.reader.browser(Method::POST, action).header("sec-fetch-site", "same-origin");
        self.send(form.header("content-type", "application/x-www-form-urlencoded").body(fields)).await
    }

    async fn send(&mut self, request: RequestBuilder) -> Answer {
        let kept: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = send(request.header("cookie", kept.join("; "))).await;
        for set in answer.headers.get_all("set-cookie") {
            let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

/// The first text that stands between these two.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// A page that is open: what its script hears.
#[derive(Debug)]
pub struct OpenPage {
    response: reqwest::Response,
    /// What came and is no whole event yet.
    bytes: Vec<u8>,
    /// What was told since it was opened, by the ids of the parts.
    parts: BTreeMap<String, String>,
}

impl OpenPage {
    /// A part as it stands there now; empty as long as nothing was told of it.
    pub fn part(&self, id: &str) -> &str {
        self.parts.get(id).map_or("", String::as_str)
    }

    /// Listen until this part is as wanted.
    pub async fn until(&mut self, part: &str, what: &str, wanted: impl Fn(&str) -> bool) {
        let heard = timeout(SOON, async {
            while !wanted(self.part(part)) {
                self.next_event().await;
            }
        });
        let heard = heard.await.is_ok();
        assert!(heard, "waited in vain for {what} on an open page, where {part} is: {}", self.part(part));
    }

    async fn next_event(&mut self) {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.bytes.drain(..end + 2).collect();
                let event = String::from_utf8(event).unwrap();
                let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) else { continue };
                let told: Value = serde_json::from_str(data).unwrap();
                let parts = told["parts"].as_object().unwrap().iter();
                self.parts.extend(parts.map(|(id, html)| (id.clone(), html.as_str().unwrap().to_owned())));
                return;
            }
            let piece = self.response.chunk().await.unwrap().expect("the page's stream has ended");
            self.bytes.extend_from_slice(&piece);
        }
    }
}
