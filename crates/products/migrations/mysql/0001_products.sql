-- As `../sqlite`, with texts that are compared byte by byte: MariaDB would take `a` and `A` and `á` for the same.

-- The catalogue. Its columns are those that the course gives it; whoever adds one adds a file beside this one.
CREATE TABLE product (
    id          BIGINT        PRIMARY KEY,
    name        VARCHAR(200)  NOT NULL,
    description VARCHAR(4000) NOT NULL,
    price       BIGINT        NOT NULL CHECK (price BETWEEN 0 AND 999999999) -- cents
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Events that were not sent yet: written in the transaction that adds the product, deleted once the broker has them.
CREATE TABLE product_outbox (
    position BIGINT         PRIMARY KEY, -- the product's id
    event    VARCHAR(15000) NOT NULL     -- a CloudEvent as JSON
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was asked for under an Idempotency-Key: asking again adds no second product.
CREATE TABLE product_submission (
    submission  VARCHAR(64) PRIMARY KEY, -- SHA-256 of who asked and of the key, in hexadecimal
    fingerprint VARCHAR(64) NOT NULL,    -- SHA-256 of what was asked for
    product_id  BIGINT      NOT NULL,
    at          BIGINT      NOT NULL     -- Unix seconds
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX product_submission_by_time ON product_submission (at);

-- One row. Whoever writes takes it first and holds it until the commit: so numbers are given in the order in which the
-- commits are seen, by one writer after another.
CREATE TABLE product_ledger (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    last_id  BIGINT NOT NULL -- the last id that was given
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO product_ledger (only_row, last_id) VALUES (1, 0);
