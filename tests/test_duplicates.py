from __future__ import annotations

import importlib.util
import json
import lzma
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidememoire import Corpus, ReadOptions, code, duplicates, series
from aidememoire.codebook.model import Codebook
from aidememoire.duplicates import crowds, duplicates_of, with_events
from aidememoire.duplicates.candidates import spans_of
from aidememoire.duplicates.names import names_of
from aidememoire.duplicates.overlap import RUN, overlap, read
from aidememoire.duplicates.signatures import keep_signatures, passages_of, shingles_of
from aidememoire.errors import SeriesError, StudyError
from aidememoire.store import SCHEMA_VERSION
from aidememoire.studyfile import load_study
from aidememoire.yamlfile import load_yaml

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "corpus" / "sample"
VOCABULARY = [
    a + b + c for a in "ba ke li mo nu ro sa ti".split() for b in "den far gol mit".split() for c in "a e os um".split()
]
BOOK = Codebook.model_validate(
    {
        "meta": {"version": "1"},
        "sha256": "duplicates",
        "themes": [{"id": "past", "family": "memory", "definition": "d", "patterns": {"phrases": ["remember"]}}],
    }
)


def benchmark():
    spec = importlib.util.spec_from_file_location(
        "duplicates_benchmark", ROOT / "tests" / "benchmarks" / "duplicates.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def speech(seed: int, sentences: int = 20) -> list[str]:
    """Sentences of 14 invented words: no two speeches share a shingle but by chance."""
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(VOCABULARY, size=14)).capitalize() + "." for _ in range(sentences)]


def story(text: list[str] | str, **fields: str) -> str:
    head = "".join(f"{key}: {value}\n" for key, value in {"actor": "XAA", **fields}.items())
    return f"---\n{head}---\n\n{text if isinstance(text, str) else ' '.join(text)}\n"


def quoting(sentences: list[str], by: str = "TELDA") -> str:
    own = speech(sum(map(ord, by)), 4)
    return f"{own[0]} “{' '.join(sentences[:2])}” he said. {own[1]} “{' '.join(sentences[2:])}” {own[2]} {own[3]}"


def relations(corpus: Corpus) -> list[tuple[str, str, str]]:
    found = corpus.duplicates()[["statement_id", "other", "relation"]].itertuples(index=False)
    return [(a.removeprefix("statements/"), b.removeprefix("statements/"), kind) for a, b, kind in found]


def column(corpus: Corpus, name: str) -> dict[str, str]:
    table = corpus.statements().set_index("statement_id")[name].dropna()
    return {key.removeprefix("statements/"): value.removeprefix("statements/") for key, value in table.items()}


def test_the_same_text_by_another_agency_is_one_event(make_corpus):
    text = speech(1)
    corpus = make_corpus({
        "a.md": story(text, date="2020-05-01", title="Address"),
        "b.md": story(text, date="2020-05-03", agency="TELDA", title="Minister speaks"),
    })  # fmt: skip
    assert relations(corpus) == [("b.md", "a.md", "exact")]
    assert column(corpus, "duplicate_of") == {"b.md": "a.md"}
    assert column(corpus, "event_id") == {"a.md": "a.md", "b.md": "a.md"}


@pytest.mark.parametrize("seed", range(5))
def test_a_careless_reprint_is_near(make_corpus, seed):
    text = " ".join(speech(seed, 40))
    copy = benchmark().reprint(text, np.random.default_rng(seed))
    corpus = make_corpus({"a.md": story(text, date="2020-05-01"), "b.md": story(copy, date="2020-05-02")})
    assert relations(corpus) == [("b.md", "a.md", "near")]
    assert column(corpus, "duplicate_of") == {"b.md": "a.md"}


def test_an_extended_version_is_revised_and_no_repeat(make_corpus):
    short, more = speech(1, 15), speech(2, 15)
    corpus = make_corpus({
        "a.md": story(short, date="2020-05-01"), "b.md": story([*short[:8], *more, *short[8:]], date="2020-05-02")
    })  # fmt: skip
    assert relations(corpus) == [("b.md", "a.md", "revised")]
    assert column(corpus, "duplicate_of") == {}
    assert column(corpus, "event_id") == {"a.md": "a.md", "b.md": "a.md"}


