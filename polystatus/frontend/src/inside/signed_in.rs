//! Somebody who is signed in, for a handler.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::SET_COOKIE;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use chassis::auth::Role;
use futures_util::future::LocalBoxFuture;

use super::{Notice, Page, Section, Words, instead, see_other, texts};
use crate::Frontend;
use crate::reader::Reader;
use crate::routes::answer;
use crate::session::cookie::Kind;
use crate::session::{Flash, Lost, Next, Open, Ticket, Who};
use crate::texts::Lang;

/// Somebody who is signed in: who it is, and what is called and shown in their name.
pub(crate) struct SignedIn {
    /// The service.
    pub frontend: web::Data<Frontend>,
    /// Who it is.
    pub who: Who,
    /// The language of the page.
    pub lang: Lang,
    /// What all pages say.
    pub t: &'static Words,
    pub(super) request: HttpRequest,
    pub(super) open: Open,
    /// What was typed into the form that was sent, if one was: so that a page which says that nobody answers keeps it.
    pub(super) typed: Option<Vec<(String, String)>>,
}

impl SignedIn {
    /// Whoever has sent this request; else what is answered instead.
    pub(super) async fn of(request: &HttpRequest) -> Result<Self, NotSignedIn> {
        let frontend = request.app_data::<web::Data<Frontend>>().cloned().ok_or(NotSignedIn::Unknown)?;
        let reader = Reader::of(request);
        let ticket = Kind::Session.of(request, frontend.settings.behind_tls()).ok_or(NotSignedIn::Stranger)?;
        let open = frontend.sessions.find(ticket).await.map_err(|lost| match lost {
            Lost::Ended => NotSignedIn::Stranger,
            Lost::Unknown => NotSignedIn::Unknown,
        })?;
        let (who, t, request) = (open.tokens.who.clone(), texts::of(reader.lang), request.clone());
        Ok(Self { frontend, who, lang: reader.lang, t, request, open, typed: None })
    }

    /// What their role is called.
    pub const fn role(&self) -> &'static str {
        self.t.role(self.who.role)
    }

    /// Whether the services will let them do what needs this role.
    pub fn may(&self, role: Role) -> bool {
        self.who.role >= role
    }

    /// Go on only with this role or one above it: for pages that would only show a refusal.
    ///
    /// # Errors
    /// A page that says so, 403.
    pub fn require(&self, role: Role) -> Result<(), actix_web::Error> {
        if self.may(role) {
            return Ok(());
        }
        let text = (self.t.needs_role)(self.t.role(role));
        Err(instead(self.notice(StatusCode::FORBIDDEN, self.t.not_allowed, &text)))
    }

    /// What the browser shows, from which the form token is made.
    pub fn ticket(&self) -> &Ticket {
        &self.open.ticket
    }

    /// What the path of the address holds under this name.
    pub fn segment(&self, name: &str) -> String {
        self.request.match_info().query(name).to_owned()
    }

    /// What the query of the address holds under this name.
    pub fn query(&self, name: &str) -> String {
        let mut pairs = form_urlencoded::parse(self.request.query_string().as_bytes());
        pairs.find(|(given, _)| given == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// A hidden field that every form on a page needs: it makes the form this session's.
    pub fn guard(&self) -> texts::Markup {
        texts::hidden(super::form::TOKEN, &self.ticket().form_token())
    }

    /// A hidden field with the version that somebody has seen: what they send is refused when it is another one by then.
    #[expect(clippy::unused_self, reason = "a template has it at hand, beside the guard")]
    pub fn version(&self, etag: &str) -> texts::Markup {
        texts::hidden(super::form::VERSION, etag)
    }

    /// A page.
    pub async fn page(&self, section: Section, title: &str, body: &impl askama::Template) -> HttpResponse {
        self.page_with(StatusCode::OK, section, title, body).await
    }

    /// A page with another status, such as a form that was refused.
    pub async fn page_with(
        &self,
        status: StatusCode,
        section: Section,
        title: &str,
        body: &impl askama::Template,
    ) -> HttpResponse {
        let flash = self.frontend.sessions.heard(self.ticket()).await;
        let page = Page { signed_in: Some(self), section: Some(section), title, flash: flash.as_ref() };
        page.answer(&self.request, &self.frontend, status, body)
    }

    /// A page that says one thing, such as that something is not there.
    pub fn notice(&self, status: StatusCode, title: &str, text: &str) -> HttpResponse {
        let notice = Notice { title, text, link: Some(("/admin", self.t.to_overview)) };
        let page = Page { signed_in: Some(self), section: None, title, flash: None };
        page.answer(&self.request, &self.frontend, status, &notice)
    }

    /// What was asked for is not there.
    pub fn not_found(&self) -> actix_web::Error {
        instead(self.notice(StatusCode::NOT_FOUND, self.t.not_found, self.t.not_found_text))
    }

    /// It is done: go on there, and say so.
    pub async fn done(&self, flash: Flash, to: &str) -> HttpResponse {
        self.frontend.sessions.say(self.ticket(), &flash).await;
        see_other(to)
    }

    /// The session has ended at the users service: it ends here too.
    pub(super) async fn ended(&self) -> HttpResponse {
        self.frontend.sessions.forget(self.ticket()).await;
        to_login(&self.request, &self.frontend)
    }
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotSignedIn {
    /// There is no session.
    Stranger,
    /// It cannot be told now.
    Unknown,
}

/// Lead to the login, and back again.
fn to_login(request: &HttpRequest, frontend: &Frontend) -> HttpResponse {
    let asked = request.uri().path_and_query().map_or("", |path| path.as_str());
    let mut response = see_other(&Next::of(asked).login());
    response.headers_mut().append(SET_COOKIE, Kind::Session.set(None, frontend.settings.behind_tls()));
    response
}

/// What is said while it cannot be told who somebody is.
fn unknown(request: &HttpRequest, frontend: &Frontend) -> HttpResponse {
    let t = texts::of(Reader::of(request).lang);
    let notice = Notice { title: t.users_silent, text: t.users_silent_text, link: None };
    let page = Page { signed_in: None, section: None, title: t.users_silent, flash: None };
    let mut response = page.answer(request, frontend, StatusCode::SERVICE_UNAVAILABLE, &notice);
    response.headers_mut().insert(actix_web::http::header::RETRY_AFTER, 5_u32.into());
    response
}

async fn for_a_page(request: HttpRequest) -> Result<SignedIn, actix_web::Error> {
    let frontend = web::Data::<Frontend>::extract(&request).await?;
    let reader = Reader::of(&request);
    if let Some(theme) = reader.chosen_theme {
        return Err(instead(answer::remember_and_return(&request, &frontend, "theme", theme.as_str())));
    }
    if let Some(lang) = reader.chosen_lang {
        return Err(instead(answer::remember_and_return(&request, &frontend, "lang", lang.as_str())));
    }
    SignedIn::of(&request).await.map_err(|why| {
        instead(match why {
            NotSignedIn::Stranger => to_login(&request, &frontend),
            NotSignedIn::Unknown => unknown(&request, &frontend),
        })
    })
}

impl FromRequest for SignedIn {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(for_a_page(request.clone()))
    }
}
