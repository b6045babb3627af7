//! Files and their versions in the database.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Database, Statement, StorageError, Turn, in_time};
use crate::model::{ChangeKind, File, FileName, Version};

/// Whose files somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All, as admins do.
    All,
    /// Those of one user.
    Of(i64),
}

impl Sight {
    /// Whether a file of this owner is seen.
    pub fn sees(self, owner: Option<i64>) -> bool {
        match self {
            Self::All => true,
            Self::Of(user) => owner == Some(user),
        }
    }
}

/// Content that a version has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its checksum, in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub size: i64,
}

const SELECT: &str = "SELECT id, user_id, name, version, sha256, size, created_at, updated_at FROM file";

const VERSIONS: &str = "SELECT version, name, sha256, size, at FROM file_version";

fn file_of(row: &AnyRow) -> Result<File, StorageError> {
    Ok(File {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        name: row.try_get("name")?,
        version: row.try_get("version")?,
        sha256: row.try_get("sha256")?,
        size: row.try_get("size")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}

fn version_of(row: &AnyRow) -> Result<Version, StorageError> {
    Ok(Version {
        version: row.try_get("version")?,
        name: row.try_get("name")?,
        sha256: row.try_get("sha256")?,
        size: row.try_get("size")?,
        at: row.try_get("at")?,
    })
}

impl Database {
    pub(super) fn build(&self, text: String) -> Statement {
        Statement::of(self.kind, text)
    }

    /// A file that is there, if it is in sight.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn file(&self, id: i64, sight: Sight) -> Result<Option<File>, StorageError> {
        let statement = self.build(format!("{SELECT} WHERE id = ? AND deleted_at IS NULL")).bind(id);
        let row = in_time(async { Ok::<_, StorageError>(statement.fetch_optional(&self.pool).await?) }).await?;
        let file = row.map(|row| file_of(&row)).transpose()?;
        Ok(file.filter(|file| sight.sees(file.user_id)))
    }

    /// The first files in sight behind this id.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn files(&self, after: i64, limit: usize, sight: Sight) -> Result<Vec<File>, StorageError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let statement = match sight {
            Sight::All => self.build(format!("{SELECT} WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?")),
            Sight::Of(user) => {
                let whose = "WHERE user_id = ? AND id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?";
                self.build(format!("{SELECT} {whose}")).bind(user)
            }
        };
        let statement = statement.bind(after).bind(limit);
        let rows = in_time(async { Ok::<_, StorageError>(statement.fetch_all(&self.pool).await?) }).await?;
        rows.iter().map(file_of).collect()
    }

    /// The first versions of a file behind this one; `None` when there is no such file in sight. Those of a deleted file are
    /// there for admins until its content goes.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn versions(
        &self,
        id: i64,
        after: i64,
        limit: usize,
        sight: Sight,
    ) -> Result<Option<Vec<Version>>, StorageError> {
        in_time(async {
            if !self.has_versions(id, sight).await? {
                return Ok(None);
            }
            let statement =
                self.build(format!("{VERSIONS} WHERE file_id = ? AND version > ? ORDER BY version LIMIT ?"));
            let statement = statement.bind(id).bind(after).bind(i64::try_from(limit).unwrap_or(i64::MAX));
            let rows = statement.fetch_all(&self.pool).await?;
            rows.iter().map(version_of).collect::<Result<_, _>>().map(Some)
        })
        .await
    }

    /// One version of a file, where [`versions`](Self::versions) lists it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn version(&self, id: i64, version: i64, sight: Sight) -> Result<Option<Version>, StorageError> {
        in_time(async {
            if !self.has_versions(id, sight).await? {
                return Ok(None);
            }
            let statement = self.build(format!("{VERSIONS} WHERE file_id = ? AND version = ?"));
            let row = statement.bind(id).bind(version).fetch_optional(&self.pool).await?;
            row.map(|row| version_of(&row)).transpose()
        })
        .await
    }

    async fn has_versions(&self, id: i64, sight: Sight) -> Result<bool, StorageError> {
        let found = self.sql("SELECT user_id, deleted_at FROM file WHERE id = ?").bind(id);
        let Some(row) = found.fetch_optional(&self.pool).await? else { return Ok(false) };
        let is_there = row.try_get::<Option<i64>, _>("deleted_at")?.is_none();
        Ok(sight.sees(row.try_get("user_id")?) && (is_there || sight == Sight::All))
    }

    /// Whether no version is listed, and so no content.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_without_content(&self) -> Result<bool, StorageError> {
        let select = self.sql("SELECT version FROM file_version LIMIT 1");
        let row = in_time(async { Ok::<_, StorageError>(select.fetch_optional(&self.pool).await?) });
        Ok(row.await?.is_none())
    }

    /// Of these checksums, those that no version has.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn unused(&self, sums: Vec<String>) -> Result<Vec<String>, StorageError> {
        if sums.is_empty() {
            return Ok(sums);
        }
        let places = vec!["?"; sums.len()].join(", ");
        let select = format!("SELECT DISTINCT sha256 FROM file_version WHERE sha256 IN ({places})");
        let statement = sums.iter().fold(self.build(select), |statement, sum| statement.bind(sum.clone()));
        let rows = in_time(async { Ok::<_, StorageError>(statement.fetch_all(&self.pool).await?) }).await?;
        let used: std::collections::HashSet<String> =
            rows.iter().map(|row| row.try_get("sha256")).collect::<Result<_, _>>()?;
        Ok(sums.into_iter().filter(|sum| !used.contains(sum)).collect())
    }
}

impl Turn {
    pub(super) fn build(&self, text: String) -> Statement {
        Statement::of(self.kind(), text)
    }

