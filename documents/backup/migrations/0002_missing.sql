-- Why a content is not here, and when it is to be asked for again.
ALTER TABLE content ADD COLUMN why     TEXT;                       -- the last reason; NULL when it is here
ALTER TABLE content ADD COLUMN tries   INTEGER NOT NULL DEFAULT 0; -- since it is not here
ALTER TABLE content ADD COLUMN next_at INTEGER NOT NULL DEFAULT 0; -- Unix seconds, of the backup: not before
