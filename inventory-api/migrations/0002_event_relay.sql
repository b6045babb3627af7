-- One row: how far the changes have been told to others, as events. What is in `server_change` behind it is still to be
-- told. An inventory that is older than this table begins with what happens from now on: its past is no news.
CREATE TABLE event_relay (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    sent_to  BIGINT NOT NULL -- a revision
);

INSERT INTO event_relay (only_row, sent_to)
SELECT 1, COALESCE(MAX(revision), 0) FROM server_change;
