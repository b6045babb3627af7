-- As `../ansi`, with texts that are compared byte by byte: MariaDB would take `a` and `A` and `á` for the same.

-- Who may log in.
CREATE TABLE "user" (
    id         BIGINT       PRIMARY KEY,
    login      VARCHAR(255) NOT NULL UNIQUE,
    name       VARCHAR(255) NOT NULL,
    password   VARCHAR(255) NOT NULL, -- an argon2id hash with its salt and its cost
    admin      BIGINT       NOT NULL, -- 1 or 0
    quota      BIGINT,                -- bytes; NULL is what the settings say
    used       BIGINT       NOT NULL, -- bytes of all versions of all files that are not deleted
    created_at BIGINT       NOT NULL, -- Unix seconds
    updated_at BIGINT       NOT NULL,
    version    BIGINT       NOT NULL  -- counts the changes, from 1
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who is logged in. The token itself is not here: whoever reads this table can be nobody.
CREATE TABLE session (
    token      VARCHAR(64) PRIMARY KEY, -- SHA-256 of the token, in hexadecimal
    user_id    BIGINT      NOT NULL,
    expires_at BIGINT      NOT NULL,
    -- in a line of its own: MySQL reads it over behind a column
    FOREIGN KEY (user_id) REFERENCES "user" (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX session_by_user ON session (user_id);

-- The files as they are now, and those that were deleted lately.
CREATE TABLE file (
    id         BIGINT       PRIMARY KEY,
    user_id    BIGINT, -- NULL: it belongs to the company, and admins alone see it
    name       VARCHAR(255) NOT NULL,
    name_key   VARCHAR(255) NOT NULL, -- the same for names that nobody could tell apart
    path       VARCHAR(255) NOT NULL, -- where its content lies
    version    BIGINT       NOT NULL,
    sha256     VARCHAR(64)  NOT NULL,
    size       BIGINT       NOT NULL,
    created_at BIGINT       NOT NULL,
    updated_at BIGINT       NOT NULL,
    deleted_at BIGINT,
    FOREIGN KEY (user_id) REFERENCES "user" (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX file_by_user ON file (user_id, name_key);
CREATE INDEX file_by_deletion ON file (deleted_at);

-- Every version of every file.
CREATE TABLE file_version (
    file_id BIGINT       NOT NULL,
    version BIGINT       NOT NULL,
    name    VARCHAR(255) NOT NULL,
    sha256  VARCHAR(64)  NOT NULL,
    size    BIGINT       NOT NULL,
    brought BIGINT       NOT NULL, -- bytes that it takes from its owner's quota: none when it is another name alone
    at      BIGINT       NOT NULL,
    PRIMARY KEY (file_id, version),
    FOREIGN KEY (file_id) REFERENCES file (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- which content is still needed
CREATE INDEX file_version_by_content ON file_version (sha256);

-- What happened, in order, without a gap: what readers follow, and what is told to others.
CREATE TABLE file_change (
    seq     BIGINT       PRIMARY KEY,
    kind    VARCHAR(16)  NOT NULL, -- created, updated, deleted
    file_id BIGINT       NOT NULL,
    user_id BIGINT,
    name    VARCHAR(255) NOT NULL,
    version BIGINT       NOT NULL,
    sha256  VARCHAR(64)  NOT NULL,
    size    BIGINT       NOT NULL,
    at      BIGINT       NOT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX file_change_by_user ON file_change (user_id, seq);

-- One row. Whoever writes takes it first and holds it until the commit: so numbers are given in the order in which the
-- commits are seen, by one writer after another.
CREATE TABLE ledger (
    only_row  BIGINT      PRIMARY KEY CHECK (only_row = 1),
    epoch     VARCHAR(64) NOT NULL, -- tells this database from any other
    turn      BIGINT      NOT NULL, -- counts the writers
    seq       BIGINT      NOT NULL, -- of the last change
    last_user BIGINT      NOT NULL, -- the last id that was given
    last_file BIGINT      NOT NULL,
    sent_to   BIGINT      NOT NULL  -- up to this change others were told
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