def test_a_wire_story_that_carries_a_speech_is_of_its_event(make_corpus):
    text = speech(1)
    corpus = make_corpus({
        "speech.md": story(text, date="2020-05-01", kind="speech"),
        "wire.md": story(quoting(text[3:7]), date="2020-05-02", kind="wire_story", agency="TELDA"),
        "other.md": story(quoting(text[3:7], "OTHER"), date="2020-05-02", kind="wire_story", agency="OTHER"),
    })  # fmt: skip
    assert relations(corpus) == [("other.md", "speech.md", "carried"), ("wire.md", "speech.md", "carried")]
    assert set(column(corpus, "event_id").values()) == {"speech.md"}
    assert column(corpus, "duplicate_of") == {}


def test_two_agencies_carry_a_speech_that_is_not_there(make_corpus):
    words = speech(1)[3:7]
    corpus = make_corpus({
        by + ".md": story(quoting(words, by), date="2020-05-02", kind="wire_story", agency=by) for by in ("AAA", "BBB")
    })  # fmt: skip
    assert relations(corpus) == [("BBB.md", "AAA.md", "carried")]


@pytest.mark.parametrize(
    "change", [{"actor": "XBB"}, {"date": "2020-05-09"}, {"date": "2020"}, {"kind": "press_release"}]
)
def test_words_are_not_carried_across(make_corpus, change):
    text = speech(1)
    wire = {"date": "2020-05-02", "kind": "wire_story", "agency": "TELDA", **change}
    corpus = make_corpus({
        "speech.md": story(text, date="2020-05-01", kind="speech"), "wire.md": story(quoting(text[3:7]), **wire)
    })  # fmt: skip
    assert relations(corpus) == []


def test_a_roundup_of_two_speeches_does_not_join_them(make_corpus):
    one, two = speech(1), speech(2)
    corpus = make_corpus({
        "one.md": story(one, date="2020-05-01"),
        "two.md": story(two, date="2020-05-01"),
        "wire.md": story(quoting([*one[:5], *two[:4]]), date="2020-05-01", kind="wire_story", agency="TELDA"),
    })  # fmt: skip
    assert relations(corpus) == [("wire.md", "one.md", "carried")]


def test_what_comes_back_every_year_is_not_one_event(make_corpus):
    text = speech(1)
    corpus = make_corpus({f"{year}.md": story(text, date=f"{year}-05-09") for year in range(2015, 2021)})
    assert relations(corpus) == []


def test_a_page_published_again_within_a_quarter_is_a_repeat(make_corpus):
    text = speech(1)
    corpus = make_corpus({
        "a.md": story(text, date="2020-01-10"),
        "b.md": story(text, date="2020-03-10"),
        "c.md": story(text, date="2020-03-10", actor="XBB"),
    })  # fmt: skip
    assert relations(corpus) == [("b.md", "a.md", "exact"), ("c.md", "b.md", "exact")]
    assert column(corpus, "duplicate_of") == {"b.md": "a.md"}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ({"title": "Meeting with X"}, {"title": "Meeting with Y"}, []),
        ({"title": "Meeting with X", "date": "2020-05-01"}, {"title": "Meeting with X", "date": "2020-05-06"}, []),
        ({"title": "Meeting with X"}, {"title": "Meeting with X"}, [("b.md", "a.md", "exact")]),
        ({}, {"actor": "XBB"}, []),
    ],
)
def test_a_formula_is_a_repeat_only_under_the_same_title_on_the_same_day(make_corpus, one, other, kind):
    text = "The two leaders discussed various issues of bilateral cooperation."
    day = {"date": "2020-05-01"}
    corpus = make_corpus({"a.md": story(text, **day | one), "b.md": story(text, **day | other)})
    assert relations(corpus) == kind


def test_like_notes_of_two_treaties_are_two(make_corpus):
    note = (
        "The federal law ratifies the consular convention between the Russian Federation and {} of {}. The "
        "convention’s objective is to strengthen the legal basis for bilateral consular relations. The convention has "
        "been submitted for ratification by the President. The federal law was adopted in the lower house on {}."
    )
    corpus = make_corpus({
        "a.md": story(note.format("the Republic of Ilmaria", "14 January 2003", "19 October"), date="2005-11-04"),
        "b.md": story(note.format("Lethwen", "22 December 2004", "21 October"), date="2005-11-04"),
    })  # fmt: skip
    assert relations(corpus) == []


