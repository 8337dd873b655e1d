ALTER TABLE messages ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
-- Taken away by the user, with all that came after it; brought back by clearing it.
ALTER TABLE messages ADD COLUMN deleted_at INTEGER;

-- The pieces of each model's vocabulary that came up in some answer: records and prompts name them by id.
CREATE TABLE vocabularies (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE pieces (
    vocabulary INTEGER NOT NULL REFERENCES vocabularies (id) ON DELETE CASCADE,
    token INTEGER NOT NULL,
    bytes BLOB NOT NULL,                 -- of a control token: its name, empty where it never came up in a prompt
    special INTEGER NOT NULL,
    PRIMARY KEY (vocabulary, token)
) STRICT, WITHOUT ROWID;

-- What the model received for an answer.
CREATE TABLE prompts (
    message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    vocabulary INTEGER NOT NULL REFERENCES vocabularies (id),
    form TEXT NOT NULL,
    ids BLOB NOT NULL,                   -- varints
    segments TEXT NOT NULL               -- JSON, PromptSegment
) STRICT;

-- Text files. Those without a message wait in a composer; they are swept when the app starts.
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    encoding TEXT NOT NULL,
    tokens INTEGER,
    text TEXT NOT NULL
) STRICT;

CREATE INDEX attachments_by_message ON attachments (message_id);

CREATE TABLE presets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    settings TEXT NOT NULL               -- JSON, TurnSettings
) STRICT;
