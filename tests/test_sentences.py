from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plain_boundaries
from aidememoire import sentences as module
from aidememoire.sentences import SEGMENTER, segment, segment_many

BENCHMARK = Path(__file__).parent / "benchmarks" / "sentences.py"
LEAST_F1 = 0.97


def sentences(text):
    return [text[start:end] for start, end in segment(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n \n", []),
        ("* * *\nWe met.", ["We met."]),
        (
            "Mr. Oren met Gen. Vail at 9 a.m. on Monday. They left.",
            ["Mr. Oren met Gen. Vail at 9 a.m. on Monday.", "They left."],
        ),
        ("The U.N. Charter stands. It lasts.", ["The U.N. Charter stands.", "It lasts."]),
        ('"We remember," he said. "They forget."', ['"We remember," he said.', '"They forget."']),
        ("First line without an end\nSecond line", ["First line without an end", "Second line"]),
        ("See No. 5 and p. 3 of it. Done.", ["See No. 5 and p. 3 of it.", "Done."]),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected


# Statement of the rule, and a text whose sentences are told apart by "|".
STATEMENTS = [
    (1, "The groundwork\n|for both.\r|59.\tWe want peace"),
    (2, "... We go. |!? Then back."),
    (3, "我们记得。|他走了！|再见？|好"),
    (3, "“我们记得。”|他走了。"),
    (3, "A line <!-- hidden --> goes on."),
    (4, "We aim (a) to meet. |(b) To part. |(12) To write."),
    (4, "“It is in crisis.” (A/65/PV.3) |We agree."),
    (4, "“It is in crisis.” (A/65/PV.3, p. 4), as we agree."),
    (4, '"It is over." [Ibid., para. 71.] |We agree.'),
    (4, '"It is over". (A/44/PV.8. p. 18) |That was a signal.'),
    (4, "We want peace. |(spoke in French)\n|Peace is near."),
    (4, "They met. |(They had met in 1990.) |All was well."),
    (5, 'He wrote of "the ideal."5 |There it ends.'),
    (5, "So ended the war.12 |Then came another."),
    (5, "It cost 1.5 million and 0.38 per cent."),
    (6, "We want peace.|The others want war."),
    (6, "We want peace.”|The others want war."),
    (6, "See www.oren.example or A/3594/Add.1 in Washington, D.C., or Mr.Oren."),
    (6, "The U.S.-led group and the U.S.’s friends."),
    (7, "Joseph Oren, Jr., spoke (ibid., p. 3; U.S.)."),
    (8, '"Will you come?" he asked. |"No!" they said.'),
    (8, "We wait… and wait ... and wait. |Then we go."),
    (9, "Who asked? |Nobody! |“Why?” |Oren knew."),
    (10, "12. The first. |13. The second. |Aims: 1. Peace; 2. Trade."),
    (10, "a. One aim. |II. Other aims. |3.2. The last one. |“4. It is theirs.”"),
    (11, "They left ... |We stayed. |It is over… |It is over .. |Not yet. . . . |Now."),
    (11, 'He wrote: "... The end" and “…The beginning”.'),
    (12, "Mr. A. Oren and Messrs. Vail and Dr. Oren of St. Petersburg, e.g. Vail."),
    (12, "See No. 5, p. 3, Art. II, sect. IV of 3 Dec. 1945. |He said no. |I did not."),
    (12, "It rose to 1. 7 million in 2015. |Then it fell."),
    (13, "We met at 9 a.m. Monday and 9 P.M. EET in Washington, D.C. |President Oren spoke."),
    (13, "They sell fish, etc. |Fishermen know. |Vail Inc. |Oren said so."),
    (14, "J. F. Oren and Franklin D. Vail of the U.S. Senate. |They lead the U.S. |The end."),
    (14, "The U.S.S.R. Charter and a Ph.D. Oren had. |We met Vail in the U.N. |It’s late."),
    (14, "V. I. A. Oren was cold at minus 50 C. |What then?"),
    (14, "С. В. Оренов прибыл в 1945 г. в Москву. |Он уехал и т. д. |Мы ждём."),
    (14, "M. Dupont a dit : « Oui. » |Il part."),
    (15, "The group (CELAC). |They met in 2002. |In 2011 World War II. |Peace held."),
    (15, "We met. |[He stayed.] |“They left.” |‘All of them.’ |* They said so. |$5 was paid."),
]


@pytest.mark.parametrize(("statement", "marked"), STATEMENTS)
def test_statement_of_the_rule(statement, marked):
    expected = [part.strip() for part in marked.split("|")]
    assert sentences(marked.replace("|", "")) == expected


def test_every_statement_has_a_case():
    assert {statement for statement, _ in STATEMENTS} == set(range(1, 16))


def test_semicolons_of_a_list_are_no_ends():
    text = '"General Oren; Colonel Vail; Captain Tomas, and many others will remain."\nToday they do.'
    assert sentences(text) == text.split("\n")


MATERIAL = st.text(alphabet="aBI1é我 .!?…。\n\r\"'”“()[]<;,*/", max_size=80)
WORDS = st.sampled_from(
    "peace. |Peace.| He|\n|He. |mr. |Gen. |etc. |approx. |a.m. |IV. |ii. |’s. |war). |(A/65. We met. Peace.) |12. |"
    "é|no. |Mt. Sir |statesmanlikewordsgoonandon. |an|The|x|. |? |”|“|-|. . . |\ud800|[see |. X|] ".split("|")
)


@given(MATERIAL)
def test_spans_are_ordered_disjoint_and_inside_a_line(text):
    last = 0
    for start, end in segment(text):
        assert last <= start < end <= len(text)
        assert "\n" not in text[start:end]
        assert text[start:end] == text[start:end].strip()
        assert any(map(str.isalnum, text[start:end]))
        last = end


@given(MATERIAL)
def test_no_word_is_lost(text):
    kept = "".join(text[start:end] for start, end in segment(text))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@given(MATERIAL, MATERIAL)
def test_a_line_is_cut_the_same_whatever_stands_above_and_below(above, below):
    offset = len(above) + 1
    both = segment(f"{above}\n{below}")
    assert both == segment(above) + [(offset + start, offset + end) for start, end in segment(below)]


@given(MATERIAL)
def test_the_quick_way_agrees_with_the_rule_mark_by_mark(text):
    assert segment(text) == plain_boundaries.segment(text)


@given(st.lists(WORDS, max_size=30).map("".join))
def test_the_quick_way_agrees_on_clear_marks_and_words_beside_them(text):
    assert segment(text) == plain_boundaries.segment(text)


@given(st.lists(MATERIAL, max_size=5), st.integers(1, 60))
def test_many_texts_are_cut_as_each_alone(texts, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PART_CHARACTERS", size)
        found = [[tuple(span) for span in spans.tolist()] for spans in segment_many(texts)]
    assert found == [segment(text) for text in texts]


@given(MATERIAL)
def test_ends_ascend(text):
    found = [end for _, end in segment(text)]
    assert found == sorted(set(found))


@pytest.mark.parametrize("unit", [".", ". ", '! " ', "a. ", '("', "...(", "U.S. ", "1. ", "<! ", ".”"])
def test_no_text_makes_it_slow(unit):
    # Half a second is ample for time that grows with the text, and far too little for its square.
    begun = time.process_time()
    segment(("-" * 20_000) + unit * (40_000 // len(unit)))
    assert time.process_time() - begun < 0.5


def test_the_version_is_this_rules():
    assert SEGMENTER == "rules-2"


@pytest.fixture(scope="module")
def benchmark_script():
    spec = importlib.util.spec_from_file_location("sentences_benchmark", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_labels_hold_no_text(benchmark_script):
    lines = benchmark_script.LABELS.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 601
    assert lines[0] == "place,source,document,raw_offset,era,stratum,weight,half,label,note"


@pytest.mark.real
def test_f1_on_labelled_places(benchmark_script, shared):
    # The archive of the United Nations takes long to unpack; the script itself reads it.
    places = [place for place in benchmark_script.read_places() if place.source != "un"]
    texts = benchmark_script.read_texts(shared / "corpora", places)
    found = benchmark_script.predictions(segment, texts, places)
    truth = np.array([place.boundary for place in places])
    weights = np.array([place.weight for place in places])
    assert len(places) == 138
    assert benchmark_script.score(found, truth, np.ones(len(places))).f1 >= LEAST_F1
    assert benchmark_script.score(found, truth, weights).f1 >= LEAST_F1


@pytest.mark.real
def test_the_reference_story_has_eleven_sentences(benchmark_script, shared):
    places = [place for place in benchmark_script.read_places() if place.source == "tass"]
    (text,) = benchmark_script.read_texts(shared / "corpora", places).values()
    assert len(segment(text.text)) == 11
