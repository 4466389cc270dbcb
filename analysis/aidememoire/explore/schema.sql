-- What explore shows of one run. Written once and only read afterwards; numbers of sentences run in order of time.
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;  -- values are JSON

CREATE TABLE themes (
    position INTEGER PRIMARY KEY,
    theme TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    definition TEXT NOT NULL,
    charted INTEGER NOT NULL      -- 1 if the study charts it
);
CREATE TABLE rules (
    rule TEXT NOT NULL,
    theme TEXT NOT NULL,
    pattern TEXT NOT NULL,        -- as written in the codebook
    PRIMARY KEY (theme, rule)
) WITHOUT ROWID;

CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE statements (
    id INTEGER PRIMARY KEY,
    statement_id TEXT NOT NULL UNIQUE,
    actor TEXT, actor_rule TEXT, speaker TEXT, role TEXT, agency TEXT,
    date TEXT, date_precision TEXT, date_rule TEXT, published TEXT,
    place TEXT, occasion TEXT, language TEXT, kind TEXT, title TEXT, url TEXT, source_path TEXT,
    duplicate_of TEXT, event_id TEXT, ingested_at TEXT,
    period TEXT,
    in_chart INTEGER NOT NULL,    -- 1 if the points by group count it
    in_overview INTEGER NOT NULL, -- 1 if the points over all groups count it
    text_id INTEGER NOT NULL REFERENCES texts (id)
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY,
    statement INTEGER NOT NULL REFERENCES statements (id),
    sentence INTEGER NOT NULL,
    start INTEGER NOT NULL,       -- characters of the statement's text, [start, end)
    "end" INTEGER NOT NULL,
    voice TEXT,
    speaker TEXT,
    technical TEXT,
    eligible INTEGER NOT NULL     -- 1 if its voice is one of those that the study counts, and it is not technical
);
CREATE TABLE hits (
    sentence_id INTEGER NOT NULL REFERENCES sentences (id),
    theme TEXT NOT NULL,
    rule TEXT NOT NULL,
    start INTEGER NOT NULL,       -- characters of the statement's text
    "end" INTEGER NOT NULL
);
CREATE TABLE codes (
    sentence_id INTEGER NOT NULL REFERENCES sentences (id),
    theme TEXT NOT NULL,
    coder TEXT NOT NULL,
    value INTEGER NOT NULL,       -- 2 clear, 1 borderline; absent means 0
    score REAL,
    PRIMARY KEY (theme, sentence_id, coder)
) WITHOUT ROWID;
-- The numerators of the charts' points: sentences coded strictly enough by the coder of the series. Which of their
-- statements count is said by in_chart and in_overview.
CREATE TABLE counted (
    theme TEXT NOT NULL,
    sentence_id INTEGER NOT NULL REFERENCES sentences (id),
    PRIMARY KEY (theme, sentence_id)
) WITHOUT ROWID;

CREATE VIEW sentence_texts AS
    SELECT s.id, t.statement_id, s.sentence, t.date, t.actor, s.speaker, s.voice, s.technical,
        substr(x.text, s.start + 1, s."end" - s.start) AS text
    FROM sentences s JOIN statements t ON t.id = s.statement JOIN texts x ON x.id = t.text_id;
CREATE VIRTUAL TABLE sentences_search USING fts5 (
    text, content = 'sentence_texts', content_rowid = 'id', columnsize = 0, tokenize = 'unicode61'
);
