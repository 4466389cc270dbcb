"""How each kind of statement is built from sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest

from aidememoire.synthetic.desk import Desk, Paragraph, Sentence
from aidememoire.synthetic.phrasing import Block, lines
from aidememoire.synthetic.plan import PlannedKind

__all__ = ["GENRES", "lead", "quoted"]

_CONNECTED = 0.15
_SPOKEN_IN_WIRES = 0.65


def _grouped(desk: Desk, sentences: Sequence[Sentence], longest: int = 4) -> list[Paragraph]:
    """Paragraphs of at most ``longest`` sentences that belong together."""
    order: list[Block] = ["ceremony", "house", "relations", "world", "memory"]
    if desk.scribe.rng.random() < 0.5:
        order = ["ceremony", "house", "memory", "relations", "world"]
    paragraphs: list[Paragraph] = []
    for block in order:
        mine = sorted((s for s in sentences if s.block == block), key=lambda s: s.drawn or "")
        parts = -(-len(mine) // longest)
        paragraphs += [tuple(mine[len(mine) * n // parts : len(mine) * (n + 1) // parts]) for n in range(parts)]
    return paragraphs


def _connected(desk: Desk, paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Some sentences after the first of a paragraph begin with a connective."""

    def connect(sentence: Sentence) -> Sentence:
        first_word = sentence.text.split(" ", 1)[0]
        if first_word not in lines("frames")["connectable"] or desk.scribe.rng.random() >= _CONNECTED:
            return sentence
        connective = desk.scribe.furniture("connective", desk.values)
        return replace(sentence, text=f"{connective} {sentence.text[0].lower()}{sentence.text[1:]}")

    return [(paragraph[0], *(connect(s) for s in paragraph[1:])) for paragraph in paragraphs]


def _speech(desk: Desk) -> list[Paragraph]:
    body = [desk.body("said", "own") for _ in range(desk.length())]
    opening = desk.line("opening", voice="own", part="opening", by_variant=True)
    closing = desk.line("closing", voice="own", part="closing", by_variant=True)
    return [(opening,), *_connected(desk, _grouped(desk, body)), (closing,)]


def _attributed(desk: Desk, subjects: Sequence[str], verbs: str, paragraph: Paragraph) -> Paragraph:
    """``The minister noted that ...``; neither subject nor verb stands twice in a row."""
    subject = verb = ""
    told = []
    for sentence in paragraph:
        subject = desk.scribe.pick([s for s in subjects if s != subject])
        verb = desk.scribe.pick([v for v in lines("frames")[verbs] if v != verb])
        told.append(replace(sentence, text=f"{subject} {verb} {sentence.text}."))
    return tuple(told)


def _readout(desk: Desk) -> list[Paragraph]:
    who = desk.speaker
    polite = f"{'Ms' if who.pronoun == 'she' else 'Mr'} {who.surname}"
    subjects = [f"The {who.title}", polite, who.surname]
    told = [desk.body("told", "indirect") for _ in range(desk.length())]
    body = [_attributed(desk, subjects, "that_verbs", part) for part in _grouped(desk, told)]
    opening = desk.line("opening", voice="own", part="opening", by_variant=True)
    background = desk.line("own_prose", voice="own", part="background")
    closing = desk.line("closing", voice="own", part="closing", by_variant=True)
    return [(opening, background), *body, (closing,)]


def _joint_statement(desk: Desk) -> list[Paragraph]:
    subjects = ["The two ministers", "The ministers", "Both sides", "The two sides"]
    told = [desk.body("told", "own") for _ in range(desk.length())]
    body = [_attributed(desk, subjects, "joint_verbs", part) for part in _grouped(desk, told)]
    opening = desk.line("opening", voice="own", part="opening", by_variant=True)
    closing = desk.line("closing", voice="own", part="closing", by_variant=True)
    return [(opening,), *body, (closing,)]


def _turn(name: str, sentences: Sequence[Sentence]) -> Paragraph:
    return (replace(sentences[0], text=f"{name}: {sentences[0].text}"), *sentences[1:])


