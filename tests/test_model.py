"""The trained coder: what it says of invented sentences, how it is kept, and how good it is on hand-coded ones."""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
from pathlib import Path

import numpy as np
import pytest

from aidememoire.codebook import load_codebook
from aidememoire.codesentences import code_sentences, code_with, coders
from aidememoire.matching import PlainMatcher, compile_rules
from aidememoire.model import crossval, marks, vectors
from aidememoire.model.coder import Coder, forms_of
from aidememoire.model.features import make_space
from aidememoire.model.gold import THEMES, Gold, read_gold
from aidememoire.model.marks import Marker
from aidememoire.model.morecodings import read_codings
from aidememoire.model.vectors import Vectors
from aidememoire.model.weights import SHIPPED, ModelError, load, save, save_vectors
from aidememoire.model.words import ages_of

IDS = load_codebook().theme_ids
IMPLYING = ("anti_revisionism", "shared_victory_alliance", "victimhood_sacrifice", "colonial_past_apology")
MOST_BYTES = 6_000_000
ROOT = Path(__file__).parent.parent
# F1 of "best" on dev.jsonl when the shipped weights were made.
MEASURED = {
    "historical_memory": 0.804,
    "anti_revisionism": 0.754,
    "bilateral_friendship": 0.696,
    "commemoration_ritual": 0.887,
    "victimhood_sacrifice": 0.500,
    "shared_victory_alliance": 0.545,
    "sovereignty_noninterference": 0.649,
    "condemnation_denunciation": 0.679,
}
SLACK = 0.03

# Invented; the style of several foreign ministries in English.
CLEAR = {
    "historical_memory": [
        "The memory of the Great Patriotic War is sacred for every family in our country.",
        "We shall never forget the lessons of the Second World War.",
        "The deportations of 1941 remain an open wound in the memory of our nation.",
        "History reminds us that appeasement in the 1930s ended in catastrophe.",
        "The Chinese people fought a long War of Resistance and paid an immense price for victory.",
    ],
    "anti_revisionism": [
        "Attempts to falsify the history of the Second World War are absolutely unacceptable.",
        "We urge the Japanese side to face up to its history of aggression and stop whitewashing it.",
        "Any attempt to deny the Nanjing Massacre or overturn the verdict of history is doomed to fail.",
        "We condemn the glorification of Nazi collaborators and the desecration of monuments to the liberators.",
        "Poland will not accept the distortion of historical truth about those who started the war in 1939.",
    ],
    "bilateral_friendship": [
        "Our two peoples are bound by a time-tested friendship and deep mutual trust.",
        "China and Pakistan are iron-clad friends and all-weather strategic partners.",
        "The traditional friendship between Russia and Serbia has stood the test of time.",
        "Relations between Japan and Australia, our special strategic partner, rest on trust and mutual respect.",
        "Poland and Hungary have been brothers and good neighbours for centuries.",
    ],
}
TRAPS = {
    "historical_memory": [
        "Today's signing is a historic opportunity for our exporters.",
        "Trade reached the highest level in history last year.",
        "The committee reviewed the history of the negotiations on agenda item 12.",
        "The memorandum will be submitted to the Council next week.",
        "My country attaches great importance to climate finance.",
    ],
    "anti_revisionism": [
        "The draft resolution was revised twice in committee.",
        "Revisionist powers are trying to redraw borders by force.",
        "The spokesperson distorted what was said at yesterday's press conference.",
        "We reject the allegations about our trade policy as false.",
        "We remember with gratitude the soldiers who fell in the war.",
    ],
    "bilateral_friendship": [
        "The Group of Friends of Mediation will meet on Tuesday.",
        "Dear friends, let me turn to the agenda.",
        "We need investment that is climate-friendly and user-friendly.",
        "Unfriendly states have frozen our reserves.",
        "The Charter calls for friendly relations among nations.",
    ],
}


@pytest.mark.parametrize("method", ["best", "rules", "model"])
@pytest.mark.parametrize("scores", [False, True])
def test_one_row_a_sentence_and_one_column_a_theme(method, scores):
    coded = code_sentences(["They falsify history.", "It rained."], year=[2015, 2016], method=method, scores=scores)
    assert tuple(coded.columns) == IDS
    assert len(coded) == 2
    assert set(coded.dtypes) == {np.dtype(float if scores else bool)}
    assert coded.to_numpy().min() >= 0
    assert coded.to_numpy().max() <= 1
    assert set(coded.attrs["coder"]) == set(IDS)


