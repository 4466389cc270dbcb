"""One theme in several languages: how rules, tokens and sentences treat Russian, French and Chinese."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache
from itertools import cycle
from pathlib import Path

import pandas as pd
import pytest

import aidememoire as am
from aidememoire.codebook.patterns import expand
from aidememoire.languages import readable, unread
from aidememoire.lint import lint
from aidememoire.matching import CODING_KINDS, PlainMatcher, Rule, compile_rules
from aidememoire.matching.fast import FastMatcher
from aidememoire.report.wording import automatic_notes
from aidememoire.sentences import segment
from aidememoire.tokens import BREAK, tokenise
from test_docs import table

BOOK = am.load_codebook(Path(__file__).parent / "codebooks" / "languages.yaml")
RULES = compile_rules(BOOK)
LANGUAGES = ("en", "ru", "fr", "zh")

# The examples stand in rounds, one sentence of each language after the other.
POSITIVES = [
    (theme.id, language, text)
    for theme in BOOK.themes
    for text, language in zip(theme.positives, cycle(LANGUAGES), strict=False)
]
HARD_NEGATIVES = [(theme.id, text) for theme in BOOK.themes for text in theme.hard_negatives]
TEXTS = [text for _, _, text in POSITIVES] + [text for _, text in HARD_NEGATIVES]


@cache
def matchers(rules: tuple[Rule, ...]) -> tuple[PlainMatcher, FastMatcher]:
    return PlainMatcher(rules), FastMatcher(rules)


def matches(rules: tuple[Rule, ...], text: str, spans=None):
    """What both matchers find, after a check that they agree."""
    plain, fast = (matcher.match(text, spans or [(0, len(text))]) for matcher in matchers(rules))
    assert fast == plain
    return plain


def fired(theme: str, text: str, rules: tuple[Rule, ...] = RULES) -> list[Rule]:
    """Rules of ``theme`` that code ``text``, whatever its language."""
    own = [found for match in matches(rules, text) if (found := rules[match.rule]).theme == theme]
    vetoed = any(rule.kind == "veto" for rule in own)
    return [] if vetoed else [rule for rule in own if rule.kind in CODING_KINDS]


def rule(pattern: str, **fields) -> Rule:
    cased = fields.pop("cased", False)
    sides = tuple(expand(side, {}, cased=cased) for side in pattern.split(" NEAR "))
    kind = "near" if len(sides) == 2 else "phrase"
    return Rule(**{"id": "r", "theme": "t", "kind": kind, "pattern": pattern, "sides": sides, **fields})


def words(text: str, *rules: Rule) -> list[str]:
    return [text[match.start : match.end] for match in matches(rules, text)]


def test_the_codebook_is_clean_and_its_rounds_are_whole():
    assert lint(BOOK) == []
    scripts = {"ru": "[а-яё]", "zh": "[\u4e00-\u9fff]"}
    for _, language, text in POSITIVES:
        written = [other for other, letters in scripts.items() if re.search(letters, text)]
        assert written == ([language] if language in scripts else []), text
    assert all(len(theme.positives) % 4 == 0 and len(theme.hard_negatives) % 4 == 0 for theme in BOOK.themes)


@pytest.mark.parametrize(("theme", "language", "text"), POSITIVES)
def test_a_positive_is_found_by_rules_of_its_language_alone(theme, language, text):
    assert {rule.language for rule in fired(theme, text)} == {language}


def test_every_rule_finds_a_positive():
    seen = {rule.id for theme, _, text in POSITIVES for rule in fired(theme, text)}
    assert [rule.id for rule in RULES if rule.kind in CODING_KINDS and rule.id not in seen] == []


@pytest.mark.parametrize(("theme", "text"), HARD_NEGATIVES)
def test_a_hard_negative_is_found_by_no_rule(theme, text):
    assert fired(theme, text) == []


def disarmed(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules without masks, vetoes, negations, second sides of ``without`` and capitals."""
    bare = []
    for each in rules:
        sides = tuple(
            tuple(tuple(replace(e, cased=False, text=e.text.casefold()) for e in p) for p in s) for s in each.sides
        )
        if each.kind == "without":
            each, sides = replace(each, kind="phrase"), sides[:1]
        if each.kind in CODING_KINDS:
            bare.append(replace(each, sides=sides, drop_negated=False))
    return tuple(bare)


