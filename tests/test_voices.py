"""Whose words: every rule on invented states and speakers, properties on generated stories, real documents."""

from __future__ import annotations

import csv
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidememoire.ingest import ActorTable, ReadOptions, builtin_actors, read_actors, read_corpus
from aidememoire.sentences import segment
from aidememoire.voices import Context, Voiced, attribute
from aidememoire.voices.cues import load_cues
from aidememoire.voices.names import build_roster
from aidememoire.voices.quotes import find_quotes
from aidememoire.voices.speakers import Resolver
from aidememoire.voices.stance import stance_of

ACTORS: ActorTable = builtin_actors().extended(
    {
        "ARD": {"name": "Ardenia", "official": "Republic of Ardenia", "demonyms": ["Ardenian"], "capital": "Ardis"},
        "VEL": {"name": "Veldania", "official": "Republic of Veldania", "demonyms": ["Veldanian"], "capital": "Velm"},
    }
)
WIRE = Context(kind="wire_story", speaker="Anna Berg", role="foreign minister", actor="ARD", agency="Ardenian Wire")
NOTE = Context(kind="press_release", speaker="Anna Berg", role="president", actor="ARD")
ROOT = Path(__file__).parents[1]
BENCHMARK = ROOT / "tests" / "benchmarks" / "voices.py"


def voices(text: str, context: Context = WIRE) -> list[Voiced]:
    return attribute(text, segment(text), context, ACTORS)


def said(text: str, context: Context = WIRE) -> list[tuple[str, str, str]]:
    return [(voiced.voice, voiced.speaker.rpartition(" ")[2], voiced.cue_kind) for voiced in voices(text, context)]


def only(text: str, context: Context = WIRE) -> tuple[str, str, str]:
    (one,) = said(text, context)
    return one


@pytest.mark.parametrize(
    ("text", "voice", "speaker", "kind"),
    [
        ('"We keep our memory alive," Berg said.', "direct", "Berg", "after"),
        ('"We keep our memory alive," said Anna Berg.', "direct", "Berg", "after"),
        ('"We keep our memory alive," according to Berg.', "direct", "Berg", "after"),
        ('"We keep our memory alive," the minister went on to say.', "direct", "Berg", "after"),
        ('Berg said: "We keep our memory alive."', "direct", "Berg", "before"),
        ('"Our memory," she said, "is kept alive."', "direct", "Berg", "inside"),
        ('Berg called the pact "a turning point in our history" and left.', "mixed", "Berg", "before"),
        ("Berg said on Monday that her country would keep its promises.", "indirect", "Berg", "before"),
        (
            "The country keeps its promises, Ardenian Foreign Minister Anna Berg said on Monday.",
            "indirect",
            "Berg",
            "after",
        ),
        ("Trade with Veldania, Berg noted, has doubled within a decade.", "indirect", "Berg", "inside"),
        ("According to the minister, trade has doubled.", "indirect", "Berg", "before"),
        ("Trade has doubled within a decade, according to Berg.", "indirect", "Berg", "after"),
        ("In her view, trade was bound to double.", "indirect", "Berg", "before"),
        ("In the minister's words, trade was bound to double.", "indirect", "Berg", "before"),
        ("Trade went according to plan.", "narration", "", "none"),
        ("The Ardenian top diplomat stressed that trade had doubled.", "indirect", "Berg", "before"),
        ("Ardenia's foreign minister expressed confidence in the talks.", "indirect", "Berg", "before"),
        ("Both sides reaffirmed their commitment to the treaty.", "indirect", "both", "before"),
        ("Veldanian President Otto Lind rejected the charges as false.", "other", "Lind", "before"),
        ('"The charges are false," Veldanian President Otto Lind said.', "other", "Lind", "after"),
        ("The treaty was signed in the spring of 1991.", "narration", "", "none"),
        ("The minister visited the “Living Memory” exhibition in Velm.", "narration", "", "none"),
        ("The ‘Heroes of the Last Battle’ campaign opened in Velm.", "narration", "", "none"),
        ('The so-called "new order" has failed in Veldania.', "narration", "", "none"),
    ],
)
def test_one_sentence_of_a_wire_story(text, voice, speaker, kind):
    assert only(text) == (voice, speaker, kind)


