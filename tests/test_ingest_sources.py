"""Encodings, dates, actors, offices, datelines: what is read from single strings."""

import pytest

from aidememoire.errors import IngestRefused
from aidememoire.ingest import ReadOptions, builtin_actors
from aidememoire.ingest.dates import ReadDate, complete_dateline, from_file_name, read_date
from aidememoire.ingest.encoding import decode
from aidememoire.ingest.roles import as_person, as_role, first_office_holder
from aidememoire.ingest.wire import find_dateline

ACTORS = builtin_actors().extended(
    {"KRV": {"name": "Karvenia", "demonyms": ["Karvenian"]}, "RUS": {"aliases": ["Rossiya"]}}
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Министр заявил о мире.", "cp1251"),
        ("Да, мир", "cp1251"),
        ("МИД: «Мы помним»", "cp1251"),
        ("Мы помним историю", "koi8-r"),
        ("Мы помним историю", "utf-8"),
        ("Мы помним историю", "utf-16"),
        ("café “hello” naïve", "cp1252"),
        ("It’s", "cp1252"),
        ("Żółw oświadczyło ministerstwo", "cp1250"),
        ("Ministr zahraničí řekl, že dějiny", "cp1250"),
        ("Υπουργός Εξωτερικών δήλωσε", "cp1253"),
        ("外交部发言人表示历史不容篡改", "gb18030"),
        ("外務省は声明を発表した", "shift_jis"),
        ("외교부는 성명을 발표했다", "euc_kr"),
    ],
)
def test_an_encoding_is_found_by_evidence(text, encoding):
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize("declared", ["koi8-r", "utf-8", "windows-1252", "no-such-charset"])
def test_a_page_that_lies_about_its_charset_is_not_believed(declared):
    page = f'<html><meta charset="{declared}"><p>Мы помним подвиг</p></html>'
    assert decode(page.encode("cp1251"), html=True) == (page, "cp1251")
    assert decode(page.encode("utf-8"), html=True) == (page, "utf-8")


@pytest.mark.parametrize("data", [b"MZ\x00\x01\x02", bytes(range(1, 32)) * 20, b"\xff\xfea"])
def test_what_is_not_text_is_refused(data):
    with pytest.raises(IngestRefused):
        decode(data)


@pytest.mark.parametrize(
    ("value", "iso", "precision"),
    [
        ("2021-09-03", "2021-09-03", "day"),
        ("2021-09-03T23:59:59-04:00", "2021-09-03", "day"),
        ("2021-09", "2021-09", "month"),
        ("2021", "2021", "year"),
        ("September 3, 2021", "2021-09-03", "day"),
        ("3rd Sept. 2021", "2021-09-03", "day"),
        ("May 2021", "2021-05", "month"),
        ("03.09.2021", "2021-09-03", "day"),
        ("13/09/2021", "2021-09-13", "day"),
        ("03/09/2021", None, None),
        ("2021-02-30", None, None),
        ("September 3", None, None),
        ("yesterday", None, None),
        ("3 сентября 2021", "2021-09-03", "day"),
    ],
)
def test_dates_of_fields(value, iso, precision):
    read = read_date(value, "field")
    assert (read.iso, read.precision) == (iso, precision)
    assert (read.rule or "").startswith("field")


@pytest.mark.parametrize(
    "value",
    [
        "Volume 12, 2021",
        "Session 75 of 2020, item 12",
        "12 zzzqq 2021",
        "12 aa bb cc dd ee ff gg hh kk jj 2021",
        "No. 45 foobar 2021",
        "le 3 mai 2021 " + "ou " * 10,
        "May of the year 2021",
    ],
)
def test_what_has_no_day_month_and_year_is_not_searched_for_a_date(value, monkeypatch):
    monkeypatch.setattr("dateparser.parse", None)
    assert read_date(value, "field").iso is None


@pytest.mark.parametrize("value", ["3 mar xyzzy qqqq 2021", "3 maj maj maj 2021", "12 mai-juin 2021 lundi"])
def test_an_odd_date_is_looked_for_in_languages_with_such_a_month(value, monkeypatch):
    asked = []
    monkeypatch.setattr("dateparser.parse", lambda text, languages, settings: asked.append(languages))
    assert read_date(value, "field").iso is None
    assert 0 < len(asked[0]) <= 27


@pytest.mark.parametrize(
    ("name", "iso"),
    [
        ("story_2021-09-03.txt", "2021-09-03"),
        ("20210903_story.txt", "2021-09-03"),
        ("2021-09_note.md", "2021-09"),
        ("202109.txt", None),
        ("agenda2030.txt", None),
        ("no 123456789.txt", None),
    ],
)
def test_dates_of_file_names(name, iso):
    assert from_file_name(name).iso == iso