def test_a_text_without_words_is_like_nothing(make_corpus, tmp_path):
    records = "".join(json.dumps({"id": n, "date": "2020-05-01", "actor": "XAA", "text": "***"}) + "\n" for n in "abc")
    (tmp_path / "notes.jsonl").write_text(records, encoding="utf-8")
    with Corpus.open(tmp_path / "s.db") as corpus:
        corpus.ingest(tmp_path / "notes.jsonl")
        assert len(corpus.duplicates()) == 0


def test_a_joint_text_is_one_event_of_two_actors(make_corpus):
    text = speech(1)
    corpus = make_corpus({
        "a.md": story(text, date="2020-05-01"), "b.md": story([*text, "Done in two."], date="2020-05-01", actor="XBB")
    })  # fmt: skip
    assert relations(corpus) == [("b.md", "a.md", "near")]
    assert column(corpus, "duplicate_of") == {}
    assert column(corpus, "event_id") == {"a.md": "a.md", "b.md": "a.md"}


def test_coarse_dates_are_near_what_lies_in_them(make_corpus):
    text = speech(1)
    dates = ["2020", "2020-05", "2020-05-31", "2021"]
    corpus = make_corpus({f"{date}.md": story([*text, date], date=date) for date in dates})
    found = {frozenset((a, b)) for a, b, _ in relations(corpus)}
    near = [("2020", "2020-05"), ("2020", "2020-05-31"), ("2020-05", "2020-05-31")]
    assert found == {frozenset((f"{one}.md", f"{other}.md")) for one, other in near}


def test_without_a_date_texts_must_be_very_like(make_corpus):
    text, long = speech(1, 20), speech(2, 40)
    corpus = make_corpus({
        "dated.md": story(text, date="2020-05-01"),
        "same.md": story(text),
        "touched.md": story([*text, "Thank you."]),
        "edited.md": story([*text[:17], *speech(3, 3)]),
        "long.md": story(long, date="2019"),
        "reprint.md": story([*long[:36], *speech(4, 4)]),
    })  # fmt: skip
    assert {kind for *pair, kind in relations(corpus) if "edited.md" in pair} == set()
    assert column(corpus, "duplicate_of") == {"same.md": "dated.md", "touched.md": "dated.md", "reprint.md": "long.md"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"date": "2020-03-01"}, [("b.md", "a.md", "near")]),
        ({"date": "2020-03-01", "actor": "XBB"}, []),
        ({"date": "2020-06-01"}, []),
    ],
)
def test_a_reprint_within_a_quarter_must_be_very_like(make_corpus, change, expected):
    text = speech(1, 30)
    edited = story([*text[:25], *speech(2, 5)], date="2020-02-29")
    corpus = make_corpus({
        "a.md": story(text, date="2020-01-10"), "b.md": story([*text, "Thank you."], **change), "c.md": edited
    })  # fmt: skip
    assert [row for row in relations(corpus) if "c.md" not in row[:2]] == expected
    assert ("c.md", "a.md", "near") not in relations(corpus)


def test_translations_are_flagged_and_join_nothing(make_corpus):
    english = "We met in Torvale with Minister Dolvin. On this day 12 500 people and 840 from Hesmar came, said Dolvin."
    french = "Nous avons rencontré à Torvale la ministre Dolvin. Ce jour 12 500 personnes dont 840 de Hesmar sont là."
    day = {"date": "2020-05-01", "kind": "speech"}
    corpus = make_corpus({
        "en.md": story(english, language="en", **day),
        "fr.md": story(french, language="fr", **day),
        "de.md": story("Gestern sprach in Hesmar auch der Minister Ottrey über 17 Verträge.", language="de", **day),
        "later.md": story(french + " Fin.", language="fr", kind="speech", date="2020-05-02"),
    })  # fmt: skip
    assert [row for row in relations(corpus) if row[2] != "near"] == [("fr.md", "en.md", "translation?")]
    assert "en.md" not in column(corpus, "event_id")


def test_names_of_a_text():
    assert names_of("Yesterday, in Torvale, 12,500 came. Nobody left.") == {"torvale", "12500"}


