"""Actors named, issuers and counterparts, dyads, targets; on invented states unless a rule is about a real name."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aidememoire as am
from aidememoire.ingest import ActorTable, builtin_actors
from aidememoire.ingest.model import ReadOptions
from aidememoire.mentions import Asked, NameTable, dyads_of, mentions_in, name_table, parties_of, targets_of

NAMES = name_table(builtin_actors())
INVENTED = ActorTable(()).extended(
    {
        "ARD": {"name": "Ardenia", "demonyms": ["Ardenian"], "capital": "Ostrel"},
        "BOR": {"name": "Borovia", "demonyms": ["Borovian"], "capital": "Kelm"},
        "CED": {"name": "Cedonia", "official": "Republic of Cedonia", "demonyms": ["Cedonian"]},
    }
)
OWN = NameTable(INVENTED)


def named(text: str, year: int | None = None, names: NameTable = NAMES) -> list[str]:
    return [mention.actor for mention in mentions_in(text, names, year=year)]


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("Papua New Guinea and Guinea-Bissau and Guinea", ["PNG", "GNB", "GIN"]),
        ("Niger and Nigeria", ["NER", "NGA"]),
        ("the Democratic People's Republic of Korea", ["PRK"]),
        ("the Korean question", []),
        ("South American and Latin American states", []),
        ("the Organization of American States", ["OAS"]),
        ("the Indian Ocean, the Sea of Japan and the South China Sea", []),
        ("the English Channel, the Gulf of Mexico and New Mexico", []),
        ("Georgia, Ukraine and Moldova", ["GEO", "UKR", "MDA"]),
        ("in Macon, Georgia", []),
        ("Governor of Georgia", []),
        ("Michael Jordan and Chad Smith met Israel Katz", []),
        ("King of Jordan; President of Chad; Israel", ["JOR", "TCD", "ISR"]),
        ("He spoke in Russian. Russian cities", ["RUS"]),
        ("Sino-Russian ties in the Indo-Pacific", ["CHN", "RUS"]),
        ("JOIN US NOW", []),
        ("the US and the UN", ["USA", "UN"]),
        ("the Panama Canal, the Thanksgiving Turkey", []),
        ("Russians, Poles and the Chinese", ["RUS", "POL", "CHN"]),
        ("the Greek Cypriots", ["CYP"]),
        ("turkey and china", []),
    ],
)
def test_names_are_whole_names_of_actors(text, actors):
    assert named(text) == actors


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("Beijing said so.", ["CHN"]),
        ("the Kremlin rejected it", ["RUS"]),
        ("Tokyo's policy", ["JPN"]),
        ("relations between Moscow and Beijing", ["RUS", "CHN"]),
        ("flights between Moscow and Beijing", []),
        ("in Tokyo, in Beijing, arrived in Paris", []),
        ("MOSCOW, September 3. Moscow, September 3.", []),
        ("the Paris Agreement, the Vienna Convention, Geneva talks", []),
        ("met in the Kremlin", []),
        ("the Moscow Treaty", []),
    ],
)
def test_a_capital_is_its_state_only_where_it_acts(text, actors):
    assert named(text, 2020) == actors


def test_the_year_settles_what_several_bore():
    assert named("Moscow refused.", 1985) == ["SUN"]
    assert named("Moscow refused.", 2005) == ["RUS"]
    assert named("Moscow refused.") == []
    assert named("the Congo", 1980) == ["COG"]
    assert named("the Congo", 1961) == named("the Congo", 2005) == named("Congolese", 1980) == []
    assert named("the USSR and Yugoslavia", 2021) == ["SUN", "YUG"]


def test_names_broken_by_a_line_and_curly_apostrophes_are_found():
    text = "the United\nNations and Côte d’Ivoire"
    assert [text[m.start : m.end] for m in mentions_in(text, NAMES)] == ["United\nNations", "Côte d’Ivoire"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["Ardenia", "Borovian", "the", "Ostrel said", ",", "x", "Republic of Cedonia", "\n"])))
def test_mentions_are_in_order_apart_and_spelled_as_in_the_text(words):
    text = " ".join(words)
    found = mentions_in(text, OWN)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(" ".join(text[m.start : m.end].split()) == m.form for m in found)
    assert len(found) == sum(word not in {"the", ",", "x", "\n"} for word in words)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ABKOaeinrstv ,.-’\n"), st.text(alphabet="ABKOaeinrstv ,.-’\n"))
def test_a_stretch_is_read_as_in_the_whole_text(before, behind):
    text = f"{before} Ardenia {behind}"
    at = len(before) + 1
    whole = [m for m in mentions_in(text, OWN) if m.start == at]
    assert mentions_in(text, OWN, at, at + 7) == whole


@pytest.mark.parametrize(
    ("title", "issuers", "counterparts"),
    [
        ("Joint Statement of Ardenia and Borovia", ("ARD", "BOR"), ()),
        ("Ardenia-Borovia Joint Communiqué", ("ARD", "BOR"), ()),
        ("Remarks in Joint Statements to the Press with the President of Borovia", ("ARD",), ()),
        ("Meeting with the Foreign Minister of Borovia", ("ARD",), ("BOR",)),
        ("Telephone conversation with the Borovian President", ("ARD",), ("BOR",)),
        ("Talks between Minister Anna Berg and Borovian Minister Luis Rojas", ("ARD",), ("BOR",)),
        ("Message of condolence to the government of Borovia", ("ARD",), ("BOR",)),
        ("Call with the President of Borovia about Cedonia", ("ARD",), ("BOR",)),
        ("Consultations with Borovia and Cedonia", ("ARD",), ("BOR", "CED")),
        ("Ardenia and Borovia hold consultations on fish", ("ARD",), ("BOR",)),
        ("Before talks with Borovia, the President met the Governor", ("ARD",), ()),
        ("The President opened a school", ("ARD",), ()),
    ],
)
def test_parties_are_read_from_a_headline(title, issuers, counterparts):
    parties = parties_of("They spoke.", OWN, actor="ARD", title=title)
    assert (parties.issuers, parties.counterparts) == (issuers, counterparts)


def asked(text, hit, speaker="ARD", others=(), before=()):
    at = text.index(hit)
    earlier = tuple(tuple(mentions_in(sentence, OWN)) for sentence in before)
    mentions = tuple(mentions_in(text, OWN))
    return Asked(text, 0, len(text), ((at, at + len(hit)),), speaker, others, mentions, earlier)


@pytest.mark.parametrize(
    ("text", "others", "pairs"),
    [
        ("Our two countries are bound by friendship.", ("BOR",), ("ARD-BOR",)),
        ("Our two countries are bound by friendship.", (), ()),
        ("Our two countries are bound by friendship.", ("BOR", "CED"), ()),
        ("Nothing can break our friendship.", ("BOR",), ("ARD-BOR",)),
        ("Ardenian-Borovian friendship grows.", (), ("ARD-BOR",)),
        ("The friendship between Borovia and Cedonia grows.", (), ("BOR-CED",)),
        ("Our friendship with Borovia grows.", (), ("ARD-BOR",)),
        ("Our friendship with Borovia and Cedonia grows.", (), ("ARD-BOR", "ARD-CED")),
        ("Our two countries share a friendship, whatever Cedonia says.", ("BOR",), ("ARD-BOR",)),
        ("Friendship unites us all.", (), ()),
    ],
)
def test_dyads(text, others, pairs):
    hit = "riendship"
    assert dyads_of(asked(text, hit, others=others)) == pairs


def test_a_guest_speaks_for_his_state_and_an_unknown_one_for_none():
    text = "Our two countries are bound by friendship."
    assert dyads_of(asked(text, "friendship", speaker="CED", others=("ARD",))) == ("ARD-CED",)
    assert dyads_of(asked(text, "friendship", speaker="", others=("ARD",))) == ()


def test_the_two_countries_may_be_those_just_named():
    text = "The friendship of the two countries lasts."
    assert dyads_of(asked(text, "friendship", before=("We value Borovia.",))) == ("ARD-BOR",)
    assert dyads_of(asked(text, "friendship", before=("We value Borovia and Cedonia.",))) == ()
    assert dyads_of(asked("Friendship lasts.", "Friendship", before=("We value Borovia.",))) == ()


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("We condemn attempts to falsify history.", ("unnamed",)),
        ("Borovia keeps trying to falsify history.", ("BOR",)),
        ("The Borovian authorities falsify history.", ("BOR",)),
        ("Borovia's attempts to falsify history will fail.", ("BOR",)),
        ("Attempts to falsify history by Borovia will fail.", ("BOR",)),
        ("To falsify history is the state policy of Borovia.", ("BOR",)),
        ("In Borovia, they falsify history.", ("BOR",)),
        ("Borovia and Cedonia continue to falsify history.", ("BOR", "CED")),
        ("Ardenia and Borovia strongly condemn attempts to falsify history.", ("unnamed",)),
        ("Together with Borovia we oppose attempts to falsify history.", ("unnamed",)),
        ("Ardenia does falsify history, they say.", ("unnamed",)),
        ("Borovia rejects attempts to falsify history.", ("unnamed",)),
        ("At the meeting in Borovia we opposed attempts to falsify history.", ("unnamed",)),
        ("Borovia voted against the resolution on those who falsify history.", ("BOR",)),
    ],
)
def test_a_target_is_who_is_said_to_do_it(text, targets):
    assert targets_of(asked(text, "falsify history")) == targets


@pytest.mark.parametrize(("speaker", "target"), [("ARD", "BOR"), ("BOR", "ARD")])
def test_every_side_is_read_alike(speaker, target):
    names = {"ARD": "Ardenia", "BOR": "Borovia"}
    text = f"{names[target]} continues to falsify history."
    assert targets_of(asked(text, "falsify history", speaker=speaker)) == (target,)
    assert targets_of(asked(text, "falsify history", speaker=target)) == ("unnamed",)


def test_actors_and_facets_of_a_corpus(make_corpus):
    text = "Minister Berg met with the Minister of Borovia. Our two countries are bound by friendship. Cedonia came.\n"
    options = ReadOptions(actors=builtin_actors().extended(_rows()), defaults={"actor": "ARD", "language": "en"})
    corpus = make_corpus({"note.txt": text}, options=options)
    expected = [["ARD", "issuer"], ["BOR", "counterpart"], ["CED", "mentioned"]]
    assert corpus.actors()[["actor", "part"]].values.tolist() == expected
    places = corpus.mentions()
    assert [(row.sentence, text[row.start : row.end]) for row in places.itertuples()] == [
        (0, "Borovia"),
        (2, "Cedonia"),
    ]
    kept = corpus.store.connection.execute("SELECT count(*) FROM mentions").fetchone()[0]
    assert kept == 1
    facets = am.code(corpus, am.load_codebook()).facets
    dyads = facets[facets["facet"] == "bf_dyad"]
    assert dyads[["sentence", "theme", "value"]].values.tolist() == [[1, "bilateral_friendship", "ARD-BOR"]]


def test_an_empty_corpus_has_empty_tables(make_corpus):
    corpus = make_corpus({})
    assert list(corpus.actors().columns) == ["statement_id", "actor", "part"]
    assert corpus.actors().empty
    assert corpus.mentions().empty


def test_statements_in_other_languages_get_no_dyads(make_corpus):
    options = ReadOptions(actors=builtin_actors().extended(_rows()), defaults={"actor": "ARD", "language": "fr"})
    corpus = make_corpus({"note.txt": "Ardenian-Borovian friendship grows."}, options=options)
    facets = am.code(corpus, am.load_codebook()).facets
    assert not (facets["facet"] == "bf_dyad").any()


def _rows():
    return {
        actor.code: {"name": actor.name, "official": actor.official, "demonyms": list(actor.demonyms)}
        for actor in INVENTED.actors
    }


@pytest.mark.real
def test_the_reference_story(shared, make_corpus):
    story = (shared / "corpora" / "tass_2021-09-03.txt").read_text(encoding="utf-8")
    corpus = make_corpus({"tass_2021-09-03.txt": story})
    facets = am.code(corpus, am.load_codebook()).facets
    got = facets[facets["facet"].isin(["bf_dyad", "ar_target"])]
    targets = got[got["facet"] == "ar_target"][["sentence", "value"]].values.tolist()
    assert targets == [[6, "unnamed"]]
    assert set(got.loc[got["facet"] == "bf_dyad", "value"]) == {"CHN-RUS"}