@pytest.mark.parametrize(("theme", "text"), HARD_NEGATIVES)
def test_a_hard_negative_is_hard(theme, text):
    """It would be found but for a mask, a veto, a negation, a capital, or a mark that no phrase crosses."""
    assert fired(theme, BREAK.sub(" ", text), disarmed(RULES))


def test_many_sentences_at_once_give_the_same_rows():
    text, spans = "", []
    for sentence in TEXTS:
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence + "\n"
    assert len(matches(RULES, text, spans)) > len(POSITIVES)


# --- tokens


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("«Уроки» нашей Истории", ["уроки", "нашей", "истории"]),
        ("военно-политический, по‑новому", ["военно", "политический", "по", "новому"]),
        ("С.С.Г. и ССГ; А.Б.Орен", ["ссг", "и", "ссг", "аб", "орен"]),
        ("ещё не еще", ["ещё", "не", "еще"]),
        ("« Déjà l’été »", ["déjà", "l'été"]),
        ("aujourd'hui, lorsqu‘il", ["aujourd'hui", "lorsqu'il"]),
        ("U.É.N., UÉN", ["uén", "uén"]),
        ("de l'O.N.U. et l'ONU, d’A.B.C.", ["de", "l'onu", "et", "l'onu", "d'abc"]),
        ("É.U. E\u0301.U. U.N.E\u0301, E\u0301. U.", ["éu", "éu", "uné", "é", "u"]),
        ("Й.О. И\u0306.О. И\u0306.О.Орен", ["йо", "йо", "йо", "орен"]),
        ("加入U.N.的。U.N.S的", ["加", "入", "un", "的", "uns", "的"]),
        ("Cœur, ŒUVRE, Ÿ", ["cœur", "œuvre", "ÿ"]),
        ("和平与UNS计划", ["和", "平", "与", "uns", "计", "划"]),
        ("1911年，３国", ["1911", "年", "3", "国"]),
        ("“和平”", ["和", "平"]),
    ],
)
def test_forms(text, forms):
    assert [token.form for token in tokenise(text)] == forms


# --- what a phrase matches


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        # capitals and letters that fold
        ("история", "ИСТОРИЯ, История", ["ИСТОРИЯ", "История"]),
        ("été", "ÉTÉ Été ete", ["ÉTÉ", "Été"]),
        ("straße", "STRASSE Strasse STRAẞE strase", ["STRASSE", "Strasse", "STRAẞE"]),
        ("strass*", "Straßen", ["Straßen"]),
        ("istanbul", "İstanbul ISTANBUL Istanbul ıstanbul", ["İstanbul", "ISTANBUL", "Istanbul"]),
        ("ışık", "ışık Işık IŞIK", ["ışık"]),
        ("(ı|i)ş(ı|i)k", "ışık Işık IŞIK", ["ışık", "Işık", "IŞIK"]),
        ("ещё", "ещё еще", ["ещё"]),
        # quotes, hyphens and dots
        ("l'histoire", "l’histoire, L‘Histoire; histoire", ["l’histoire", "L‘Histoire"]),
        ("histoire", "l’histoire « histoire »", ["histoire"]),
        ("(l'|)O.N.U.", "l’O.N.U. et ONU, de l'ONU", ["l’O.N.U.", "ONU", "l'ONU"]),
        ("(l'|)histoire", "l’histoire et histoire", ["l’histoire", "histoire"]),
        ("cessez-le-feu", "le Cessez‑le‑feu", ["Cessez‑le‑feu"]),
        ("С.С.Г.", "ССГ, С.С.Г. и с.с.г.", ["ССГ", "С.С.Г.", "с.с.г."]),
        # globs
        ("фальсифик*", "фальсификация фальсификатор фальшь", ["фальсификация", "фальсификатор"]),
        ("falsifi*", "« falsifié » ou falsifiera", ["falsifié", "falsifiera"]),
        ("*фашист*", "антифашистский фашизм", ["антифашистский"]),
        ("ré*ire", "réécrire, récrire, relire", ["réécrire", "récrire"]),
        # Chinese: one character is one token, and so is a * beside it
        ("历史", "我们的历史学家", ["历史"]),
        ("历 史", "历史", ["历史"]),
        ("历史", "历法与史书", []),
        ("友*人", "友好人士，友人，友好的人", ["友好人"]),
        ("友* *人", "友好人士，友好的人", ["友好的人"]),
        ("{1900-1950}年", "1911年和1990年", ["1911年"]),
        # what no phrase crosses
        ("урок истории", "урок, истории; урок: истории (урок) истории", []),
        ("урок истории", "урок — истории, урок-истории", ["урок-истории"]),
        ("la paix durable", "la paix ; durable, la paix : durable", []),
        ("la paix durable", "la paix « durable »", ["la paix « durable"]),
        ("和平", "和，平；和：平（和）平、", []),
        ("和平", "和“平”", ["和“平"]),
        ("和平", "和——平 和———平 和—平", ["和—平"]),
    ],
)
def test_phrases(pattern, text, found):
    assert words(text, rule(pattern)) == found