def _exchange(desk: Desk, answer: Paragraph) -> list[Paragraph]:
    asked, replied = desk.scribe.furniture("question", desk.values).split(" || ")
    question = Sentence(text=asked, voice="other", part="background")
    reply = Sentence(text=replied, voice="transcript", part="background")
    return [_turn("Question", [question]), _turn(desk.speaker.name, [reply, *answer])]


def _transcript(desk: Desk) -> list[Paragraph]:
    body = [desk.body("said", "transcript") for _ in range(desk.length())]
    first, *answers = _connected(desk, _grouped(desk, body))
    opening = desk.line("opening", voice="transcript", part="opening", by_variant=True)
    closing = desk.line("closing", voice="transcript", part="closing", by_variant=True)
    exchanges = [paragraph for answer in answers for paragraph in _exchange(desk, answer)]
    name = desk.speaker.name
    return [_turn(name, [opening, *first]), *exchanges, _turn(name, [closing])]


def _message(desk: Desk) -> list[Paragraph]:
    """Condolences are courtesy throughout; only congratulations have room for policy."""
    courtesy = tuple(
        Sentence(text=text, voice="own", part="background")
        for text in desk.scribe.furniture_all("message_body", desk.values, desk.variant)
    )
    opening = desk.line("opening", voice="own", part="opening", by_variant=True)
    closing = desk.line("closing", voice="own", part="closing", by_variant=True)
    if desk.variant == "condolence":
        return [(opening,), courtesy, (closing,)]
    body = [desk.body("said", "own") for _ in range(desk.length())]
    return [(opening,), courtesy, *_grouped(desk, body), (closing,)]


def _names(desk: Desk) -> list[str]:
    own, title = desk.word("own_adj"), desk.word("fm_lower")
    names = [desk.speaker.surname, f"the {own} {title}", f"the {title}"]
    if desk.speaker.office == "foreign":
        names.append(f"{desk.word('own')}'s top diplomat")
    return names


def quoted(desk: Desk, sentences: Sequence[Sentence]) -> Paragraph:
    """A quotation whose first sentence carries the attribution: ``"...," the minister recalled.``"""
    on_the_past = sentences[0].block == "memory"
    verb = desk.scribe.furniture("quote_verbs_on_the_past" if on_the_past else "quote_verbs", desk.values)
    name = desk.scribe.pick(_names(desk))
    first, *rest = [replace(sentence, voice="direct") for sentence in sentences]
    head = replace(first, text=f'"{first.text.removesuffix(".")}," {name} {verb}.')
    if not rest:
        return (head,)
    rest[0] = replace(rest[0], text=f'"{rest[0].text}')
    rest[-1] = replace(rest[-1], text=f'{rest[-1].text}"')
    return (head, *rest)


def lead(desk: Desk) -> Sentence:
    """The first sentence of a wire story: the agency's compression of what was said."""
    clause = desk.body("told", "indirect")
    who = f"{desk.word('own_adj')} {desk.word('role_title')} {desk.word('speaker')}"
    when = desk.scribe.furniture("occasion", desk.values)
    return replace(clause, text=f"{clause.text[0].upper()}{clause.text[1:]}, {who} said {when}.")


def _wire(desk: Desk) -> list[Paragraph]:
    first = lead(desk)
    spoken = [desk.scribe.rng.random() < _SPOKEN_IN_WIRES for _ in range(desk.length() - 1)]
    said = [desk.body("said", "direct") for is_spoken in spoken if is_spoken]
    told = [desk.body("told", "indirect") for is_spoken in spoken if not is_spoken]
    subjects = [desk.speaker.surname, f"The {desk.word('fm_lower')}"]
    quotes = [quoted(desk, part) for part in _grouped(desk, said, longest=3)]
    reports = [_attributed(desk, subjects, "that_verbs", part) for part in _grouped(desk, told, longest=2)]
    body = [part for pair in zip_longest(quotes, reports) for part in pair if part]
    return [(first,), *body, (desk.line("tail", voice="narration", part="background"),)]


GENRES: dict[PlannedKind, Callable[[Desk], list[Paragraph]]] = {
    "speech": _speech,
    "anniversary": _speech,
    "un": _speech,
    "readout": _readout,
    "joint_statement": _joint_statement,
    "transcript": _transcript,
    "message": _message,
    "wire": _wire,
}
