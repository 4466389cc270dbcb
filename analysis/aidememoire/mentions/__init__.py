"""Actors named in a text, who a statement is from and to, which states a sentence binds, and whom it accuses.

names.py     the forms an actor's name takes, and where they stand in a text
seats.py     whether a capital stands for its state or is only a place
senses.py    which of the places name the actor, and not a sea, a person or a language
parties.py   issuers and counterparts of a statement, from its fields, headline and first lines
kept.py      mentions kept in the store, and the tables of mentions and of statement actors
dyads.py     which states a sentence of friendship binds
targets.py   who is said to do what a sentence condemns
"""

from aidememoire.mentions.dyads import Asked, dyads_of
from aidememoire.mentions.kept import MENTIONS, mention_table, parties_by_statement, statement_actors
from aidememoire.mentions.names import Mention, NameTable, name_table
from aidememoire.mentions.parties import Parties, is_same, parties_of, year_of
from aidememoire.mentions.senses import mentions_in
from aidememoire.mentions.targets import UNNAMED, targets_of

__all__ = [
    "MENTIONS",
    "UNNAMED",
    "Asked",
    "Mention",
    "NameTable",
    "Parties",
    "dyads_of",
    "is_same",
    "mention_table",
    "mentions_in",
    "name_table",
    "parties_by_statement",
    "parties_of",
    "statement_actors",
    "targets_of",
    "year_of",
]