@pytest.mark.parametrize("sentences", [[], ()])
@pytest.mark.parametrize("method", ["best", "rules", "model"])
def test_no_sentence_gives_an_empty_table(sentences, method):
    coded = code_sentences(sentences, [], [], method=method)
    assert coded.shape == (0, len(IDS))
    assert set(coded.dtypes) == {np.dtype(bool)}


@pytest.mark.parametrize("sentence", ["", " ", "\u4e2d\u56fd", "\x00", "1945", "xyzzy " * 300, "\ud800"])
def test_any_string_can_be_scored(sentence):
    coded = code_sentences([sentence], scores=True)
    assert np.isfinite(coded.to_numpy()).all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("They falsify history.",), TypeError, "sentences must be a list of strings, not one str"),
        ((["one", None],), TypeError, r"sentences\[1\] must be a string, not NoneType"),
        ((["one"], ["a", "b"]), ValueError, "before has 2 entries for 1 sentences"),
        ((["one"], None, [1, 2]), ValueError, "year has 2 entries for 1 sentences"),
        ((["one"], None, ["2015"]), TypeError, r"year\[0\] must be a whole number, not str"),
    ],
)
def test_what_is_wrong_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        code_sentences(*arguments)


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="'worst' is not one of best, rules, model"):
        code_sentences(["one"], method="worst")


@pytest.mark.parametrize("scores", [False, True])
@pytest.mark.parametrize("method", ["best", "rules", "model"])
def test_what_implies_historical_memory_lends_it_its_code(method, scores):
    sentences = [each for group in (*CLEAR.values(), *TRAPS.values()) for each in group]
    coded = code_sentences(sentences, method=method, scores=scores)
    for theme in IMPLYING:
        assert (coded["historical_memory"] >= coded[theme]).all()


def test_scores_do_not_depend_on_company_or_call():
    sentences = CLEAR["anti_revisionism"] + TRAPS["anti_revisionism"]
    together = code_sentences(sentences, year=2015, scores=True)
    assert together.equals(code_sentences(sentences, year=2015, scores=True))
    alone = [code_sentences([each], year=2015, scores=True).to_numpy()[0] for each in sentences]
    assert np.allclose(together.to_numpy(), alone, atol=1e-6)


def test_the_compiled_engine_gives_the_same_codes(monkeypatch):
    sentences = [each for group in (*CLEAR.values(), *TRAPS.values()) for each in group]
    marker = Marker(load_codebook())
    forms = [forms_of(each) for each in sentences]
    plain = marker.read(sentences, forms, [2015] * len(sentences))
    monkeypatch.setattr(marks, "MANY", 0)
    fast = marker.read(sentences, forms, [2015] * len(sentences))
    assert (plain.values == fast.values).all()
    assert [set(each) for each in plain.marks] == [set(each) for each in fast.marks]


def test_rules_alone_are_the_codebook():
    rules = compile_rules(load_codebook())
    sentences = CLEAR["anti_revisionism"] + TRAPS["anti_revisionism"]
    coded = code_sentences(sentences, method="rules")["anti_revisionism"]
    for sentence, is_coded in zip(sentences, coded, strict=True):
        found = {rules[match.rule].id for match in PlainMatcher(rules).match(sentence, [(0, len(sentence))])}
        strict = {each for each in found if each.startswith(("anti_revisionism.phrase", "anti_revisionism.near"))}
        assert is_coded == bool(strict)


@pytest.mark.parametrize("theme", CLEAR)
def test_clear_cases_are_coded_and_traps_are_not(theme):
    assert code_sentences(CLEAR[theme], year=2015)[theme].tolist() == [True] * len(CLEAR[theme])
    assert code_sentences(TRAPS[theme], year=2015)[theme].tolist() == [False] * len(TRAPS[theme])


def test_each_theme_says_who_speaks():
    table = coders().set_index("theme")
    assert tuple(table.index) == IDS
    assert table.loc[list(THEMES), "f1_model"].notna().all()
    assert (table.drop(index=list(THEMES))["coder"] == "rules").all()
    assert code_sentences(["one"]).attrs["coder"] == table["coder"].to_dict()


def test_the_weights_ship_as_plain_arrays_and_are_small():
    files = sorted(SHIPPED.iterdir())
    assert [file.name for file in files] == ["coder.json", "coder.npz", "vectors.npz"]
    assert sum(file.stat().st_size for file in files) <= MOST_BYTES
    for file in files[1:]:
        with np.load(file, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype.kind in "fu" for name in arrays.files)


