import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidememoire.ingest.cleaning import clean

WRAPPED = (
    "The two ministers met in the old town hall of the\n"
    "capital and spoke for three hours about the com-\n"
    "mon border, the non-\n"
    "aligned countries and the long river between them.\n"
    "It was a good talk.\n"
    "They agreed to open two more crossings before the\n"
    "winter and to meet again when the snow has melted."
)
NUMBERED = "58.\tWe remember the long war.\n\r59.\tWe keep the graves.\n\r60. We hope."


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("", ""),
        ("\ufeffpeace", "peace"),
        ("one\r\ntwo\rThree", "one two\nThree"),
        ("co\u00adoperation", "cooperation"),
        ("a\u00a0just\u202fpeace", "a just peace"),
        ("“We” said ‘he’ and \"she\" and 'they'", "“We” said ‘he’ and \"she\" and 'they'"),
        ("First.\n\n\n  Second.  \n", "First.\nSecond."),
        ("We end here.\n\\###\n", "We end here."),
        ("We end here.\nThe meeting rose at 1.25 p.m.", "We end here."),
        ("A page ends in the\n\n\n23 10-55396 \n\nmiddle of this.", "A page ends in the middle of this."),
        ("Mr. President,\nWe thank you.\nMr. President,\nWe go on.", None),
    ],
)
def test_small_texts(raw, cleaned):
    assert clean(raw).text == (raw if cleaned is None else cleaned)


def test_wrapped_lines_are_joined_and_paragraphs_survive():
    assert clean(WRAPPED).text == (
        "The two ministers met in the old town hall of the capital and spoke for three hours about the common border, "
        "the non-aligned countries and the long river between them. It was a good talk.\n"
        "They agreed to open two more crossings before the winter and to meet again when the snow has melted."
    )


def test_one_paragraph_a_line_stays_so():
    lines = ["A sentence that fills its paragraph well enough to be one. " * 4] * 5
    assert clean("\n".join(lines)).text.count("\n") == 4


def test_numbers_of_a_un_record_go_and_others_stay():
    assert clean(NUMBERED, un_record=True).text == "We remember the long war.\nWe keep the graves.\nWe hope."
    assert clean("1. We agree.\n2. We sign.").text == "1. We agree.\n2. We sign."


def test_a_resolution_number_at_a_line_start_stays():
    raw = (
        "We recall that the Council adopted its resolution\n242. It was never carried out by anyone at all,\nso we ask."
    )
    assert "resolution 242. It" in clean(raw, un_record=True).text


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        (r"\[draft\] a\_b", "[draft] a_b"),
        ("# Joint statement\n\n**We** met *twice*.", "Joint statement\nWe met twice."),
        ("See [the text](https://x.example/a_b) now.", "See the text now."),
        ("snake_case and 2 * 3 stay", "snake_case and 2 * 3 stay"),
        ("**Borders  \n**We agreed.", "Borders\nWe agreed."),
    ],
)
def test_markdown(raw, cleaned):
    assert clean(raw, markdown=True).text == cleaned


def test_cleaned_text_leads_back_to_the_raw_text():
    cleaned = clean(WRAPPED)
    start = cleaned.text.index("common border")
    assert cleaned.raw_slice(start, start + len("common border")) == "com-\nmon border"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300), st.booleans(), st.booleans())
def test_any_text_can_be_cleaned_and_keeps_its_way_back(raw, markdown, un_record):
    cleaned = clean(raw, markdown=markdown, un_record=un_record)
    assert cleaned.text == cleaned.text.strip()
    assert "\n\n" not in cleaned.text
    for at, char in enumerate(cleaned.text):
        if not char.isspace():
            assert raw[cleaned.raw_offset(at)] == char


@given(
    st.lists(st.sampled_from(["We met. ", "the end-", "\n", "\n\n", "58.\t", "12", "  ", "Peace\r", "A-"]), max_size=60)
)
def test_no_layout_is_left_in_a_cleaned_text(parts):
    once = clean("".join(parts)).text
    assert "\r" not in once
    assert "  " not in once
