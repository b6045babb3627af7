-- What the documents API has told, one history for each of its databases. A database that was replaced, or set back to
-- an older state, begins a new one: its numbers mean something else, and nothing of the old one may be lost.
CREATE TABLE history (
    id         INTEGER PRIMARY KEY, -- in the order in which they began
    epoch      TEXT    NOT NULL,    -- what the API calls its database
    generation INTEGER NOT NULL,    -- counts the times that one database was set back, from 1
    seq        INTEGER NOT NULL,    -- the last change that is copied: the position
    UNIQUE (epoch, generation)
);

-- One row: the history that goes on.
CREATE TABLE following (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    history  INTEGER NOT NULL REFERENCES history (id)
);

-- Every change: so every version of every file, and every deletion.
CREATE TABLE change (
    id        INTEGER PRIMARY KEY, -- in the order in which they were copied
    history   INTEGER NOT NULL REFERENCES history (id),
    seq       INTEGER NOT NULL,
    kind      TEXT    NOT NULL, -- created, updated, deleted
    file_id   INTEGER NOT NULL,
    user_id   INTEGER,          -- NULL: it belongs to the company
    name      TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    sha256    TEXT    NOT NULL REFERENCES content (sha256),
    size      INTEGER NOT NULL,
    at        INTEGER NOT NULL, -- Unix seconds, of the API
    copied_at INTEGER NOT NULL, -- Unix seconds, of the backup
    UNIQUE (history, seq)
);

CREATE INDEX change_by_file ON change (history, file_id, seq);
CREATE INDEX change_by_content ON change (sha256);
CREATE INDEX change_by_time ON change (at);

-- Every content, once however many versions have it.
CREATE TABLE content (
    sha256 TEXT    PRIMARY KEY, -- in hexadecimal
    size   INTEGER NOT NULL,
    state  TEXT    NOT NULL     -- here; missing: the API had it no more; damaged: it was here, and is to be fetched anew
);

CREATE INDEX content_to_mend ON content (state) WHERE state <> 'here';