def test_no_feature_is_longer_than_two_words():
    assert max(gram.count(" ") for gram in load().space.grams) == 1


def test_the_weights_fit_the_builtin_codebook():
    told = "the builtin codebook has changed: run python -m aidememoire.model.train (docs/model_card.md)"
    assert load().codebook_sha256 == load_codebook().sha256, told


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "weights")


def test_a_damaged_file_is_refused(copied):
    content = bytearray((copied / "coder.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (copied / "coder.npz").write_bytes(bytes(content))
    with pytest.raises(ModelError, match=r"not the file that coder\.json describes"):
        load(copied)


def test_a_foreign_format_is_refused(copied):
    about = json.loads((copied / "coder.json").read_text())
    (copied / "coder.json").write_text(json.dumps(about | {"format": "other-9"}))
    with pytest.raises(ModelError, match="'other-9' is not 'aidememoire-coder-1'"):
        load(copied)


@pytest.mark.parametrize("name", ["coder.json", "coder.npz", "vectors.npz"])
@pytest.mark.parametrize("content", [None, b"", b"\x80\x04N.", b"{}"])
def test_a_missing_or_foreign_file_is_refused(copied, name, content):
    (copied / name).unlink()
    if content is not None:
        (copied / name).write_bytes(content)
    with pytest.raises(ModelError):
        load(copied)


def test_years_are_old_only_against_the_year_of_the_statement():
    assert ages_of(["1939"], 1945) == {"age 3"}
    assert ages_of(["1939"], 2020) == {"age 81", "age old"}
    assert ages_of(["2030"], 2020) == {"age future"}


def test_a_rare_feature_is_left_out():
    nothing = Vectors(("x",), np.zeros((1, 100), np.float16), np.ones(1, np.float32), {})
    forms = [["peace", "now"], ["peace", "now"], ["peace", "today"]]
    space = make_space(forms, [["a"], ["a"], ["a", "b"]], {}, nothing)
    assert list(space.grams) == ["peace"]
    assert list(space.marks) == ["a"]


def test_words_that_keep_the_same_company_have_near_vectors(tmp_path, monkeypatch):
    pytest.importorskip("sklearn")
    pytest.importorskip("nltk")
    monkeypatch.setattr(vectors, "STEP", 1)
    monkeypatch.setattr(vectors, "DIMENSIONS", 4)
    rng = np.random.default_rng(4)
    company = {
        "wolf": "forest hunt prey",
        "lynx": "forest hunt prey",
        "ferry": "harbour sail port",
        "barge": "harbour sail port",
    }
    lines = [
        f"{name} {' '.join(rng.permutation(words.split()))}." for _ in range(40) for name, words in company.items()
    ]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    found = vectors.learn_vectors(tmp_path)
    near = {stem: row.astype(np.float64) for stem, row in zip(found.stems, found.rows, strict=True)}
    assert near["wolf"] @ near["lynx"] > 0.9 > 0.3 > near["wolf"] @ near["ferri"]
    assert np.allclose(np.linalg.norm(found.rows.astype(np.float64), axis=1), 1, atol=0.01)
    assert found.frequency.sum() == pytest.approx(1)
    assert (vectors.learn_vectors(tmp_path).rows == found.rows).all()


def test_a_document_is_never_on_both_sides():
    documents = np.random.default_rng(1).integers(40, size=300)
    held_rows = []
    for learn, held in crossval.folds(documents, 5):
        assert not set(documents[learn]) & set(documents[held])
        held_rows += held.tolist()
    assert sorted(held_rows) == list(range(300))


def test_a_planted_threshold_is_found():
    rng = np.random.default_rng(2)
    probability = rng.random(2_000)
    design = crossval.Design(np.arange(2_000), np.zeros(2_000, bool), np.ones(2_000, bool))
    assert crossval.best_threshold(probability > 0.7, probability, design) == pytest.approx(0.7, abs=0.01)


def invented_gold(n: int = 240) -> Gold:
    """Sentences in which one word gives each theme away."""
    rng = np.random.default_rng(3)
    codes = np.where(rng.random((n, len(THEMES))) < 0.3, 2, 0).astype(np.int8)
    signs = [f"sign{number}" for number in range(len(THEMES))]
    texts = [
        " ".join(["the", "delegate", *(sign for sign, code in zip(signs, row, strict=True) if code), "spoke"])
        for row in codes
    ]
    documents = np.array([f"document {number // 2}" for number in range(n)])
    random = np.zeros(n, dtype=bool)
    return Gold(texts, [""] * n, [2000] * n, documents, documents, random, ~random, np.ones(n), codes, {})


def test_training_learns_what_was_planted_and_repeats_itself(tmp_path, monkeypatch):
    pytest.importorskip("sklearn")
    pytest.importorskip("nltk")
    monkeypatch.setattr(crossval, "BAGS", 5)
    from aidememoire.model.train import train

    known = Vectors(("deleg",), np.zeros((1, 100), np.float16), np.ones(1, np.float32), {"delegate": "deleg"})
    gold, codebook = invented_gold(), load_codebook()
    for name in ("one", "two"):
        save_vectors(known, tmp_path / name)
        save(train(gold, known, codebook), tmp_path / name)
    files = [(tmp_path / name / "coder.npz").read_bytes() for name in ("one", "two")]
    assert files[0] == files[1]
    trained = load(tmp_path / "one")
    assert {head.best for head in trained.heads} <= {"model", "combination"}
    coded = code_with(Coder(trained, codebook), gold.texts, None, 2000, "model", scores=False)
    lone = coded[["bilateral_friendship", "commemoration_ritual", "condemnation_denunciation"]].to_numpy()
    assert (lone == (gold.codes[:, [2, 3, 7]] == 2)).mean() > 0.95


@pytest.mark.real
def test_accuracy_on_hand_coded_sentences(shared):
    gold = read_gold(shared / "gold" / "dev.jsonl")
    coded = {name: code_sentences(gold.texts, gold.before, gold.years, method=name) for name in ("rules", "best")}
    for number, theme in enumerate(THEMES):
        clear = gold.codes[:, number] == 2
        f1 = {name: crossval.f1_of(clear, table[theme].to_numpy()) for name, table in coded.items()}
        assert f1["best"] >= MEASURED[theme] - SLACK, theme
        assert f1["best"] >= f1["rules"], theme


HEADER = "source,document,sentence_sha,codes\n"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("ungdc,XXX_01_1946.txt,0123456789ab,peace=2", "'peace=2' is not a theme with 1 or 2"),
        ("ungdc,XXX_01_1946.txt,0123456789ab,historical_memory=3", "is not a theme with 1 or 2"),
        ("ungdc,XXX_01_1946.txt,0123456789ab,", "FileNotFoundError"),
    ],
)
def test_codings_that_cannot_be_read_say_why(tmp_path, row, says):
    path = tmp_path / "codings.csv"
    path.write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(ModelError, match=says):
        read_codings(path, tmp_path)


