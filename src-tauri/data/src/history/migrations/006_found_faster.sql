-- Names what a model's vocabulary has for ids and pieces: the same for models that share it. NULL: not known yet; it is noted when the
-- model is loaded.
ALTER TABLE vocabularies ADD COLUMN entries TEXT;
CREATE INDEX vocabularies_by_entries ON vocabularies (entries) WHERE entries IS NOT NULL;

-- The list as it is shown first: counted and sorted without a row of it being read.
CREATE INDEX conversations_listed ON conversations (pinned, updated_at) WHERE deleted_at IS NULL AND archived_at IS NULL;
-- SQLite would go on counting by this one, and look at every row for what it does not hold.
DROP INDEX conversations_by_time;
