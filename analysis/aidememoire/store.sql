-- One study's statements. Rows are added, never changed, except for "present" and what is known of a file.
CREATE TABLE IF NOT EXISTS files (
    corpus TEXT NOT NULL,
    source_path TEXT NOT NULL,
    size INTEGER,
    mtime_ns INTEGER,
    sha256 TEXT,
    context TEXT,
    status TEXT NOT NULL CHECK (status IN ('read', 'refused')),
    reason TEXT NOT NULL DEFAULT '',
    reader TEXT NOT NULL DEFAULT '',
    encoding TEXT NOT NULL DEFAULT '',
    refused_records TEXT NOT NULL DEFAULT '[]',
    present INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (corpus, source_path)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS texts (
    id INTEGER PRIMARY KEY,
    text_sha256 TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    n_words INTEGER NOT NULL,     -- runs between white space
    raw BLOB NOT NULL,            -- the decoded file text that gave it first, zlib
    clean_starts BLOB NOT NULL,   -- little-endian int32, see cleantext.py
    raw_starts BLOB NOT NULL
);

-- The raw text of a statement whose cleaned text another raw text gave first. Version 4 and before had none of these;
-- all files are read again by READERS_VERSION 4, which fills it.
CREATE TABLE IF NOT EXISTS other_raws (
    statement_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    raw BLOB NOT NULL,            -- as in texts
    clean_starts BLOB NOT NULL,
    raw_starts BLOB NOT NULL,
    PRIMARY KEY (statement_id, revision)
);

CREATE TABLE IF NOT EXISTS statements (
    statement_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    corpus TEXT NOT NULL,
    content_sha TEXT NOT NULL,    -- of text and fields: a revision is made when it changes
    actor TEXT, actor_rule TEXT, speaker TEXT, role TEXT, agency TEXT,
    date TEXT, date_precision TEXT, date_rule TEXT, published TEXT,
    place TEXT, occasion TEXT, language TEXT, kind TEXT, title TEXT, url TEXT,
    source_path TEXT NOT NULL,
    text_sha256 TEXT NOT NULL REFERENCES texts (text_sha256),
    ingested_at TEXT NOT NULL,
    PRIMARY KEY (statement_id, revision)
) WITHOUT ROWID;

-- Which revision of a statement is current, and whether its source still holds it.
CREATE TABLE IF NOT EXISTS heads (
    statement_id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    corpus TEXT NOT NULL,
    source_path TEXT NOT NULL,
    present INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS heads_by_source ON heads (corpus, source_path);

CREATE VIRTUAL TABLE IF NOT EXISTS texts_search USING fts5 (
    text, content = 'texts', content_rowid = 'id', tokenize = 'unicode61'
);
CREATE TRIGGER IF NOT EXISTS texts_searchable AFTER INSERT ON texts BEGIN
    INSERT INTO texts_search (rowid, text) VALUES (new.id, new.text);
END;

-- Results kept by what they depend on; see ledger.py for the arrays. Rows lie in the order in which they come: sorted by
-- hash, each new one would move its neighbours. Stores of version 5 and before have them sorted, and keep them so.
CREATE TABLE IF NOT EXISTS segmentations (
    text_sha256 TEXT NOT NULL,
    segmenter TEXT NOT NULL,
    spans BLOB NOT NULL,
    PRIMARY KEY (text_sha256, segmenter)
);
-- Hits by codebook and code version, those of hundreds of texts in a row; see keptmatches.py.
CREATE TABLE IF NOT EXISTS match_parts (
    id INTEGER PRIMARY KEY,
    codebook_sha256 TEXT NOT NULL,
    code_version TEXT NOT NULL,
    texts BLOB NOT NULL,          -- their hashes, 32 bytes each
    counts BLOB NOT NULL,         -- hits of each, little-endian int32
    rows BLOB NOT NULL            -- the hits of all
);
CREATE INDEX IF NOT EXISTS match_parts_by_codebook ON match_parts (codebook_sha256, code_version);
-- Codebooks that were matched to the end, the last with the largest id, and for each of their rules a hash of what
-- decides its hits (JSON list): an edited codebook looks only for what changed; see matching/edits.py.
CREATE TABLE IF NOT EXISTS matched_codebooks (
    id INTEGER PRIMARY KEY,
    codebook_sha256 TEXT NOT NULL,
    code_version TEXT NOT NULL,
    definitions TEXT NOT NULL,
    UNIQUE (codebook_sha256, code_version)
);
-- Of version 3 and before, and of version 5 and before; what they held is found again.
DROP TABLE IF EXISTS matches;
DROP TABLE IF EXISTS text_matches;

-- What a scan leaves of a text; see tokenindex.py. The vocabulary only grows: all blobs point into it.
CREATE TABLE IF NOT EXISTS token_indexes (
    text_sha256 TEXT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,            -- a blob under another key is of no use and replaced
    blob BLOB NOT NULL            -- see matching/fast/index.py
);
CREATE TABLE IF NOT EXISTS vocabulary (
    number INTEGER PRIMARY KEY,   -- 0, 1, 2, ...
    word TEXT NOT NULL            -- as written
);

-- What duplicates are found by: a signature a text, and what two texts were found to share.
CREATE TABLE IF NOT EXISTS signatures (
    text_sha256 TEXT NOT NULL,
    version TEXT NOT NULL,
    minhash BLOB NOT NULL,        -- little-endian uint32, see duplicates/signatures.py
    passages BLOB NOT NULL,
    PRIMARY KEY (text_sha256, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS overlaps (
    first TEXT NOT NULL,          -- text hashes, the smaller first; see duplicates/overlap.py
    second TEXT NOT NULL,
    version TEXT NOT NULL,
    words INTEGER NOT NULL,
    jaccard REAL NOT NULL,
    containment REAL NOT NULL,
    carried INTEGER NOT NULL,
    names REAL NOT NULL,
    PRIMARY KEY (first, second, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relations (
    key TEXT PRIMARY KEY,         -- of all that decides them: only the last are kept; see duplicates/kept.py
    rows BLOB NOT NULL
);

-- Voices of a statement by a hash of all that decides them; see voicing.py.
CREATE TABLE IF NOT EXISTS voicings (
    key TEXT NOT NULL PRIMARY KEY,
    names TEXT NOT NULL,          -- JSON list that the rows' numbers point into
    rows BLOB NOT NULL
);
-- Places where a text names actors, by text and table of actors; see mentions/kept.py.
CREATE TABLE IF NOT EXISTS mentions (
    version TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    rows BLOB NOT NULL,
    PRIMARY KEY (version, text_sha256)
);
CREATE TABLE IF NOT EXISTS settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- What the trained coder says of a text's sentences; see scored.py.
CREATE TABLE IF NOT EXISTS scores (
    key TEXT NOT NULL,            -- hash of weights, codebook, actors and code version
    text_sha256 TEXT NOT NULL,
    year INTEGER NOT NULL,        -- of the statement: years mentioned are old against it; 0 if not known
    rows BLOB NOT NULL,
    PRIMARY KEY (key, text_sha256, year)
) WITHOUT ROWID;
