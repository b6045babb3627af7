//! Somebody signs up, forgets the password, and gets back in; then a telephone guards the door.

use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::smtp::Mail;

use crate::links;
use crate::people::Person;
use crate::system::{System, fresh, printed, python};

const FIRST: &str = "yellow tram at midnight";
const SECOND: &str = "four green umbrellas, open";

/// From the registration to the second factor, with each mail on the way.
pub async fn somebody_signs_up_and_forgets_the_password(system: &System) {
    let users = system.stranger("users");
    let email = format!("{}@example.org", fresh("zoe"));
    let mail = async |number: usize, subject: &str| -> Mail {
        let mail = system.mails.to(&email, number).await.remove(number - 1);
        assert_eq!(mail.headers["subject"], format!("[PolyStatus] {subject}"), "{mail:?}");
        mail
    };
    let log_in = async |password: &str, totp: &Value| -> Answer {
        users.post("/api/v1/auth/login", &json!({"email": email, "password": password, "totp": totp})).await
    };

    // nobody is in before the mail was read
    let account = json!({"name": "Zoé", "email": email, "password": FIRST});
    assert_eq!(users.post("/api/v1/users", &account).await.expect(201).json()["status"], "pending");
    let wrong = log_in(FIRST, &Value::Null).await.refused(401);
    let confirm = mail(1, "Confirm your address").await;
    let verify = json!({"token": secret_of(system, &confirm), "password": FIRST});
    users.post("/api/v1/auth/verify-email", &verify).await.assert_status(204);

    // in, and known everywhere; the session goes on with its next token
    let zoe = Person::of(log_in(FIRST, &Value::Null).await.expect(200).json(), &email, FIRST);
    let own = format!("/api/v1/users/{}/incidents", zoe.id);
    zoe.calls(system, "incidents").await.get(&own).await.assert_status(200);
    system.stranger("incidents").get(&own).await.refused(401);
    let refresh = async |token: &str| users.post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await;
    let zoe = Person::of(refresh(&zoe.refresh_token).await.expect(200).json(), &email, FIRST);
    let me = users.as_(&zoe.token).get("/api/v1/auth/me").await.expect(200).json();
    assert_eq!((&me["email"], &me["role"]), (&json!(email), &json!("viewer")));

    // forgotten: what was is over, here and wherever else she was logged in
    users.post("/api/v1/auth/forgot-password", &json!({"email": email})).await.assert_status(202);
    let forgotten = mail(2, "Choose another password").await;
    let reset = json!({"token": secret_of(system, &forgotten), "password": SECOND});
    users.post("/api/v1/auth/reset-password", &reset).await.assert_status(204);
    users.as_(&zoe.token).get("/api/v1/auth/me").await.refused(401);
    refresh(&zoe.refresh_token).await.refused(401);
    assert_eq!(log_in(FIRST, &Value::Null).await.refused(401), wrong);
    users.post("/api/v1/auth/reset-password", &reset).await.refused(400);
    mail(3, "Your password was changed").await;
    let zoe = Person::of(log_in(SECOND, &Value::Null).await.expect(200).json(), &email, SECOND);

    // a second factor: its app, and the codes for the day on which the telephone is gone
    let zoe = users.as_(&zoe.token);
    let enrolment = zoe.post("/api/v1/auth/totp", &json!({"password": SECOND})).await.expect(200).json();
    let secret = enrolment["secret"].as_str().unwrap();
    let code = |steps: &str| json!(printed(&python("totp.py").args([secret, steps])).trim());
    let confirmed = zoe.post("/api/v1/auth/totp/confirm", &json!({"code": code("0")})).await.expect(200);
    let recovery = confirmed.list("recovery_codes").remove(0);
    mail(4, "Your second factor was changed").await;
    assert_eq!(log_in(SECOND, &Value::Null).await.refused(401), "A second factor is needed");
    // a code is good once: the one that confirmed is used up, and the next one may come half a minute early
    log_in(SECOND, &code("1")).await.assert_status(200);
    log_in(SECOND, &recovery).await.assert_status(200);
    log_in(SECOND, &recovery).await.refused(401);
}

/// What the link of a mail holds, which leads to the status page.
fn secret_of(system: &System, mail: &Mail) -> String {
    let link = links::link(&mail.text);
    links::token(links::path(link, &(system.url)("frontend"))).to_owned()
}