def test_codings_find_their_sentences_by_document_and_hash(tmp_path):
    item = {"id": 7, "date": "2010-05-01", "title": "Invented", "text": "We remember  the war.\n\nIt rained."}
    with lzma.open(tmp_path / "kremlin_en.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(item) + "\n" + json.dumps({**item, "id": 8}) + "\n")
    sha = [hashlib.sha1(text.encode()).hexdigest()[:12] for text in ("It rained.", "It snowed.")]
    path = tmp_path / "codings.csv"
    path.write_text(f"{HEADER}kremlin,7,{sha[0]},historical_memory=2 anti_revisionism=1\n", encoding="utf-8")
    gold = read_codings(path, tmp_path)
    assert (gold.texts, gold.before, gold.years) == (["It rained."], ["We remember the war."], [2010])
    assert gold.codes.tolist() == [[2, 1, 0, 0, 0, 0, 0, 0]]
    assert not gold.is_drawn.any()
    both = gold.joined(gold)
    assert (len(both.texts), both.codes.shape, both.documents.tolist()) == (2, (2, 8), ["kremlin/7", "kremlin/7"])
    path.write_text(f"{HEADER}kremlin,7,{sha[1]},\n", encoding="utf-8")
    with pytest.raises(ModelError, match="1 of 1 codings find no sentence"):
        read_codings(path, tmp_path)


@pytest.mark.real
def test_codings_find_real_sentences_and_no_test_document_is_among_them(shared, tmp_path):
    header, *rows = (ROOT / "corpus" / "codings" / "un_kremlin.csv").read_text(encoding="utf-8").splitlines()
    tested = read_gold(shared / "gold" / "dev.jsonl")
    assert not {"/".join(row.split(",")[:2]) for row in rows} & set(tested.documents)
    some = tmp_path / "some.csv"
    some.write_text("\n".join([header, *rows[::200]]) + "\n", encoding="utf-8")
    assert len(read_codings(some, shared / "corpora").texts) == len(rows[::200])