@pytest.mark.parametrize(
    ("text", "voice", "speaker"),
    [
        ("The President stressed that the border would stay open.", "indirect", "Berg"),
        ("President Berg thanked her counterpart for the warm welcome.", "indirect", "Berg"),
        ("The two leaders discussed trade and energy.", "own", ""),
        ("Anna Berg met with President of Veldania Otto Lind.", "own", ""),
        ("The leaders expressed satisfaction with the level of trade.", "indirect", "both"),
        ("Anna Berg and Otto Lind reaffirmed their commitment to peace.", "indirect", "both"),
        ("President of Veldania Otto Lind thanked Ardenia for its help.", "other", "Lind"),
        (
            "Anna Berg spoke with Otto Lind and thanked him for his steady support of the peace talks.",
            "indirect",
            "Berg",
        ),
        ("The President welcomed Prime Minister Otto Lind to Ardis.", "own", ""),
        ("Berg recalled that Veldania had paid its share and signed the treaty.", "indirect", "Berg"),
        ("The plan agreed by the ministers was published on Monday.", "own", ""),
        ("Participants highlighted the need for more schools.", "other", "Participants"),
    ],
)
def test_one_sentence_of_a_press_note(text, voice, speaker):
    found = voices(text, NOTE)[-1]
    assert (found.voice, found.speaker.rpartition(" ")[2]) == (voice, speaker)


def test_a_quotation_resumed_after_the_cue_keeps_the_speaker():
    text = '"In 1944 the river froze," the Ardenian minister recalled. "Many died. We remember them."'
    assert said(text) == [("direct", "Berg", "after"), ("direct", "Berg", "none"), ("direct", "Berg", "none")]


def test_a_cue_is_looked_for_ahead_in_the_paragraph():
    text = '"Many died. We remember them," Veldanian President Otto Lind said.'
    assert said(text) == [("other", "Lind", "none"), ("other", "Lind", "after")]


def test_a_quotation_runs_on_over_paragraphs_with_one_opening_mark_each():
    text = 'Talks were held in Velm.\n"Many died there.\n"We remember them.\n"Nobody is forgotten," Ivo Marn said.'
    assert [voice for voice, _, _ in said(text)] == ["narration", "direct", "direct", "direct"]
    assert {speaker for _, speaker, _ in said(text)[1:]} == {"Marn"}


@pytest.mark.parametrize("pair", ["“”", '""', "«»", "»«", "„“", "„”", "”“"])
def test_every_pair_of_marks(pair):
    text = f"{pair[0]}We keep our memory alive,{pair[1]} Berg said. Trade went on."
    assert [voice for voice, _, _ in said(text)] == ["direct", "narration"]


def test_a_message_in_one_pair_of_marks_over_paragraphs():
    text = (
        "The message reads:\n“Dear friends, we remember.\nWe shall not forget.\nI wish you success.”\nThe forum opened."
    )
    assert [voiced.voice for voiced in voices(text, NOTE)] == ["own", "direct", "direct", "direct", "own"]
    assert [voiced.cue_kind for voiced in voices(text, NOTE)] == ["none", "before", "none", "none", "none"]
    assert voices(text, NOTE)[1].speaker == "Anna Berg"


def test_the_summary_names_the_signatory():
    context = Context(kind="press_release", actor="ARD", occasion="Anna Berg sent greetings to the rescue workers.")
    assert voices("The message reads:\n“We thank all of you for your work.”", context)[1].speaker == "Anna Berg"


def test_a_missing_closing_mark_ends_with_the_paragraph():
    text = '"We keep our memory alive, and so do you, Berg said.\nThe treaty was signed in 1991.\n"We will," she added.'
    assert [voice for voice, _, _ in said(text)] == ["direct", "narration", "direct"]


def test_continued_speech_needs_a_cue_before_it_in_its_paragraph():
    text = "Berg said that the port was open. Ships would call again by June.\nThe port was built in 1900."
    assert [voice for voice, _, _ in said(text)] == ["indirect", "continued", "narration"]


def test_background_tails_are_narration():
    text = "Berg said that the port was open.\nArdenia and Veldania signed the treaty in 1991. Trade began in 1992."
    assert [voice for voice, _, _ in said(text)] == ["indirect", "narration", "narration"]