DOCUMENTED = table("docs/codebook.md", "| what counts | pattern | matches | does not match |")


@pytest.mark.parametrize(("pattern", "found", "not_found"), [row[1:] for row in DOCUMENTED])
def test_phrases_are_as_documented(pattern, found, not_found):
    phrase = rule(pattern.strip("`"))
    for form in ("NFC", "NFD"):
        assert words(unicodedata.normalize(form, found), phrase)
        assert not words(unicodedata.normalize(form, not_found), phrase)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("Зима", "Зима, зима, ЗИМА", ["Зима"]),
        ("Été", "Été été E\u0301te\u0301", ["Été", "E\u0301te\u0301"]),
        ("Straße", "Straße Strasse STRASSE", ["Straße"]),
        ("I*", "Isle isle İsle", ["Isle"]),
    ],
)
def test_phrases_with_capitals(pattern, text, found):
    assert words(text, rule(pattern, cased=True)) == found


@pytest.mark.parametrize(
    ("within", "text", "found"),
    [
        (2, "篡改我们历史", ["篡改我们历史"]),
        (2, "篡改我们的历史", []),
        (3, "篡改，我们历史，篡改", ["历史，篡改", "篡改，我们历史"]),
    ],
)
def test_chinese_proximity_counts_characters(within, text, found):
    assert sorted(words(text, rule("篡改 NEAR 历史", within=within))) == sorted(found)


@pytest.mark.parametrize(
    ("language", "word", "text", "theme_words"),
    [
        ("en", "not", "we do not deny", "deny"),
        ("en", "no", "no friends", "friends"),
        ("en", "never", "they never ever deny", "deny"),
        ("en", "nobody", "Nobody denies", "denies"),
        ("en", "*n't", "they don’t deny", "deny"),
        ("ru", "не", "мы не отрицаем", "отрицаем"),
        ("ru", "нет", "Нет друзей", "друзей"),
        ("ru", "никогда", "НИКОГДА мы так отрицали", "отрицали"),
        ("ru", "никто", "Никто из нас отрицал", "отрицал"),
        ("fr", "ne", "nul ne nie", "nie"),
        ("fr", "n'*", "il n’oublie ses amis", "amis"),
        ("fr", "pas", "nous ne sommes pas amis", "amis"),
        ("fr", "jamais", "jamais amis", "amis"),
        ("fr", "aucun*", "aucune vraie amitié", "amitié"),
        ("fr", "personne", "Personne là-bas nie", "nie"),
        ("zh", "不", "我们不否认", "否认"),
        ("zh", "没有", "没有人否认", "否认"),
        ("zh", "从未", "从未公开否认", "否认"),
        ("zh", "绝不", "绝不会否认", "否认"),
    ],
)
def test_negation(language, word, text, theme_words):
    one = rule(theme_words, language=language, drop_negated=True)
    negation = rule(word, kind="negation", theme="negation", within=2, language=language)
    assert words(text, one) == [theme_words]
    assert words(text, one, negation) == []
    # Neither a negation of another language, nor one behind a comma or out of reach, takes the hit away.
    assert words(text, one, replace(negation, language="de")) == [theme_words]
    assert words(text.replace(theme_words, f", {theme_words}"), one, negation) == [theme_words]
    assert words(text.replace(theme_words, f"1 2 3 {theme_words}"), one, negation) == [theme_words]


