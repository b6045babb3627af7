//! One's own account, and what mails lead to.

use totp_rs::{Builder, Secret};

use crate::mailbox::Mailbox;
use crate::world::{PASSWORD, World};

/// What the app shows.
fn code(secret: &str, now: i64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    totp.generate(now.cast_unsigned()).to_string()
}

#[tokio::test]
async fn a_second_factor_is_set_up_asked_for_and_taken_away() {
    use chassis::clock::Clock;
    let world = World::start().await;
    let browser = world.signed_in("viewer").await;
    let wrong = browser.post("/account/second-factor", &[("password", "not it")]).await.expect(400);
    assert!(wrong.body.contains("id=\"password-why\""), "{wrong}");
    let page = browser.post("/account/second-factor", &[("password", PASSWORD)]).await.expect(200).body;
    assert!(page.contains("<svg class=\"square\"") && page.contains("otpauth://totp/"), "{page}");
    let secret = page.split_once("class=\"secret\">").unwrap().1.split('<').next().unwrap().to_owned();
    browser.post("/account/second-factor/confirm", &[("code", "000000")]).await.assert_status(400);
    let now = code(&secret, world.clock.unix_seconds());
    let spaced = format!("{} {}", &now[..3], &now[3..]);
    let page = browser.post("/account/second-factor/confirm", &[("code", &spaced)]).await.expect(200).body;
    assert_eq!(page.matches("<li><code>").count(), 10, "{page}");
    let recovery = page.split_once("<li><code>").unwrap().1.split('<').next().unwrap().to_owned();
    assert!(!browser.get("/account").await.body.contains(&recovery));
    // asked for only now, and not as a mistake
    let other = world.browser();
    let asked = other.log_in("viewer@example.org", PASSWORD).await.expect(401);
    assert!(asked.body.contains("name=\"code\"") && !asked.body.contains("id=\"wrong\""), "{asked}");
    world.clock.advance(30);
    let login =
        |code: String| [("email", "viewer@example.org".to_owned()), ("password", PASSWORD.to_owned()), ("code", code)];
    let send = async |code: String| {
        let fields = login(code);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        other.post("/login", &fields).await
    };
    let wrong = send("123456".to_owned()).await.expect(401);
    assert!(wrong.body.contains("id=\"code-why\""), "{wrong}");
    send(recovery).await.assert_status(303);
    browser.post("/account/second-factor/disable", &[("password", PASSWORD)]).await.assert_status(303);
    world.browser().sign_in("viewer@example.org").await;
}

#[tokio::test]
async fn profile_password_and_sessions_are_changed_by_their_owner() {
    let world = World::start().await;
    let browser = world.signed_in("viewer").await;
    let other = world.browser();
    other.sign_in("viewer@example.org").await;
    let page = browser.get("/account").await.expect(200).body;
    let version =
        page.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap().replace("&#34;", "\"");
    let profile = [("name", "Zoé"), ("team", "network"), ("version", version.as_str())];
    browser.post("/account/profile", &profile).await.assert_status(303);
    let page = browser.get("/account").await.expect(200).body;
    assert!(page.contains("value=\"Zoé\"") && page.contains(">Undo<"), "{page}");
    let stale = browser.post("/account/profile", &profile).await.expect(412);
    assert!(stale.body.contains("Somebody else has changed this"), "{stale}");

    // another's session is not there for me
    let stranger = world.signed_in("responder").await;
    let ids: Vec<&str> =
        page.split("name=\"id\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(ids.len(), 1, "one's other session can be ended");
    stranger.post("/account/sessions/end", &[("id", ids[0])]).await.assert_status(303);
    other.get("/account").await.assert_status(200);
    browser.post("/account/sessions/end", &[("id", ids[0])]).await.assert_status(303);
    other.get("/account").await.assert_status(303);

    let (elsewhere, all) = (world.browser(), [("confirmed", "yes")]);
    elsewhere.sign_in("viewer@example.org").await;
    let asked = browser.post("/account/sessions/end-others", &[]).await.expect(200);
    assert!(asked.body.contains("End all your other sessions?"), "{asked}");
    elsewhere.get("/account").await.assert_status(200);
    browser.post("/account/sessions/end-others", &all).await.assert_status(303);
    elsewhere.get("/account").await.assert_status(303);

    let wrong = [("current_password", "not it"), ("new_password", "blue bicycle under snow")];
    let page = browser.post("/account/password", &wrong).await.expect(400);
    assert!(page.body.contains("id=\"current_password-why\"") && !page.body.contains("blue bicycle"), "{page}");
    let right = [("current_password", PASSWORD), ("new_password", "blue bicycle under snow")];
    browser.post("/account/password", &right).await.assert_status(303);
    browser.get("/account").await.assert_status(200);
    assert_eq!(world.browser().log_in("viewer@example.org", PASSWORD).await.status, 401);
}

#[tokio::test]
async fn who_registers_follows_the_link_of_the_mail_and_can_choose_another_password() {
    let world = World::start().await;
    let mailbox = Mailbox::on(&world.events);
    let browser = world.browser();
    browser.get("/register").await.assert_status(200);
    let weak = [("name", "Zoé"), ("email", "zoe@example.org"), ("password", "password1")];
    let page = browser.post("/register", &weak).await.expect(400);
    assert!(page.body.contains("id=\"password-why\"") && page.body.contains("value=\"zoe@example.org\""), "{page}");
    let good = [weak[0], weak[1], ("password", "yellow tram at midnight")];
    assert!(browser.post("/register", &good).await.expect(200).body.contains("Look into your mailbox."));
    let link = format!("/account/verify-email?token={}", mailbox.token("registered", "zoe@example.org").await);
    // what looks at mails before people do changes nothing
    for _ in 0..2 {
        let page = browser.get(&link).await.expect(200).body;
        assert!(!page.contains(link.split('=').nth(1).unwrap()), "the link does not stand in the page");
    }
    browser.post(&link, &[("password", "somebody else's guess")]).await.assert_status(400);
    browser.post(&link, &[("password", "yellow tram at midnight")]).await.assert_status(200);
    browser.log_in("zoe@example.org", "yellow tram at midnight").await.assert_status(303);

    let other = world.browser();
    other.get("/account/forgot").await.assert_status(200);
    let known = other.post("/account/forgot", &[("email", "zoe@example.org")]).await.expect(200).body;
    other.get("/account/forgot").await.assert_status(200);
    let unknown = other.post("/account/forgot", &[("email", "nobody@example.org")]).await.expect(200).body;
    assert_eq!(known, unknown, "the page does not tell who has an account");
    let token = mailbox.token("password-reset-requested", "zoe@example.org").await;
    let link = format!("/account/reset-password?token={token}");
    other.get(&link).await.assert_status(200);
    other.post(&link, &[("password", "blue bicycle under snow")]).await.assert_status(200);
    let again = other.post(&link, &[("password", "blue bicycle under snow")]).await.expect(400);
    assert!(again.body.contains("ask for another mail"), "{again}");
    // who was signed in is signed out
    browser.get("/account").await.assert_status(303);
    other.log_in("zoe@example.org", "blue bicycle under snow").await.assert_status(303);
}
