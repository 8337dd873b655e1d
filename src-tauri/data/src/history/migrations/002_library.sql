-- How a model was loaded last.
ALTER TABLE recent_models ADD COLUMN options TEXT NOT NULL DEFAULT '{}';   -- JSON, LoadOptions

-- Models that are being loaded now or that brought something down when they last were. A file that has
-- changed since is another model.
CREATE TABLE load_notes (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,           -- milliseconds since 1970, UTC
    kind TEXT NOT NULL CHECK (kind IN ('loading', 'crashed', 'killed', 'hung', 'app_ended')),
    at INTEGER NOT NULL
) STRICT;

-- Folders in which the library looks for models, beside the usual places of other apps.
CREATE TABLE library_folders (
    path TEXT PRIMARY KEY,
    added_at INTEGER NOT NULL
) STRICT;

-- Files that the user took off the list of the library.
CREATE TABLE library_hidden (
    path TEXT PRIMARY KEY
) STRICT;

-- What headers said, so that a file is read once. Nothing here is missed when it is gone.
CREATE TABLE library_files (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    reader TEXT NOT NULL,                -- the program that read it; another one reads it again
    found TEXT NOT NULL                  -- JSON, FoundModel
) STRICT;

-- SHA-256 of whole files, for finding duplicates.
CREATE TABLE library_digests (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    sha256 TEXT NOT NULL
) STRICT;
