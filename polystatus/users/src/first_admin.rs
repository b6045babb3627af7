//! The first admin: somebody must be there to let others in, and no password may be the same everywhere.

use chassis::StartError;
use chassis::auth::Role;
use chassis::clock::Clock;
use chassis::ids::Ids;
use secrecy::ExposeSecret;
use store::{Store, StoreError};

use crate::audit::{Action, Actor};
use crate::model::{Account, EmailTaken, Name, Password, PasswordHash, check_password};
use crate::secrets::new_id;
use crate::settings::Settings;
use logins::hashing::{Hasher, hash, new_salt};

/// Characters of the password that is made: 96 random bits.
const ONE_TIME_PASSWORD: usize = 24;

/// Make the first admin, if there is no account at all.
pub async fn make(
    store: &Store,
    settings: &Settings,
    hasher: &Hasher,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<(), StartError> {
    if store.read().count::<Account>() > 0 {
        return Ok(());
    }
    let email = settings.admin_email.clone();
    let name: Name = "Admin".parse()?;
    let given = settings.admin_password.as_ref().map(|password| password.expose_secret().to_owned());
    let one_time = given.is_none();
    let text = given.unwrap_or_else(|| ids.secret()[..ONE_TIME_PASSWORD].to_owned());
    let password = Password::from(text.clone());
    if !one_time {
        check_password(&password, &email, &name)
            .map_err(|reason| format!("--admin-password (ADMIN_PASSWORD) {reason}"))?;
    }
    let salt = new_salt(ids);
    let phc = hasher.run(move || hash(&password, salt)).await?;
    let (id, now) = (new_id(ids), clock.unix_seconds());
    let account = Account {
        id: id.clone(),
        name,
        email: email.clone(),
        role: Role::Admin,
        team: None,
        created_at: now,
        updated_at: now,
        disabled_at: None,
        password: Some(PasswordHash { phc, changed_at: now, one_time }),
        second_factor: None,
        warned_at: 0,
    };
    let made = store.write(move |draft| -> Result<bool, StoreError> {
        // another replica may have been first
        if draft.read().count::<Account>() > 0 {
            return Ok(false);
        }
        draft.put(EmailTaken { email: account.email.clone(), user: account.id.clone() });
        draft.put(account.clone());
        Actor::service(now).did(draft, Action::FirstAdminMade, &account.id, None);
        Ok(true)
    });
    if made.await? && one_time {
        // to the terminal, not to the log: logs are kept and sent on
        eprintln!(
            "\n  The first admin is {email}, and this password is good for one login, at which you choose another:\n  {text}\n"
        );
    }
    Ok(())
}
