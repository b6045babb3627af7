//! Somebody signs up, forgets the password, and gets back in; then a telephone guards the door.

use serde_json::{Value, json};
use testbed::smtp::Mail;

use crate::links;
use crate::people::Person;
use crate::reader::{Browser, between};
use crate::system::{System, fresh, printed, python};

const FIRST: &str = "yellow tram at midnight";
const SECOND: &str = "four green umbrellas, open";

/// From the registration to the second factor, on the pages, with each mail on the way; and beside them a program that logs in by
/// the API, whose sessions are the same.
pub async fn somebody_signs_up_and_forgets_the_password(system: &System) {
    let users = system.stranger("users");
    let email = format!("{}@example.org", fresh("zoe"));
    let mail = async |number: usize, subject: &str| -> Mail {
        let mail = system.mails.to(&email, number).await.remove(number - 1);
        assert_eq!(mail.headers["subject"], format!("[PolyStatus] {subject}"), "{mail:?}");
        mail
    };
    let log_in = async |password: &str, totp: &str| {
        let totp = if totp.is_empty() { Value::Null } else { json!(totp) };
        users.post("/api/v1/auth/login", &json!({"email": email, "password": password, "totp": totp})).await
    };
    let (mut here, mut elsewhere) = (system.browser(), system.browser());

    // nobody is in before the mail was read
    let account = [("name", "Zoé"), ("email", &email), ("password", FIRST)];
    let asked = here.fill("/register", "/register", &account).await.expect(200);
    assert!(asked.body.contains("Look into your mailbox."), "{asked}");
    let wrong = log_in(FIRST, "").await.refused(401);
    let link = path_of(system, &mail(1, "Confirm your address").await);
    let verified = here.fill(&link, &link, &[("password", FIRST)]).await.expect(200);
    assert!(verified.body.contains("Your account is there."), "{verified}");

    // in: here, and with a program, known in every service; its session goes on with the next token
    sign_in(&mut here, &email, FIRST, "").await;
    let shown = here.get("/account").await.expect(200);
    assert!(shown.body.contains(&email) && shown.body.contains("Zoé"), "{shown}");
    let zoe = Person::of(&log_in(FIRST, "").await.expect(200).json(), &email, FIRST);
    let own = format!("/api/v1/users/{}/incidents", zoe.id);
    zoe.calls(system, "incidents").await.get(&own).await.assert_status(200);
    system.stranger("incidents").get(&own).await.refused(401);
    let refresh = async |token: &str| users.post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await;
    let zoe = Person::of(&refresh(&zoe.refresh_token).await.expect(200).json(), &email, FIRST);
    let me = users.as_(&zoe.token).get("/api/v1/auth/me").await.expect(200).json();
    assert_eq!((&me["email"], &me["role"]), (&json!(email), &json!("viewer")));

    // forgotten, on another machine: what was is over, wherever she was logged in
    let asked = elsewhere.fill("/account/forgot", "/account/forgot", &[("email", &email)]).await.expect(200);
    assert!(asked.body.contains("a link is on its way"), "{asked}");
    let link = path_of(system, &mail(2, "Choose another password").await);
    let chosen = elsewhere.fill(&link, &link, &[("password", SECOND)]).await.expect(200);
    assert!(chosen.body.contains("Your password is chosen."), "{chosen}");
    users.as_(&zoe.token).get("/api/v1/auth/me").await.refused(401);
    refresh(&zoe.refresh_token).await.refused(401);
    let gone = here.get("/account").await.expect(303);
    assert!(gone.header("location").starts_with("/login"), "{gone}");
    assert_eq!(log_in(FIRST, "").await.refused(401), wrong);
    elsewhere.fill(&link, &link, &[("password", SECOND)]).await.assert_status(400);
    mail(3, "Your password was changed").await;
    sign_in(&mut elsewhere, &email, SECOND, "").await;

    // a second factor: its app, and the codes for the day on which the telephone is gone
    let begun = elsewhere.fill("/account", "/account/second-factor", &[("password", SECOND)]).await.expect(200);
    let secret = between(&begun.body, "<code class=\"secret\">", "</code>").unwrap();
    let code = |steps: &str| printed(&python("totp.py").args([secret, steps])).trim().to_owned();
    let confirm = "/account/second-factor/confirm";
    let codes = elsewhere.fill_shown(&begun, confirm, &[("code", &code("0"))]).await.expect(200);
    let recovery = between(&codes.body, "<li><code>", "</code>").unwrap();
    mail(4, "Your second factor was changed").await;
    assert_eq!(log_in(SECOND, "").await.refused(401), "A second factor is needed");
    let asked = here.fill("/login", "/login", &[("email", &email), ("password", SECOND)]).await.expect(401);
    assert!(asked.body.contains("Your account has a second factor."), "{asked}");
    // a code is good once: the one that confirmed is used up, and the next one may come half a minute early
    sign_in(&mut here, &email, SECOND, &code("1")).await;
    here.get("/account").await.assert_status(200);
    log_in(SECOND, recovery).await.assert_status(200);
    log_in(SECOND, recovery).await.refused(401);
}

/// Sign in, and be led on.
async fn sign_in(browser: &mut Browser, email: &str, password: &str, code: &str) {
    let fields = [("email", email), ("password", password), ("code", code), ("next", "/account")];
    let answer = browser.fill("/login", "/login", &fields).await.expect(303);
    assert_eq!(answer.header("location"), "/account", "{answer}");
}

/// Where on the status page the link of a mail leads.
fn path_of(system: &System, mail: &Mail) -> String {
    links::path(links::link(&mail.text), &(system.url)("frontend")).to_owned()
}
