-- The identity of a conversation and of a message: the same in every copy and export.
ALTER TABLE conversations ADD COLUMN uid TEXT;
ALTER TABLE messages ADD COLUMN uid TEXT;
-- Of rows that are there it follows from them, so that every copy of this history comes to the same.
UPDATE conversations SET uid = printf('%016x%016x', created_at, id);
UPDATE messages SET uid = printf('%016x%016x', created_at, id);
CREATE UNIQUE INDEX conversations_by_uid ON conversations (uid);
CREATE UNIQUE INDEX messages_by_uid ON messages (uid);
CREATE TRIGGER conversation_uid AFTER INSERT ON conversations WHEN new.uid IS NULL BEGIN
    UPDATE conversations SET uid = lower(hex(randomblob(16))) WHERE id = new.id;
END;
CREATE TRIGGER message_uid AFTER INSERT ON messages WHEN new.uid IS NULL BEGIN
    UPDATE messages SET uid = lower(hex(randomblob(16))) WHERE id = new.id;
END;

CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL
) STRICT;

ALTER TABLE conversations ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN archived_at INTEGER;          -- milliseconds since 1970, UTC
ALTER TABLE conversations ADD COLUMN folder_id INTEGER REFERENCES folders (id) ON DELETE SET NULL;
CREATE INDEX conversations_by_folder ON conversations (folder_id) WHERE folder_id IS NOT NULL;

-- A copy of a message of another conversation (duplicated, split): what it took was counted there.
ALTER TABLE messages ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;

-- Derived, so that lists read no messages; `conversations::recount` makes both anew.
-- Deleted itself or below a deleted one: not to be reached.
ALTER TABLE messages ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
-- Messages that are not hidden.
ALTER TABLE conversations ADD COLUMN message_count INTEGER NOT NULL DEFAULT 0;
-- 'chinese', 'english', 'other'; NULL: not looked at yet, or without letters.
ALTER TABLE conversations ADD COLUMN written_in TEXT;

WITH RECURSIVE gone (id) AS (
    SELECT id FROM messages WHERE deleted_at IS NOT NULL
    UNION
    SELECT messages.id FROM messages JOIN gone ON messages.parent_id = gone.id
)
UPDATE messages SET hidden = 1 WHERE id IN (SELECT id FROM gone);
UPDATE conversations SET message_count = (
    SELECT count(*) FROM messages WHERE conversation_id = conversations.id AND hidden = 0
);
CREATE TRIGGER message_counted AFTER INSERT ON messages BEGIN
    UPDATE conversations SET message_count = message_count + 1 WHERE id = new.conversation_id AND new.hidden = 0;
    UPDATE messages SET hidden = 1 WHERE id = new.id AND hidden = 0 AND (deleted_at IS NOT NULL
        OR EXISTS (SELECT 1 FROM messages AS parent WHERE parent.id = new.parent_id AND parent.hidden = 1));
END;
CREATE TRIGGER message_recounted AFTER UPDATE OF hidden ON messages WHEN new.hidden IS NOT old.hidden BEGIN
    UPDATE conversations SET message_count = message_count + old.hidden - new.hidden WHERE id = new.conversation_id;
END;
CREATE TRIGGER message_uncounted AFTER DELETE ON messages WHEN old.hidden = 0 BEGIN
    UPDATE conversations SET message_count = message_count - 1 WHERE id = old.conversation_id;
END;

CREATE INDEX conversations_in_bin ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;

-- What stands in a composer and was not sent.
CREATE TABLE drafts (
    conversation_id INTEGER PRIMARY KEY,     -- 0: of a conversation that is not begun
    text TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE draft_attachments (
    conversation_id INTEGER NOT NULL REFERENCES drafts (conversation_id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    attachment_id INTEGER NOT NULL REFERENCES attachments (id) ON DELETE CASCADE,
    PRIMARY KEY (conversation_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX draft_attachments_by_attachment ON draft_attachments (attachment_id);

CREATE TRIGGER draft_forgotten AFTER DELETE ON conversations BEGIN
    DELETE FROM drafts WHERE conversation_id = old.id;
END;

-- What imports did.
CREATE TABLE import_receipts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    receipt TEXT NOT NULL                    -- JSON
) STRICT;

-- Members of an imported document that this version of the app has no place for: JSON, given back by an export.
ALTER TABLE conversations ADD COLUMN extra TEXT;
ALTER TABLE messages ADD COLUMN extra TEXT;