TRANSCRIPT = """Press conference in Ardis
President of Ardenia Anna Berg: Good afternoon, friends.
We had useful talks. (Applause.)
President of Veldania Otto Lind (retranslated): Thank you for the welcome.
Question: What about the border?
Will it stay open?
Anna Berg: It will.
Otto Lind: I agree.
* * *
The talks were held at the old castle."""


def test_turns_of_a_press_conference_with_two_principals():
    found = [(voiced.voice, voiced.speaker) for voiced in voices(TRANSCRIPT, Context(actor="ARD"))]
    assert found == [
        ("none", ""),
        ("transcript", "Anna Berg"),
        ("transcript", "Anna Berg"),
        ("none", ""),
        ("other", "Otto Lind"),
        ("other", "Question"),
        ("other", "Question"),
        ("transcript", "Anna Berg"),
        ("other", "Otto Lind"),
        ("own", ""),
    ]


def test_labels_in_capitals_and_letters():
    text = "THE PRESIDENT: Thank you.\nQ: Will you run again?\nTHE PRESIDENT: We shall see.\nMS. OREN: Last question."
    context = Context(kind="transcript", speaker="Anna Berg", role="president", actor="ARD")
    assert [v.voice for v in voices(text, context)] == ["transcript", "other", "transcript", "transcript"]
    assert [v.speaker for v in voices(text, context)] == ["Anna Berg", "Question", "Anna Berg", "Oren"]


def test_an_interviewer_is_not_the_issuing_side():
    text = "\n".join(f"Ivo Marn: Is question {n} hard?\nAnna Berg: No, it is not." for n in range(3))
    assert [v.voice for v in voices(text, Context(speaker="Anna Berg", actor="ARD"))] == ["other", "transcript"] * 3


@pytest.mark.parametrize(
    "text", ["Mr President: we thank you.", "Background: the treaty of 1991.", "Excellencies: we meet."]
)
def test_salutations_and_fields_are_no_turns(text):
    assert voices(text, Context(actor="ARD"))[0].voice == "own"


def test_the_label_is_the_attribution_clause():
    text = "Anna Berg: We agree.\nOtto Lind: So do we.\nAnna Berg: Good."
    first = voices(text, Context(speaker="Anna Berg"))[0]
    assert text[first.clause_start : first.clause_end] == "Anna Berg:"


def test_a_joint_statement_is_both_sides():
    context = Context(kind="joint_statement", actor="ARD")
    text = "The two sides stress the role of trade.\nBoth sides noted that peace had held."
    assert [(v.voice, v.speaker) for v in voices(text, context)] == [("own", "both"), ("own", "both")]


def test_a_speech_is_own_but_for_quotations_of_named_others():
    text = (
        "We want peace. As Otto Lind said, “nobody wins a war of words or of arms.” My own motto is “peace and bread”."
    )
    found = voices(text, Context(kind="speech", speaker="Anna Berg"))
    assert [voiced.voice for voiced in found] == ["own", "other", "own"]
    assert found[1].speaker == "Otto Lind"


def test_furniture_is_nobody():
    text = (
        "Talks in Ardis\nThe ministers met in Ardis.\nParticipants included:\n- Anna Berg, minister\n- Otto Lind, mayor"
    )
    assert [voiced.voice for voiced in voices(text, NOTE)] == ["none", "own", "none", "none", "none"]


def test_the_clause_and_the_quotation_are_given_apart():
    text = 'On Friday "we keep our memory alive," Berg said.'
    (found,) = voices(text)
    assert text[found.clause_start : found.clause_end] == "Berg said"
    assert text[found.quote_start : found.quote_end] == '"we keep our memory alive,"'


def test_epithets_go_to_the_compatible_official():
    text = "Ardenian Foreign Minister Anna Berg met with Veldanian President Otto Lind and Ambassador Ivo Marn."
    cues = load_cues()
    resolver = Resolver(build_roster(text, Context(actor="ARD"), ACTORS, cues), ACTORS, cues)
    for mention, name in [
        ("the minister", "Anna Berg"),
        ("the Ardenian top diplomat", "Anna Berg"),
        ("the Veldanian president", "Otto Lind"),
        ("the Veldanian leader", "Otto Lind"),
        ("the ambassador", "Ivo Marn"),
        ("Mr. Lind", "Otto Lind"),
        ("he", "Otto Lind"),
        ("the two ministers", "both"),
        ("the spokeswoman", "spokeswoman"),
    ]:
        assert resolver.resolve(mention).name == name, mention


