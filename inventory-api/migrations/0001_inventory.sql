-- The same statements run on SQLite and on PostgreSQL: the types below mean the same in both.

-- What is there now.
CREATE TABLE server (
    id          BIGINT PRIMARY KEY,
    hostname    TEXT   NOT NULL UNIQUE,
    ip          TEXT   NOT NULL,
    status      TEXT   NOT NULL CHECK (status IN ('up', 'down', 'maintenance')),
    tags        TEXT   NOT NULL, -- a JSON array of strings
    description TEXT   NOT NULL,
    created_at  BIGINT NOT NULL, -- Unix seconds
    updated_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL  -- counts the changes, from 1
);

-- What happened, in order, without a gap: the history that people read, and what the other replicas follow.
CREATE TABLE server_change (
    revision  BIGINT PRIMARY KEY,
    server_id BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    actor     TEXT   NOT NULL,
    action    TEXT   NOT NULL CHECK (action IN ('created', 'updated', 'deleted')),
    changes   TEXT   NOT NULL, -- a JSON array of {field, from, to}
    server    TEXT             -- the server after the change, as JSON; NULL when it was deleted
);

CREATE INDEX server_change_by_server ON server_change (server_id, revision);

-- One row: where the inventory stands. A writer moves it from the revision that it knows to the next, or learns
-- that somebody was faster.
CREATE TABLE inventory (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    epoch    TEXT   NOT NULL, -- tells this database from any other
    revision BIGINT NOT NULL,
    next_id  BIGINT NOT NULL
);