    /// A file that is there, as all writers before have left it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn file(&mut self, id: i64) -> Result<Option<File>, StorageError> {
        let statement = self.build(format!("{SELECT} WHERE id = ? AND deleted_at IS NULL")).bind(id);
        let row = statement.fetch_optional(self.connection()).await?;
        row.map(|row| file_of(&row)).transpose()
    }

    /// The file of this owner that has this name, or one that nobody could tell from it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn namesake(&mut self, owner: Option<i64>, name: &FileName) -> Result<Option<i64>, StorageError> {
        let statement = match owner {
            Some(user) => {
                let select = "SELECT id FROM file WHERE user_id = ? AND name_key = ? AND deleted_at IS NULL";
                self.sql(select).bind(user)
            }
            None => self.sql("SELECT id FROM file WHERE user_id IS NULL AND name_key = ? AND deleted_at IS NULL"),
        };
        let row = statement.bind(name.key()).fetch_optional(self.connection()).await?;
        Ok(row.map(|row| row.try_get("id")).transpose()?)
    }

    /// Make a file, with its first version.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_file(
        &mut self,
        owner: Option<i64>,
        name: &FileName,
        content: Content,
        now: i64,
    ) -> Result<File, StorageError> {
        self.last_file += 1;
        let Content { sha256, size } = content;
        let (id, name_text) = (self.last_file, name.as_str().to_owned());
        let file =
            File { id, user_id: owner, name: name_text, version: 1, sha256, size, created_at: now, updated_at: now };
        let insert = self.sql(
            "INSERT INTO file (id, user_id, name, name_key, path, version, sha256, size, created_at, updated_at) \
             VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
        );
        let insert = insert.bind(id).bind(owner).bind(file.name.clone()).bind(name.key());
        let insert = insert.bind(crate::content::place(&file.sha256)).bind(file.sha256.clone()).bind(size);
        insert.bind(now).bind(now).execute(self.connection()).await?;
        self.use_bytes(owner, size).await?;
        self.keep_version(&file, size).await?;
        self.record(ChangeKind::Created, &file, now).await?;
        Ok(file)
    }

    /// Give a file its next version: with another name, other content, or both.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn change_file(
        &mut self,
        before: File,
        name: &FileName,
        content: Option<Content>,
        now: i64,
    ) -> Result<File, StorageError> {
        let brought = content.as_ref().filter(|new| new.sha256 != before.sha256).map_or(0, |new| new.size);
        let Content { sha256, size } = content.unwrap_or(Content { sha256: before.sha256.clone(), size: before.size });
        let (version, name_text) = (before.version + 1, name.as_str().to_owned());
        let file = File { name: name_text, version, sha256, size, updated_at: now, ..before };
        let update = self.sql(
            "UPDATE file SET name = ?, name_key = ?, path = ?, version = ?, sha256 = ?, size = ?, updated_at = ? \
             WHERE id = ?",
        );
        let update = update.bind(file.name.clone()).bind(name.key()).bind(crate::content::place(&file.sha256));
        let update = update.bind(version).bind(file.sha256.clone()).bind(size).bind(now).bind(file.id);
        update.execute(self.connection()).await?;
        self.use_bytes(file.user_id, brought).await?;
        self.keep_version(&file, brought).await?;
        self.record(ChangeKind::Updated, &file, now).await?;
        Ok(file)
    }

    /// Delete a file. Its versions stay for a while, see [`Turn::forget_deleted`]; its owner has the room at once.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_file(&mut self, file: &File, now: i64) -> Result<(), StorageError> {
        let update = self.sql("UPDATE file SET deleted_at = ? WHERE id = ?").bind(now).bind(file.id);
        update.execute(self.connection()).await?;
        let freed = self.bytes_of(file.id).await?;
        self.use_bytes(file.user_id, -freed).await?;
        self.record(ChangeKind::Deleted, file, now).await
    }

    /// Bytes that a file's versions take from a quota together.
    async fn bytes_of(&mut self, file: i64) -> Result<i64, StorageError> {
        let select = self.sql("SELECT brought FROM file_version WHERE file_id = ?").bind(file);
        // not SUM: each database gives it another type
        let rows = select.fetch_all(self.connection()).await?;
        rows.iter().try_fold(0, |sum, row| Ok(sum + row.try_get::<i64, _>("brought")?))
    }

    async fn keep_version(&mut self, file: &File, brought: i64) -> Result<(), StorageError> {
        let insert = self.sql(
            "INSERT INTO file_version (file_id, version, name, sha256, size, brought, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        );
        let insert = insert.bind(file.id).bind(file.version).bind(file.name.clone()).bind(file.sha256.clone());
        insert.bind(file.size).bind(brought).bind(file.updated_at).execute(self.connection()).await?;
        Ok(())
    }

    /// Forget the versions of up to `limit` files that were deleted before `then`; whether there may be more.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn forget_deleted(&mut self, then: i64, limit: i64) -> Result<bool, StorageError> {
        let select = "SELECT id FROM file WHERE deleted_at < ? ORDER BY deleted_at LIMIT ?";
        let rows = self.sql(select).bind(then).bind(limit).fetch_all(self.connection()).await?;
        for row in &rows {
            let id: i64 = row.try_get("id")?;
            self.sql("DELETE FROM file_version WHERE file_id = ?").bind(id).execute(self.connection()).await?;
            self.sql("DELETE FROM file WHERE id = ?").bind(id).execute(self.connection()).await?;
        }
        Ok(i64::try_from(rows.len()).is_ok_and(|found| found == limit))
    }

    /// Whether no version has this content.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_unused(&mut self, sha256: &str) -> Result<bool, StorageError> {
        let select = self.sql("SELECT version FROM file_version WHERE sha256 = ? LIMIT 1").bind(sha256.to_owned());
        Ok(select.fetch_optional(self.connection()).await?.is_none())
    }
}