# --- places


@pytest.mark.parametrize("before", ["😀🏳️‍🌈 ", "𝔘𝔫𝔦 ", "e\u0301e\u0301 ", "𠮷，", "«🕊» "])
@pytest.mark.parametrize(("theme", "language", "text"), POSITIVES[:: len(LANGUAGES) + 1])
def test_places_behind_characters_of_several_units(before, theme, language, text):
    shifted = [(m.rule, m.start + len(before), m.end + len(before)) for m in matches(RULES, text)]
    assert [(m.rule, m.start, m.end) for m in matches(RULES, before + text)] == shifted != []


def test_a_hit_holds_the_marks_of_its_last_letter():
    text = unicodedata.normalize("NFD", "Après l’été, la paix.")
    (match,) = matches((rule("l'été"),), text)
    assert unicodedata.normalize("NFC", text[match.start : match.end]) == "l’été"


def test_decomposed_texts_are_found_as_composed_ones_are():
    decomposed = [(theme, text, unicodedata.normalize("NFD", text)) for theme, _, text in POSITIVES]
    changed = [each for each in decomposed if each[1] != each[2]]
    assert len(changed) > 10
    for theme, text, apart in changed:
        assert fired(theme, apart) == fired(theme, text), text


# --- sentences


@pytest.mark.parametrize(
    ("between", "text"),
    [
        ("", "他来了。|她走了！|为什么？|不。"),
        ("", "他说：“我们记得。”|她没说。"),
        ("", "价格涨了3.5%。|我们……不知道。"),
        ("", "和平（他说。）很重要。|我们【真的！】记得(对吧？)他们。|走了（没说。）"),
        ("", "他来了。|（我知道。）|她走了（我也知道！）”|不。"),
        (" ", "Война 1911 г. началась в Торвале.|Шёл дождь."),
        (" ", "Улица им. Орена закрыта.|Это было в 1911 г.|Мы помним."),
        (" ", "«Никогда», – сказал А. Б. Орен.|Он сказал: «Нет!»|И вышел."),
        (" ", "M. Oren a dit : « Jamais ! »|Il est parti.|MM. Oren et Ottrey aussi."),
        (" ", "Pourquoi ?|L’été…|Après."),
    ],
)
def test_sentences(between, text):
    written = text.replace("|", between)
    assert [written[start:end] for start, end in segment(written)] == text.split("|")


# --- whole path

STATEMENTS = {
    "en": "Veldania speaks of the lessons of history. It rained. We remain close friends! Nobody denied the truth.",
    "ru": "Велдания говорит об уроках истории. Шёл дождь. Они остаются друзьями! Никто не отрицал правду.",
    "fr": "La Veldanie parle des leçons de l’histoire. Il pleuvait. Des amis fidèles ! Personne ne nie les crimes.",
    "zh": "韦尔达谈到历史的教训。下雨了。我们是好朋友！从未否认真相。",
}
CODED = [(0, "historical_memory", 2), (2, "bilateral_friendship", 2)]


def stated(language: str, text: str) -> str:
    return f"---\nlanguage: {language}\n---\n{text}\n"


def coded(coding) -> dict[str, list[tuple[int, str, int]]]:
    """Codes by statement, also of those without any."""
    found = {statement: [] for statement in coding.statements["statement_id"]}
    for row in coding.codes.itertuples(index=False):
        found[row.statement_id].append((row.sentence, row.theme, row.value))
    return {statement: sorted(codes) for statement, codes in found.items()}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_four_statements_in_four_languages(make_corpus, form):
    texts = {language: unicodedata.normalize(form, text) for language, text in STATEMENTS.items()}
    coding = am.code(make_corpus({f"{name}.txt": stated(name, text) for name, text in texts.items()}), BOOK)
    assert coding.statements["language"].tolist() == sorted(LANGUAGES)
    assert coded(coding) == {f"statements/{language}.txt": sorted(CODED) for language in LANGUAGES}
    hits = coding.hits.astype({"rule": "str"})
    rules = {rule.id: rule.language for rule in RULES}
    assert [rules[rule] for rule in hits["rule"]] == [Path(name).stem for name in hits["statement_id"]]
    places = {
        (name, coding.corpus.text(name).text[a:b]) for name, a, b in hits[["statement_id", "start", "end"]].values
    }
    assert ("statements/fr.txt", unicodedata.normalize(form, "leçons de l’histoire")) in places
    assert ("statements/zh.txt", "历史的教训") in places