def test_a_dateline_takes_its_year_only_from_proof():
    day = ReadDate("2021-01-02", "day", "date prefix")
    assert complete_dateline(12, 31, None, [day]).iso == "2020-12-31"
    assert complete_dateline(1, 2, None, [day]).rule == "dateline, year from date prefix"
    assert complete_dateline(6, 1, None, [day]).iso == "2021-01-02"
    assert complete_dateline(6, 1, 1999, [day]).iso == "1999-06-01"
    unproved = complete_dateline(9, 3, None, [])
    assert unproved.iso is None
    assert "nothing proves the year" in unproved.rule


@pytest.mark.parametrize(
    ("name", "year", "code"),
    [
        ("Republic of Korea", None, "KOR"),
        ("ROK", None, "KOR"),
        ("DPRK", None, "PRK"),
        ("Korea", None, None),
        ("USSR", 2005, "SUN"),
        ("soviet union", None, "SUN"),
        ("GDR", 1970, "DDR"),
        ("Germany", 1970, "DEU"),
        ("the Netherlands", None, "NLD"),
        ("rus", 1960, "RUS"),
        ("Karvenia", None, "KRV"),
        ("Rossiya", None, "RUS"),
        ("Russian Federation", None, "RUS"),
        ("Rusia", None, None),
    ],
)
def test_names_are_looked_up_exactly(name, year, code):
    assert ACTORS.resolve(name, year) == code


def test_the_table_is_whole():
    table = builtin_actors()
    codes = [actor.code for actor in table.actors]
    assert len(codes) == len(set(codes))
    assert {"SUN", "YUG", "DDR", "CSK", "YMD", "SCG", "EU", "UN", "NATO", "VAT", "PSE", "XKX", "TWN"} <= set(codes)
    shared = {key for key, found in table._names.items() if len(found) > 1}
    assert shared == set()
    assert table.demonym("Congolese") is None
    assert ReadOptions().digest() != ReadOptions(actors=ACTORS).digest()


def test_wrong_options_say_what_is_allowed():
    with pytest.raises(ValueError, match=r"defaults: \['actr'\] not known; allowed: actor"):
        ReadOptions(defaults={"actr": "RUS"})
    with pytest.raises(ValueError, match="not known; allowed"):
        builtin_actors().extended({"KRV": {"demonym": "x"}})


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("Peace, Karvenian Foreign Minister Ana Lind said.", ("KRV", "foreign minister", "Ana Lind")),
        ("President of Karvenia Otto Berg arrived.", ("KRV", "president", "Otto Berg")),
        ("U.S. Secretary of State Jane Roe spoke Friday.", ("USA", "secretary of state", "Jane Roe")),
        (
            "Karvenian Deputy Foreign Minister Jan van der Meer met",
            ("KRV", "deputy foreign minister", "Jan van der Meer"),
        ),
        ("Karvenia's Prime Minister Li Na Tuesday said", ("KRV", "prime minister", "Li Na")),
        ("Former Karvenian President Otto Berg died.", None),
        ("Nobody spoke.", None),
    ],
)
def test_the_first_office_holder(lead, expected):
    holder = first_office_holder(lead, ACTORS)
    assert (holder and (holder.actor, holder.role, holder.speaker)) == expected


def test_posts_and_names_are_written_one_way():
    assert as_role(" Minister of Foreign Affairs ") == as_role("MINISTER FOR FOREIGN AFFAIRS") == "foreign minister"
    assert as_person("Mr. Wim  DE-VRIES ") == "Wim De-Vries"


@pytest.mark.parametrize(
    ("text", "place", "agency", "month", "day"),
    [
        ("MOSCOW, September 3. / TASS /. The", "Moscow", "TASS", 9, 3),
        ("MOSCOW, September 3. /TASS/. The", "Moscow", "TASS", 9, 3),
        ("BEIJING, Sept. 3 (Xinhua) -- The", "Beijing", "Xinhua", 9, 3),
        ("MOSCOW. Sept 3 (Interfax) - The", "Moscow", "Interfax", 9, 3),
        ("MOSCOW, September 3 (RIA Novosti) - The", "Moscow", "RIA Novosti", 9, 3),
        ("MOSCOW (Sputnik) — The", "Moscow", "Sputnik", None, None),
        ("WARSAW, Poland (AP) — The", "Warsaw", "AP", None, None),
        ("LONDON, Sept 3 (Reuters) - The", "London", "Reuters", 9, 3),
        ("NEU KARVEN, May 9. /NORDPOST/. The", "Neu Karven", "NORDPOST", 5, 9),
        ("date 2021-09-03 RIO DE JANEIRO, 3 September /KNA/. The", "Rio de Janeiro", "KNA", 9, 3),
        ("Talks end\nMOSCOW, September 3. /TASS/. The", "Moscow", "TASS", 9, 3),
    ],
)
def test_datelines(text, place, agency, month, day):
    found = find_dateline(text)
    assert (found.place, found.agency, found.month, found.day) == (place, agency, month, day)
    assert text[found.end :] == "The"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The treaty (1975) - a text.",
        "NATO (OTAN) said so.",
        "We met in MOSCOW, September 3. /TASS/. The",
        "The text (AP) - x",
    ],
)
def test_other_beginnings_are_no_datelines(text):
    assert find_dateline(text) is None
