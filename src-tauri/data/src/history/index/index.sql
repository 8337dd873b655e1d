-- What is derived from messages so that nothing has to read them all: search, token occurrences, counts. It can be lost
-- at any time; `index::ensure` makes it anew, and whoever changes this file counts `index::FORM` up.
DROP TRIGGER IF EXISTS index_inserted;
DROP TRIGGER IF EXISTS index_updated;
DROP TRIGGER IF EXISTS index_deleted;
DROP TRIGGER IF EXISTS index_recorded;
DROP TRIGGER IF EXISTS index_recorded_anew;
DROP TRIGGER IF EXISTS index_attached;
DROP TRIGGER IF EXISTS index_attached_later;
DROP TRIGGER IF EXISTS index_detached;
DROP TABLE IF EXISTS index_form;
DROP TABLE IF EXISTS index_queue;
DROP TABLE IF EXISTS search_long;
DROP TABLE IF EXISTS search_short;
DROP TABLE IF EXISTS digests;
DROP TABLE IF EXISTS cuts;
DROP TABLE IF EXISTS token_messages;
DROP TABLE IF EXISTS token_marks;
DROP TABLE IF EXISTS surprises;
DROP TABLE IF EXISTS refused_ends;
DROP TABLE IF EXISTS end_tokens;

CREATE TABLE index_form (
    version INTEGER NOT NULL
) STRICT;

-- Messages whose index is not as they are now.
CREATE TABLE index_queue (
    message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    answer INTEGER NOT NULL
) STRICT;

-- Rows of both: 4 * message + 0 for a question or an answer, 4 * message + 1 for the thoughts of an answer,
-- 4 * attachment + 2 for a file. Folded (`fold`), without a copy of the text.
-- Terms of three characters and more.
CREATE VIRTUAL TABLE search_long USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);
-- Every character and every pair of neighbours, each once (`fold::short_grams`).
CREATE VIRTUAL TABLE search_short USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- One row a message that is not hidden: letters by script; of an answer, what statistics count.
CREATE TABLE digests (
    message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    copied INTEGER NOT NULL,
    han INTEGER NOT NULL,
    latin INTEGER NOT NULL,
    letters INTEGER NOT NULL,            -- others
    model TEXT,                          -- of an answer
    slot TEXT,
    stop_reason TEXT,
    read INTEGER,                        -- tokens of the prompt
    written INTEGER,                     -- tokens that are no other version's
    recorded INTEGER,                    -- of them, those with a record
    surprise REAL                        -- sum over these, in bits
) STRICT;

CREATE INDEX digests_by_conversation ON digests (conversation_id, model, message_id);
CREATE INDEX digests_by_stop ON digests (stop_reason, message_id) WHERE stop_reason IS NOT NULL;
CREATE INDEX digests_by_time ON digests (created_at, model, copied, read, written, recorded, surprise)
    WHERE model IS NOT NULL;
CREATE INDEX digests_by_model ON digests (model) WHERE model IS NOT NULL;

-- At how many tokens a rule took candidates away, among those that are recorded.
CREATE TABLE cuts (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (message_id, rule)
) STRICT, WITHOUT ROWID;

-- Which answers have a token: rows are messages, terms `VOCABULARYxTOKEN`.
CREATE VIRTUAL TABLE token_messages USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- The tokens of an answer, a few bytes each (`index::marks`).
CREATE TABLE token_marks (
    message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    data BLOB NOT NULL
) STRICT;

-- The least probable tokens of each answer.
CREATE TABLE surprises (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    token_index INTEGER NOT NULL,
    probability REAL NOT NULL,
    PRIMARY KEY (message_id, token_index)
) STRICT, WITHOUT ROWID;

CREATE INDEX surprises_by_probability ON surprises (probability);

-- Where a control token was the most probable one and another was written.
CREATE TABLE refused_ends (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    token_index INTEGER NOT NULL,
    vocabulary INTEGER NOT NULL,
    token INTEGER NOT NULL,              -- the control token
    PRIMARY KEY (message_id, token_index)
) STRICT, WITHOUT ROWID;

-- Tokens that ended an answer, or that were refused as its end by the user: these are end tokens.
CREATE TABLE end_tokens (
    vocabulary INTEGER NOT NULL,
    token INTEGER NOT NULL,
    PRIMARY KEY (vocabulary, token)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER index_inserted AFTER INSERT ON messages BEGIN
    INSERT OR IGNORE INTO index_queue (message_id, answer) VALUES (new.id, new.role = 'assistant');
END;
CREATE TRIGGER index_updated AFTER UPDATE OF role, text, status, facts, hidden, copied ON messages BEGIN
    INSERT OR IGNORE INTO index_queue (message_id, answer) VALUES (new.id, new.role = 'assistant');
END;
CREATE TRIGGER index_deleted AFTER DELETE ON messages BEGIN
    DELETE FROM search_long WHERE rowid IN (4 * old.id, 4 * old.id + 1);
    DELETE FROM search_short WHERE rowid IN (4 * old.id, 4 * old.id + 1);
    DELETE FROM token_messages WHERE rowid = old.id;
END;
CREATE TRIGGER index_recorded AFTER INSERT ON token_records BEGIN
    INSERT OR IGNORE INTO index_queue (message_id, answer) VALUES (new.message_id, 1);
END;
CREATE TRIGGER index_recorded_anew AFTER UPDATE ON token_records BEGIN
    INSERT OR IGNORE INTO index_queue (message_id, answer) VALUES (new.message_id, 1);
END;
CREATE TRIGGER index_attached AFTER INSERT ON attachments WHEN new.message_id IS NOT NULL BEGIN
    INSERT OR IGNORE INTO index_queue (message_id, answer) VALUES (new.message_id, 0);
END;
CREATE TRIGGER index_attached_later AFTER UPDATE ON attachments WHEN new.message_id IS NOT NULL BEGIN
    INSERT OR IGNORE INTO index_queue (message_id, answer) VALUES (new.message_id, 0);
END;
CREATE TRIGGER index_detached AFTER DELETE ON attachments BEGIN
    DELETE FROM search_long WHERE rowid = 4 * old.id + 2;
    DELETE FROM search_short WHERE rowid = 4 * old.id + 2;
END;

INSERT INTO index_queue (message_id, answer) SELECT id, role = 'assistant' FROM messages;