def test_languages_are_detected_where_nobody_says_them(make_corpus):
    # Three lines each: a text of fewer than 40 letters has no language.
    corpus = make_corpus({f"{name}.txt": "\n".join([text] * 3) for name, text in STATEMENTS.items()})
    coding = am.code(corpus, BOOK)
    assert coding.statements["language"].tolist() == sorted(LANGUAGES)
    thrice = [(sentence + 4 * line, theme, value) for line in range(3) for sentence, theme, value in sorted(CODED)]
    assert set(map(tuple, coded(coding).values())) == {tuple(sorted(thrice))}


def test_a_rule_counts_in_statements_of_its_language_or_of_none_known(make_corpus):
    texts = {}
    for number, (_, _, text) in enumerate(POSITIVES):
        texts |= {f"{number}-{language}.txt": stated(language, text) for language in LANGUAGES}
        texts[f"{number}-none.txt"] = text
    coding = am.code(make_corpus(texts), BOOK)
    coded_themes = {(row.statement_id, row.theme) for row in coding.codes.itertuples() if row.value == 2}
    known = coding.statements.set_index("statement_id")["language"]
    assert known.isna().sum() > len(LANGUAGES)
    for number, (theme, language, text) in enumerate(POSITIVES):
        found = {name for name in (*LANGUAGES, "none") if (f"statements/{number}-{name}.txt", theme) in coded_themes}
        assert found == {language, "none"}, text


def test_a_statement_in_a_language_without_rules_is_kept_and_not_coded(make_corpus):
    german = "Veldanien las „The lessons of history“. Es regnete."
    assert fired("historical_memory", german)
    coding = am.code(make_corpus({"de.txt": stated("de-AT", german), "en.txt": stated("en", german)}), BOOK)
    assert coding.statements["language"].tolist() == ["de", "en"]
    assert coding.sentences.groupby("statement_id", observed=True).size().tolist() == [2, 2]
    assert coded(coding) == {"statements/de.txt": [], "statements/en.txt": [(0, "historical_memory", 2)]}
    assert coding.coded["coder"].tolist() == ["none", "rules"]
    assert unread(BOOK, coding.statements["language"]) == {"de": 1}


def test_a_corpus_in_a_language_without_rules_has_no_share():
    languages = pd.Series(["de", "de", "ru", "Quenya", None], dtype="str")
    assert readable(BOOK, languages).all(axis=1).tolist() == [False, False, True, False, True]
    assert unread(BOOK, languages) == {"de": 2, "Quenya": 1}
    assert unread(am.load_codebook(), languages) == {}


@pytest.mark.parametrize(
    ("languages", "own", "says"),
    [
        (["en", "ru"], None, []),
        (["en", "de", "de"], None, ["2 statements are in languages that no rule of the codebook reads (de)."]),
        (["en", ""], "", []),
        (["en", "ru"], "", ["The statements are in several languages, and the codebook does not say which"]),
        (["ru", "ru", "en"], "en", ["2 statements are in other languages than en, the codebook's."]),
        (["en", ""], "en", []),
    ],
)
def test_a_report_warns_of_languages_that_rules_may_not_read(make_corpus, languages, own, says):
    meta = {"version": "1", **({"language": own} if own else {})}
    book = BOOK if own is None else am.load_codebook().model_copy(update={"meta": meta})
    texts = {f"{n}.txt": stated(language, f"Speech {n}.") for n, language in enumerate(languages)}
    coding = am.code(make_corpus(texts), book)
    notes = [note for note in automatic_notes(coding, am.series(coding, period="all")) if "language" in note]
    assert len(notes) == len(says)
    assert all(note.startswith(said) for note, said in zip(notes, says, strict=True))
