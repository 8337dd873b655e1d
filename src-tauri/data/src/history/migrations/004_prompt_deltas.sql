-- A prompt repeats what the one before it held: kept is what is new. Rows without `spans` are from before and whole: `ids`
-- and `segments` as step 3 says. Others: `ids` and `spans` are deltas over `base` (over nothing where it is NULL).
ALTER TABLE prompts ADD COLUMN base INTEGER REFERENCES prompts (message_id);
ALTER TABLE prompts ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;   -- prompts below it
ALTER TABLE prompts ADD COLUMN spans BLOB;

CREATE INDEX prompts_by_base ON prompts (base) WHERE base IS NOT NULL;
