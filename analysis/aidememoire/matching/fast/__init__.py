"""The fast engine: text to tokens to hits in one compiled pass. numba is loaded with the first text."""

from aidememoire.matching.fast.compiled import is_compiled, kernels
from aidememoire.matching.fast.engine import MATCHES, FastMatcher
from aidememoire.matching.fast.index import BLOB_FORM, TokenIndex, build_index, from_blobs, to_blobs
from aidememoire.matching.fast.vocabulary import Vocabulary

__all__ = [
    "BLOB_FORM",
    "MATCHES",
    "FastMatcher",
    "TokenIndex",
    "Vocabulary",
    "build_index",
    "from_blobs",
    "is_compiled",
    "kernels",
    "to_blobs",
]
