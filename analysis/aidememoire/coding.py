"""Coding a corpus: every sentence by every rule, only what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from aidememoire.actorfacets import actor_facets
from aidememoire.choices import Method
from aidememoire.codebook import Codebook
from aidememoire.codesentences import speakers_of
from aidememoire.corpus import Corpus
from aidememoire.displays import coding_html
from aidememoire.frames import checked
from aidememoire.keptmatches import matches_of
from aidememoire.languages import NOBODY, readable
from aidememoire.ledger import MATCHES, joined
from aidememoire.matched import CODE_VERSION, keep_matches
from aidememoire.matching import CODING_KINDS, compile_rules
from aidememoire.secondcoder import coder_for, model_reads, second_codes
from aidememoire.sentencetable import sentence_table
from aidememoire.stances import stance_facets
from aidememoire.themes import RULES, apply_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aidememoire.ledger import Progress

__all__ = ["Coding", "code", "in_quotes"]


@dataclass(frozen=True, slots=True)
class Coding:
    """A coded corpus: tables as in ``frames.TABLES``, keyed by statement_id and sentence.

    Attributes
    ----------
    statements, sentences, hits, codes, facets
        The tables. ``sentences.technical`` says which sentences leave the denominator, ``codes`` is sparse:
        a sentence without a row has value 0.
    codebook
        What was coded for.
    corpus
        Where the texts lie.
    n_matched
        Texts that were matched now; the others had kept results.
    method
        Who coded: ``rules`` alone, or ``model`` or ``best`` beside them, whose codes are rows of their own.
    speakers
        Who speaks for each theme under ``method``: rules, model, or the combination of both.
    """

    statements: pd.DataFrame
    sentences: pd.DataFrame
    hits: pd.DataFrame
    codes: pd.DataFrame
    facets: pd.DataFrame
    codebook: Codebook
    corpus: Corpus
    n_matched: int
    method: Method
    speakers: Mapping[str, str]

    @property
    def coded(self) -> pd.DataFrame:
        """Which coder saw which statement: columns statement_id, coder, which is ``none`` where no rule reads it."""
        read = readable(self.codebook, self.statements["language"]).any(axis=1)
        ids = self.statements["statement_id"]
        table = pd.DataFrame({"statement_id": ids, "coder": np.where(read, RULES, NOBODY)})
        if self.method == RULES:
            return table
        second = pd.DataFrame({"statement_id": ids[read | model_reads(self.statements)], "coder": self.method})
        return pd.concat([table, second], ignore_index=True)

    def codes_by(self, coder: str) -> pd.DataFrame:
        """Return the rows of ``codes`` of one coder."""
        return self.codes[self.codes["coder"] == coder].reset_index(drop=True)

    def _repr_html_(self) -> str:
        return coding_html(self.sentences, self.codes, len(self.statements), self.speakers)


def code(corpus: Corpus, codebook: Codebook, *, method: Method = RULES, progress: Progress | None = None) -> Coding:
    """Code every sentence of ``corpus`` for every theme of ``codebook``.

    Only texts without kept results under this codebook and this version of the code are matched and scored.

    Parameters
    ----------
    corpus
        An open corpus.
    codebook
        As ``load_codebook`` returns it.
    method
        ``rules``: the codebook's rules alone. ``model`` and ``best`` add the codes of that coder beside those of the
        rules, for every theme, as ``code_sentences`` does; ``score`` is then the probability of a clear code. Hits and
        facets are those of the rules. Statements in another language than English are coded by the rules.
    progress
        Called with what is being done, how many texts are done, and of how many.

    Raises
    ------
    ModelError
        If a trained coder is asked for, and it was not trained for this codebook.
    ValueError
        If ``method`` is unknown.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from aidememoire.codebook import load_codebook
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "note.txt").write_text("They falsify history. It rained.", encoding="utf-8")
    >>> corpus = Corpus.open(folder / "study.db")
    >>> _ = corpus.ingest(folder / "note.txt")
    >>> coding = code(corpus, load_codebook())
    >>> coding.codes[["sentence", "theme", "value"]].values.tolist()
    [[0, 'anti_revisionism', 2], [0, 'historical_memory', 2]]
    >>> corpus.close()
    """
    if method not in get_args(Method):
        raise ValueError(f"code: method={method!r} is not one of {', '.join(get_args(Method))}")
    coder = None if method == RULES else coder_for(codebook)
    store = corpus.store
    statements = corpus.statements()
    sentences = sentence_table(store, statements, progress=progress)
    hashes = list(dict.fromkeys(statements["text_sha256"]))
    rules = compile_rules(codebook)
    key = codebook.sha256, CODE_VERSION
    n_matched = keep_matches(corpus.token_indexes, hashes, key, rules, progress=progress)
    arrays = matches_of(store, key, hashes)
    lengths = _lengths(statements, sentences)
    matches = _match_table([arrays[text] for text in statements["text_sha256"]], lengths)
    coding_rule = np.array([rule.kind in CODING_KINDS for rule in rules], dtype=bool)
    matches = matches[~(_in_clause(matches, sentences) & coding_rule[matches["rule"].to_numpy()])]
    languages = statements["language"].fillna("").to_numpy(dtype=object)
    applied = apply_rules(matches, rules, codebook, lengths, languages)
    stances = stance_facets(store, statements, sentences, applied, codebook)
    actors = actor_facets(store, statements, sentences, applied, codebook)
    codes = [applied.codes.assign(coder=RULES, score=np.nan)]
    if coder:
        second = second_codes(store, statements, lengths, applied, coder, method, arrays, CODE_VERSION, progress)
        codes.append(second.assign(coder=method))
    return Coding(
        statements=statements,
        sentences=sentences.assign(technical=applied.technical),
        hits=checked(_keyed(applied.hits, sentences), "hits"),
        codes=checked(_keyed(pd.concat(codes), sentences), "codes"),
        facets=checked(_keyed(pd.concat([applied.facets, stances, actors]), sentences), "facets"),
        codebook=codebook,
        corpus=corpus,
        n_matched=n_matched,
        method=method,
        speakers=speakers_of(coder, method) if coder else dict.fromkeys(codebook.theme_ids, RULES),
    )


def in_quotes(coding: Coding, codes: pd.DataFrame) -> pd.DataFrame:
    """Return ``codes`` with those of mixed sentences made anew from the hits inside their quoted parts.

    Of a reported clause with a quoted fragment only the fragment is the speaker's own words. Columns
    statement_id, sentence, theme, value.
    """
    sentences = coding.sentences
    mixed = sentences.loc[sentences["voice"] == "mixed", ["statement_id", "sentence", "quote_start", "quote_end"]]
    if mixed.empty:
        return codes
    keys = ["statement_id", "sentence"]
    hits = coding.hits.astype({"theme": "str", "rule": "str"}).merge(mixed, on=keys)
    hits = hits[(hits["start"] >= hits["quote_start"]) & (hits["end"] <= hits["quote_end"])]
    value = hits["rule"].str.split(".").str[1].map(CODING_KINDS)
    own = hits.assign(value=value).dropna(subset="value")[[*keys, "theme", "value"]]
    lent = [
        own[own["theme"] == theme.id].assign(theme=other)
        for theme in coding.codebook.themes
        for other in theme.lends_to
    ]
    quoted = (
        pd.concat([own, *lent]).groupby([*keys, "theme"], observed=True)["value"].max().astype("int64").reset_index()
    )
    reported = set(zip(mixed["statement_id"], mixed["sentence"], strict=True))
    rows = zip(codes["statement_id"], codes["sentence"], strict=True)
    kept = codes[[row not in reported for row in rows]]
    ids = codes["statement_id"].dtype
    joined = pd.concat([kept[[*keys, "theme", "value"]].astype({"theme": "str"}), quoted.astype({"theme": "str"})])
    return joined.astype({"statement_id": ids}).reset_index(drop=True)


def _lengths(statements: pd.DataFrame, sentences: pd.DataFrame) -> np.ndarray:
    codes = sentences["statement_id"].cat.codes if len(sentences) else np.zeros(0, dtype=np.int64)
    return np.bincount(codes, minlength=len(statements)).astype(np.int64)


def _match_table(arrays: list[np.ndarray], lengths: np.ndarray) -> pd.DataFrame:
    rows = joined(arrays, MATCHES)
    first_row = np.cumsum(lengths) - lengths
    offsets = np.repeat(first_row, [len(array) for array in arrays]) if arrays else np.zeros(0, dtype=np.int64)
    return pd.DataFrame(
        {
            "row": rows["sentence"].astype(np.int64) + offsets,
            "rule": rows["rule"].astype(np.int64),
            "start": rows["start"].astype(np.int64),
            "end": rows["end"].astype(np.int64),
        }
    )


def _in_clause(matches: pd.DataFrame, sentences: pd.DataFrame) -> np.ndarray:
    """Whether a match lies wholly in the attribution clause of its sentence, which is the reporter's and no content."""
    rows = matches["row"].to_numpy()
    first = sentences["clause_start"].to_numpy(dtype=np.int64, na_value=-1)[rows]
    last = sentences["clause_end"].to_numpy(dtype=np.int64, na_value=-1)[rows]
    inside: np.ndarray = (matches["start"].to_numpy() >= first) & (matches["end"].to_numpy() <= last) & (first >= 0)
    return inside


def _keyed(table: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Put statement_id and sentence in place of the row; texts that repeat become categories."""
    keys = sentences[["statement_id", "sentence"]].iloc[table["row"]].reset_index(drop=True)
    named = table.drop(columns="row").reset_index(drop=True)
    texts = [column for column in named.columns if column in {"theme", "rule", "facet", "value", "coder"}]
    categories = {c: "category" for c in texts if not pd.api.types.is_integer_dtype(named[c])}
    return pd.concat([keys, named.astype(categories)], axis=1)
