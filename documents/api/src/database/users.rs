//! Users in the database.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Database, StorageError, Turn, in_time};
use crate::model::{Login, User};

/// A user with its password's hash.
#[derive(Clone)]
pub struct Account {
    /// The user.
    pub user: User,
    /// The hash of its password.
    pub password: String,
    /// Its own quota, where an admin has set one.
    pub quota: Option<i64>,
}

/// A user that is to be made.
pub struct NewUser {
    /// What it logs in with.
    pub login: Login,
    /// What it is called.
    pub name: String,
    /// The hash of its password.
    pub password: String,
    /// Whether it may do everything.
    pub admin: bool,
    /// Its own quota.
    pub quota: Option<i64>,
}

const SELECT: &str =
    "SELECT id, login, name, password, admin, quota, used, created_at, updated_at, version FROM \"user\"";

fn account_of(row: &AnyRow, usual_quota: i64) -> Result<Account, StorageError> {
    let quota: Option<i64> = row.try_get("quota")?;
    let user = User {
        id: row.try_get("id")?,
        login: row.try_get("login")?,
        name: row.try_get("name")?,
        admin: row.try_get::<i64, _>("admin")? == 1,
        quota: quota.unwrap_or(usual_quota),
        used: row.try_get("used")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        version: row.try_get("version")?,
    };
    Ok(Account { user, password: row.try_get("password")?, quota })
}

impl Database {
    /// The account of this login.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn account_by_login(&self, login: &Login, usual_quota: i64) -> Result<Option<Account>, StorageError> {
        let statement = self.build(format!("{SELECT} WHERE login = ?")).bind(login.as_str().to_owned());
        let row = in_time(async { Ok::<_, StorageError>(statement.fetch_optional(&self.pool).await?) }).await?;
        row.map(|row| account_of(&row, usual_quota)).transpose()
    }

    /// The account with this id.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn account(&self, id: i64, usual_quota: i64) -> Result<Option<Account>, StorageError> {
        let statement = self.build(format!("{SELECT} WHERE id = ?")).bind(id);
        let row = in_time(async { Ok::<_, StorageError>(statement.fetch_optional(&self.pool).await?) }).await?;
        row.map(|row| account_of(&row, usual_quota)).transpose()
    }

    /// The first users behind this id.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn users(&self, after: i64, limit: usize, usual_quota: i64) -> Result<Vec<User>, StorageError> {
        let statement = self.build(format!("{SELECT} WHERE id > ? ORDER BY id LIMIT ?"));
        let statement = statement.bind(after).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = in_time(async { Ok::<_, StorageError>(statement.fetch_all(&self.pool).await?) }).await?;
        rows.iter().map(|row| Ok(account_of(row, usual_quota)?.user)).collect()
    }
}

impl Turn {
    /// The account with this id, as all writers before have left it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn account(&mut self, id: i64, usual_quota: i64) -> Result<Option<Account>, StorageError> {
        let statement = self.build(format!("{SELECT} WHERE id = ?")).bind(id);
        let row = statement.fetch_optional(self.connection()).await?;
        row.map(|row| account_of(&row, usual_quota)).transpose()
    }

    /// Whether somebody else has this login.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_taken(&mut self, login: &Login, by_other_than: i64) -> Result<bool, StorageError> {
        let statement = self.sql("SELECT id FROM \"user\" WHERE login = ? AND id <> ?");
        let statement = statement.bind(login.as_str().to_owned()).bind(by_other_than);
        Ok(statement.fetch_optional(self.connection()).await?.is_some())
    }

    /// Make a user, and give its id.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_user(&mut self, new: NewUser, now: i64) -> Result<i64, StorageError> {
        self.last_user += 1;
        let id = self.last_user;
        let insert = self.sql(
            "INSERT INTO \"user\" (id, login, name, password, admin, quota, used, created_at, updated_at, version) \
             VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, 1)",
        );
        let insert = insert.bind(id).bind(new.login.as_str().to_owned()).bind(new.name).bind(new.password);
        let insert = insert.bind(i64::from(new.admin)).bind(new.quota).bind(now).bind(now);
        insert.execute(self.connection()).await?;
        Ok(id)
    }

    /// Change a user to what this account says.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn change_user(&mut self, account: &Account, now: i64) -> Result<(), StorageError> {
        let update = self.sql(
            "UPDATE \"user\" SET login = ?, name = ?, password = ?, admin = ?, quota = ?, updated_at = ?, \
             version = version + 1 WHERE id = ?",
        );
        let Account { user, password, quota } = account.clone();
        let update = update.bind(user.login).bind(user.name).bind(password).bind(i64::from(user.admin));
        update.bind(quota).bind(now).bind(user.id).execute(self.connection()).await?;
        Ok(())
    }

    /// A user's files have grown by so many bytes, or become less.
    pub(super) async fn use_bytes(&mut self, user: Option<i64>, bytes: i64) -> Result<(), StorageError> {
        let Some(user) = user else { return Ok(()) };
        let update = self.sql("UPDATE \"user\" SET used = used + ? WHERE id = ?").bind(bytes).bind(user);
        update.execute(self.connection()).await?;
        Ok(())
    }
}