@pytest.mark.parametrize(
    ("text", "hit", "voice", "stance"),
    [
        ("We condemn every attempt to rewrite history.", "rewrite history", "own", "asserts"),
        ("Nobody is rewriting history.", "rewriting history", "own", "denies"),
        ("We do not rewrite history.", "rewrite history", "transcript", "denies"),
        ("We reject the accusations of rewriting history.", "rewriting history", "direct", "denies"),
        ("Nobody denies the falsification of history.", "falsification", "own", "asserts"),
        ("We will not allow anyone to rewrite history.", "rewrite history", "own", "asserts"),
        ("History must not be rewritten.", "rewritten", "own", "asserts"),
        ("We are accused of rewriting history.", "rewriting history", "own", "reports"),
        ("They claim that we rewrite history.", "rewrite history", "own", "reports"),
        ("Are you rewriting history?", "rewriting history", "other", "reports"),
        ("(Rewriting history.)", "Rewriting", "none", "none"),
        ("We rewrite nothing.", "", "own", "none"),
    ],
)
def test_stance(text, hit, voice, stance):
    at = text.find(hit)
    hits = [(at, at + len(hit))] if hit else []
    assert stance_of(text, (0, len(text)), Voiced(voice), hits) == stance


def test_empty_text():
    assert attribute("", [], WIRE) == []
    assert voices(" \n ") == []


PIECES = st.lists(
    st.sampled_from(
        [
            '"',
            "“",
            "”",
            "«",
            "»",
            "„",
            "'",
            "’",
            "\n",
            " ",
            ".",
            ",",
            ":",
            "(",
            ")",
            "?",
            "—",
            "said",
            " Berg",
            "the",
            "A",
            "Anna Berg: ",
            "Question: ",
            "according to ",
            "that ",
            "told ",
            "by ",
            "he ",
            "Mr. ",
            "* * *",
            "和平",
            "\ue000",
            "Ardenian",
        ]
    ),
    max_size=60,
).map("".join)
KINDS = st.sampled_from(
    [None, "speech", "press_release", "wire_story", "readout", "transcript", "joint_statement", "web_page"]
)


@settings(max_examples=150, deadline=None)
@given(PIECES | st.text(max_size=200), KINDS, st.sampled_from([None, "Anna Berg", "", " "]))
def test_no_text_makes_it_fail(text, kind, speaker):
    spans = segment(text)
    found = attribute(text, spans, Context(kind=kind, speaker=speaker, actor="ARD"), ACTORS)
    assert len(found) == len(spans)
    for (start, end), voiced in zip(spans, found, strict=True):
        assert 0 <= voiced.confidence <= 1
        if voiced.clause_start >= 0:
            assert start <= voiced.clause_start <= voiced.clause_end <= end
        if voiced.quote_start >= 0:
            assert start <= voiced.quote_start < voiced.quote_end <= end


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='"“”«»\n ab', max_size=60))
def test_quotations_are_in_order_and_stay_in_their_paragraph(text):
    at = 0
    for quote in find_quotes(text):
        assert at <= quote.start < quote.end
        assert "\n" not in text[quote.start : quote.end]
        at = quote.end


QUOTED = st.sampled_from(["We keep our memory alive", "Nobody is forgotten in our country", "Peace is near at last"])
PARAGRAPHS = st.one_of(
    st.just(["The treaty was signed in the spring of 1991."]),
    st.just(["Berg stressed that the border would stay open."]),
    QUOTED.map(lambda words: [f'"{words}," Berg said.']),
    QUOTED.map(lambda words: [f'"{words}," Berg said. "It will last."']),
    QUOTED.map(lambda words: [f'Berg said: "{words}. It will last."']),
    st.tuples(QUOTED, QUOTED).map(lambda two: [f'"{two[0]}.', f'"{two[1]}," she said.']),
)
"""Each is one quotation at most that may run over several paragraphs."""


