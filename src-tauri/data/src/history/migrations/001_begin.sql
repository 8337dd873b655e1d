-- AUTOINCREMENT: an id is never used again, so that "the newest version" is the largest id.
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    title_is_manual INTEGER NOT NULL DEFAULT 0,
    settings TEXT NOT NULL,              -- JSON, TurnSettings
    active_leaf INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,         -- this and all times: milliseconds since 1970, UTC
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

CREATE INDEX conversations_by_time ON conversations (updated_at) WHERE deleted_at IS NULL;

-- A tree: siblings are versions of each other.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
    text TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('streaming', 'complete', 'interrupted')),
    facts TEXT,                          -- JSON, AnswerFacts; of an answer
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX messages_by_place ON messages (conversation_id, parent_id);
CREATE INDEX messages_by_parent ON messages (parent_id);
CREATE INDEX messages_streaming ON messages (status) WHERE status = 'streaming';

-- The token records of an answer, in chunks that are appended while it is written.
CREATE TABLE token_records (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    chunk INTEGER NOT NULL,
    data BLOB NOT NULL,                  -- begins with the version of its format
    PRIMARY KEY (message_id, chunk)
) STRICT;

CREATE TABLE recent_models (
    path TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    architecture TEXT NOT NULL,
    quantization TEXT NOT NULL,
    file_size INTEGER NOT NULL,
    opened_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL                  -- JSON
) STRICT;
