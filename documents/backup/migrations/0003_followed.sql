-- Which history was followed when: numbers of changes and files mean something else in each, and whoever asks for a moment
-- means the one of then. In seconds of the API's clock, as the changes are.
CREATE TABLE followed (
    id      INTEGER PRIMARY KEY, -- in the order in which they were followed; the last one goes on
    history INTEGER NOT NULL REFERENCES history (id),
    since   INTEGER NOT NULL,    -- when it was first seen
    until   INTEGER NOT NULL     -- when it was last seen, as far as is noted
);

-- Of before this was noted: when something was copied of it.
INSERT INTO followed (history, since, until)
SELECT history, min(copied_at), max(copied_at) FROM change
GROUP BY history
ORDER BY history = (SELECT history FROM following), history;

INSERT INTO followed (history, since, until)
SELECT history, unixepoch(), unixepoch() FROM following
WHERE history NOT IN (SELECT history FROM followed);