@settings(max_examples=100, deadline=None)
@given(st.lists(PARAGRAPHS, min_size=2, max_size=6), st.data())
def test_a_lost_mark_is_felt_at_most_to_the_end_of_its_quotation_or_paragraph(story, data):
    """Voices of all paragraphs outside the block of the lost mark stay: nothing spills over."""
    lines = [line for block in story for line in block]
    owner = [number for number, block in enumerate(story) for _ in block]
    text = "\n".join(lines)
    marks = [at for at, char in enumerate(text) if char == '"']
    if not marks:
        return
    mark = data.draw(st.sampled_from(marks))
    hurt = owner[text.count("\n", 0, mark)]
    before = by_paragraph(text)
    after = by_paragraph(text[:mark] + text[mark + 1 :])
    for number, block in enumerate(owner):
        if block != hurt:
            assert before.get(number) == after.get(number)


def by_paragraph(text: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for (start, _), voiced in zip(segment(text), voices(text), strict=True):
        found.setdefault(text.count("\n", 0, start), []).append(voiced.voice)
    return found


@pytest.mark.parametrize(
    "text",
    [
        '"a' * 4_000,
        '"We met" ' * 4_000,
        '"We met.\n' * 4_000,
        "Berg said that " * 4_000,
        "()" * 4_000 + " said so that",
        "A-" * 5_000,
        "Anna Berg: Yes.\n" * 5_000,
        "He said, " * 4_000,
        "Mr. Berg, " * 4_000,
        ", ".join(["Berg said"] * 4_000),
    ],
    ids=range(10),
)
def test_the_time_is_linear(text):
    context = Context(kind="wire_story", speaker="Anna Berg")
    begin = time.perf_counter()
    attribute(text, segment(text), context, ACTORS)
    assert time.perf_counter() - begin < 4


def test_importing_it_loads_no_table_and_no_yaml():
    code = (
        "import sys, aidememoire.voices; print([m for m in ('pandas', 'ruamel.yaml', 'pydantic') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_invented_sample_has_its_planted_voices():
    folder = ROOT / "corpus" / "sample"
    table = builtin_actors().extended(read_actors(folder / "actors.csv"))
    with (folder / "truth_sentences.csv").open(newline="", encoding="utf-8") as file:
        planted = {(row["statement"], row["opening"][:30]): row["voice"] for row in csv.DictReader(file)}
    right = wrong = 0
    for result in read_corpus(folder, name="sample", options=ReadOptions(actors=table)):
        for statement in result.statements:
            key = statement.statement_id.partition("/")[2]
            text, spans = statement.text.text, segment(statement.text.text)
            context = Context(statement.kind, statement.speaker, statement.role, statement.actor, statement.agency)
            for (start, end), voiced in zip(spans, attribute(text, spans, context, table), strict=True):
                voice = planted.get((key, text[start:end][:30]))
                right += voice == voiced.voice
                wrong += voice not in (None, voiced.voice)
    assert right > 1_500
    assert wrong <= 0.01 * right


@pytest.mark.real
def test_the_reference_story(shared):
    (result,) = read_corpus(shared / "corpora" / "tass_2021-09-03.txt", name="tass")
    (statement,) = result.statements
    text = statement.text.text
    context = Context(statement.kind, statement.speaker, statement.role, statement.actor, statement.agency)
    found = attribute(text, segment(text), context)
    assert [v.voice for v in found] == ["indirect"] + ["direct"] * 6 + ["indirect"] * 2 + ["direct"] * 2
    assert {v.speaker for v in found} == {"Sergey Lavrov"}
    cues = ["say", "recall", "", "", "", "go on to say", "", "emphasize", "mention", "", "according to"]
    assert [v.cue for v in found] == cues
    none = "none"
    kinds = ["after", "after", none, none, none, "after", none, "before", "before", none, "after"]
    assert [v.cue_kind for v in found] == kinds


@pytest.mark.real
def test_accuracy_on_the_hand_coded_sentences(shared):
    specification = importlib.util.spec_from_file_location("voices_benchmark", BENCHMARK)
    benchmark = importlib.util.module_from_spec(specification)
    sys.modules["voices_benchmark"] = benchmark
    specification.loader.exec_module(benchmark)
    coded = benchmark.read_coded(shared / "gold" / "voices_dev.jsonl")
    scored = benchmark.score(coded, benchmark.read_documents(shared, coded))
    assert sum(row.voice_right for row in scored) >= 0.90 * len(scored)
    assert sum(row.speaker_right for row in scored) >= 0.88 * len(scored)