def test_an_event_counts_once_by_the_issuers_own_text(make_corpus):
    text = [*speech(1), "We remember."]
    corpus = make_corpus({
        "z_speech.md": story(text, date="2020-05-02", kind="speech"),
        "a_wire.md": story(quoting(text[3:7]), date="2020-05-01", kind="wire_story", agency="TELDA"),
        "joint.md": story(text, date="2020-05-03", kind="joint_statement", actor="XBB"),
        "alone.md": story(speech(9), date="2020-06-01"),
    })  # fmt: skip
    coding = code(corpus, BOOK)
    told = series(coding, count="statements")
    assert (told.counts["statement_id"].nunique(), told.n_duplicates, told.count) == (4, 0, "statements")
    events = series(coding, count="events")
    kept = events.counts["statement_id"].str.removeprefix("statements/").tolist()
    assert kept == ["alone.md", "z_speech.md"]
    assert events.n_duplicates == 2
    assert series(coding, count="events", by=["actor"]).n_duplicates == 1
    assert series(coding, count="events", only={"kind": ["wire_story"]}).n_duplicates == 0
    with pytest.raises(SeriesError, match="count must be one of statements, events; 'voices' was given"):
        series(coding, count="voices")


def test_a_study_chooses_what_is_counted(tmp_path):
    file = tmp_path / "study.yaml"
    file.write_text("title: T\nseries: {count: events}\n", encoding="utf-8")
    assert load_study(file).series.count == "events"
    file.write_text("title: T\nseries: {count: utterances}\n", encoding="utf-8")
    with pytest.raises(StudyError, match="statements"):
        load_study(file)


def test_signatures_and_overlaps_are_kept(make_corpus):
    text = speech(1)
    corpus = make_corpus({"a.md": story(text, date="2020-05-01"), "b.md": story([*text, "More."], date="2020-05-01")})
    first = corpus.duplicates()
    hashes = corpus.statements()["text_sha256"].tolist()
    assert keep_signatures(corpus.store, hashes) == 0
    corpus.store.connection.execute("UPDATE texts SET text = ''")
    pd.testing.assert_frame_equal(corpus.duplicates(), first)


def crowd_of_notices(tmp_path, n: int, actors: str = "XAA", days: int = 7) -> Corpus:
    """Notices that differ in one sentence, within a week or over months."""
    base, own = speech(1, 12), [speech(100 + at, 1)[0] for at in range(n)]
    rows = [
        {"id": at, "actor": actors.split()[at % len(actors.split())], "text": " ".join([*base, own[at]])}
        | {"date": str(np.datetime64("2020-05-01") + at * days // n)}
        for at in range(n)
    ]
    (tmp_path / "notices.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    corpus = Corpus.open(tmp_path / "crowd.db")
    corpus.ingest(tmp_path / "notices.jsonl")
    return corpus


@pytest.mark.parametrize(("actors", "days"), [("XAA", 7), ("XAA XBB XCC", 7), ("XAA XBB", 400)])
def test_a_crowd_is_joined_as_if_all_pairs_were_compared(tmp_path, monkeypatch, actors, days):
    with crowd_of_notices(tmp_path, 120, actors, days) as corpus:
        found = corpus.statements()
        n_pairs = len(corpus.duplicates())
        for table in ("relations", "overlaps"):
            corpus.store.connection.execute(f"DELETE FROM {table}")
        monkeypatch.setattr(crowds, "CROWD", 10**9)
        pd.testing.assert_frame_equal(corpus.statements(), found)
        assert n_pairs <= len(corpus.duplicates())


def test_a_crowd_needs_few_comparisons(tmp_path):
    with crowd_of_notices(tmp_path, 300) as corpus:
        assert corpus.statements()["event_id"].nunique() == 1
        assert corpus.statements()["duplicate_of"].notna().sum() == 299
        assert corpus.store.connection.execute("SELECT count(*) FROM overlaps").fetchone()[0] < 1000


def test_every_pair_of_a_small_group_is_listed(tmp_path):
    with crowd_of_notices(tmp_path, 12) as corpus:
        assert len(corpus.duplicates()) == 66


def test_a_rerun_compares_nothing_until_something_changes(tmp_path, monkeypatch):
    with crowd_of_notices(tmp_path, 30) as corpus:
        first = corpus.statements()
        monkeypatch.setattr(duplicates, "related", None)
        pd.testing.assert_frame_equal(corpus.statements(), first)
        changed = first.assign(title="Another")
        with pytest.raises(TypeError, match="not callable"):
            duplicates_of(corpus.store, changed)


def test_statements_without_an_actor_are_of_one_actor_among_themselves(make_corpus):
    text = " ".join(speech(1))
    corpus = make_corpus({
        "a.md": story(text, date="2020-05-01"),
        "b.md": story(text, date="2020-05-02", actor=""),
        "c.md": story(text, date="2020-05-03", actor=""),
    })  # fmt: skip
    assert column(corpus, "duplicate_of") == {"c.md": "b.md"}
    assert set(column(corpus, "event_id").values()) == {"a.md"}


def test_an_older_store_gets_its_tables(make_corpus, tmp_path):
    corpus = make_corpus({"a.md": story(speech(1))})
    for table in ("signatures", "overlaps", "relations", "other_raws"):
        corpus.store.connection.execute(f"DROP TABLE {table}")
    corpus.store.connection.execute("PRAGMA user_version = 1")
    with Corpus.open(tmp_path / "study.db") as again:
        assert len(again.duplicates()) == 0
        assert again.store.connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_nothing_in_nothing(tmp_path):
    with Corpus.open(tmp_path / "s.db") as corpus:
        assert corpus.duplicates().dtypes.astype(str).tolist() == ["str", "str", "str", "float64"]
        assert len(corpus.statements()) == 0


def test_the_thirteen_pairs_of_the_sample_and_nothing_else(tmp_path):
    plan = load_study(ROOT / "reports" / "sample" / "study.yaml")
    options, exceptions = plan.read_options()
    with Corpus.open(tmp_path / "s.db") as corpus:
        corpus.ingest(SAMPLE, name="sample", options=options, exceptions=exceptions)
        pairs, statements = corpus.duplicates(), corpus.statements()
    truth = load_yaml(SAMPLE / "truth.yaml", ValueError)["duplicates"]
    planted = {frozenset(map(sample_id, pair.values())) for pair in truth}
    assert set(map(frozenset, pairs[["statement_id", "other"]].values.tolist())) == planted
    assert len(planted) == 13
    events = statements.dropna(subset="event_id").groupby("event_id")["statement_id"].agg(frozenset)
    assert set(events) == planted
    assert pairs["relation"].value_counts().to_dict() == {"carried": 9, "exact": 4}


def sample_id(address: str) -> str:
    """Truth counts the lines of a JSON file, statements are named by the ministry's own number."""
    name, _, line = address.partition("#")
    if not line:
        return f"sample/{address}"
    record = json.loads((SAMPLE / name).read_text(encoding="utf-8").splitlines()[int(line) - 1])
    return f"sample/{name}#{record['ref']}"


# Properties

small_texts = st.lists(st.sampled_from(VOCABULARY[:6]), max_size=40).map(" ".join)


@given(small_texts, small_texts)
def test_overlap_is_symmetric(one, other):
    a, b = read(one), read(other)
    assert overlap(a, b) == overlap(b, a)
    itself = overlap(a, a)
    assert itself.jaccard == itself.containment == (1.0 if len(a.shingles) else 0.0)


@given(st.integers(0, 2**32), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_no_shared_run_is_missed(seed, before, after, elsewhere):
    run = " ".join(np.random.default_rng(seed).choice(VOCABULARY, size=RUN))
    one = f"{' '.join(VOCABULARY[:before])} {run} {' '.join(VOCABULARY[60 : 60 + after])}"
    other = f"{' '.join(VOCABULARY[70 : 70 + elsewhere])} {run}"
    both = np.intersect1d(passages_of(shingles_of(one)), passages_of(shingles_of(other)))
    assert len(both)


@given(st.text(max_size=300), st.integers(40, 90))
def test_signs_case_and_lines_do_not_matter(text, width):
    wrapped = re.sub(r"\s+", lambda gap: gap.group() + "\n " * (gap.start() % 3), text)
    assert shingles_of(wrapped).tolist() == shingles_of(text).tolist()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Speeches of three actors, with reprints, extensions, stories, formulas and texts without a date."""
    folder = tmp_path_factory.mktemp("crowd")
    rng = np.random.default_rng(7)
    for n in range(60):
        # A story quotes a speech that is there in another's own words.
        source = (n + (n % 8 == 7)) % 20
        text = speech(source, 25)
        if n >= 20:
            text = [*text[: int(rng.integers(10, 26))], *speech(100 + n, int(rng.integers(0, 9)))]
        fields = {"actor": "XAA XBB XCC".split()[(source + n // 47) % 3]}
        fields |= {"kind": "wire_story" if n % 4 == 3 else "speech"}
        fields |= {"agency": "TELDA"} if n % 4 == 3 else {}
        fields |= {"date": f"2020-05-{1 + int(rng.integers(9)):02}"} if n % 7 else {}
        words = quoting(text[:5]) if n % 8 == 7 else text
        (folder / f"{n:02}.md").write_text(story(words, **fields), encoding="utf-8")
    with Corpus.open(folder / "study.db") as corpus:
        corpus.ingest(folder, name="crowd")
        yield corpus


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_events_do_not_depend_on_the_order_of_statements(crowd, seed):
    statements = crowd.store.statements()
    mixed = statements.sample(frac=1, random_state=seed)
    pairs = duplicates_of(crowd.store, statements)
    assert set(pairs["relation"]) >= {"near", "revised", "carried"}
    pd.testing.assert_frame_equal(duplicates_of(crowd.store, mixed), pairs)
    done = with_events(statements, pairs)
    other_way = pairs.rename(columns={"statement_id": "other", "other": "statement_id"}).sample(
        frac=1, random_state=seed
    )
    again = with_events(mixed, other_way).sort_index()
    pd.testing.assert_frame_equal(again, done)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_pair_is_related_whatever_else_is_there(crowd, data):
    statements = crowd.store.statements()
    pairs = duplicates_of(crowd.store, statements)
    pairs = pairs[pairs["relation"].isin(["exact", "near", "revised"])]
    row = pairs.iloc[data.draw(st.integers(0, len(pairs) - 1))]
    alone = statements[statements["statement_id"].isin([row["statement_id"], row["other"]])]
    assert duplicates_of(crowd.store, alone).iloc[0].tolist() == row.tolist()


def test_nothing_is_a_duplicate_of_itself_and_events_have_two(crowd):
    pairs, table = crowd.duplicates(), crowd.statements()
    assert (pairs["statement_id"] != pairs["other"]).all()
    assert (table["duplicate_of"].dropna() != table.loc[table["duplicate_of"].notna(), "statement_id"]).all()
    assert table["event_id"].dropna().value_counts().min() >= 2
    both = table.dropna(subset="duplicate_of").merge(table, left_on="duplicate_of", right_on="statement_id")
    assert (both["event_id_x"] == both["event_id_y"]).all()
    assert (both["actor_x"] == both["actor_y"]).all()


def test_dates_as_days():
    spans = spans_of(["2020-02", "2020-12", "2020-12-31", None])
    assert (spans.last - spans.first + 1).tolist()[:3] == [29, 31, 1]
    assert spans.near(2, 1, days=0)
    assert not spans.near(2, 0, days=7)


@pytest.mark.real
def test_reprints_of_real_items_are_found_and_nothing_else(shared, tmp_path):
    rng = np.random.default_rng(3)
    with lzma.open(shared / "corpora" / "kremlin_en.jsonl.xz", "rt", encoding="utf-8") as lines:
        items = [item for item in map(json.loads, lines) if len(item["text"].split()) > 250][:300]
    copies = [
        {**items[at], "id": f"copy {items[at]['id']}", "text": benchmark().reprint(items[at]["text"], rng)}
        for at in rng.choice(len(items), size=60, replace=False).tolist()
    ]
    file = tmp_path / "items.jsonl"
    file.write_text("".join(json.dumps(item) + "\n" for item in [*items, *copies]), encoding="utf-8")
    with Corpus.open(tmp_path / "s.db") as corpus:
        corpus.ingest(file, options=ReadOptions(defaults={"actor": "RUS", "agency": "Kremlin", "language": "en"}))
        pairs = corpus.duplicates()
    ids = pairs[["statement_id", "other"]].map(lambda name: name.rsplit("#", 1)[1].removeprefix("copy "))
    assert (ids["statement_id"] == ids["other"]).sum() >= 58
    assert (ids["statement_id"] == ids["other"]).all()


def test_a_crowd_of_others_does_not_hide_that_an_actor_repeats_itself(make_corpus):
    text = (
        "We welcome the outcome of the conference and thank the hosts for their work, which all of us shall carry on."
    )
    texts = {
        f"{day}_{n:02}.txt": f"---\ndate: 2020-05-0{day}\nactor: A{n:02}\n---\n{text}\n"
        for n in range(60)
        for day in (1, 2)
    }
    corpus = make_corpus(texts)
    statements = corpus.statements()
    assert len(statements) == 120
    assert statements["duplicate_of"].notna().sum() == 60
