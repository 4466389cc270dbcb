"""Compiled: bytes to tokens, and tokens to numbers.

The scan repeats ``tokens.TOKEN`` and ``tokens.BREAK`` over UTF-8. Every token becomes one code, its number in the
vocabulary times two plus one if a phrase may not cross in front of it, and one byte for the gap before it.
Sentences are given as spans of bytes; a rule that finds their ends could run in the same loop, where a gap ends.

numba is imported here: import this module through ``compiled.kernels`` only. A kernel and the helpers it is
compiled with stand in one file, because numba's cache watches one file.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,call-arg"

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from aidememoire.characters import BREAK, CHINESE, DASH, LETTER, RUN, SPACE

__all__ = ["LONG_GAP", "intern", "place", "scan"]

LONG_GAP = 255  # this gap or a longer one; the true length stands in a list of its own

_MIX = np.uint64(0x9E3779B97F4A7C15)
_TOKEN = RUN | CHINESE
_SHIFT = np.uint64(32)
_THREE = np.uint64(3)
# Eight bytes at a time; each constant is one byte repeated.
_CASE, _LOW, _HIGH = (np.uint64(byte * 0x0101010101010101) for byte in (0x20, 0x7F, 0x80))
_FROM_A, _BEHIND_Z = (np.uint64((0x80 - ord(first)) * 0x0101010101010101) for first in "a{")

_CHINESE_DASH = np.uint64(int.from_bytes("——".encode(), "little"))
_SIX_BYTES = np.uint64(2**48 - 1)


@intrinsic
def _load(typingctx, array, at):
    """Return the eight bytes from ``array[at]`` on, little end first, wherever they lie."""

    def build(context, builder, signature, args):
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        place = builder.gep(data, [args[1]])
        word = builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()))
        word.align = 1
        return word

    return types.uint64(array, types.int64), build


@intrinsic
def _zeros_behind(typingctx, word):
    """Return how many of the lowest bits are 0; ``word`` is not."""

    def build(context, builder, signature, args):
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), build


@njit(nogil=True)
def _char(text, at, classes):
    """Return flags and size in bytes of the character at ``at``."""
    first = np.int64(text[at])
    if first < 0x80:
        return classes[first], 1
    if first < 0xE0:
        return classes[(first & 0x1F) << 6 | (np.int64(text[at + 1]) & 0x3F)], 2
    last = (np.int64(text[at + 1]) & 0x3F) << 6 | (np.int64(text[at + 2]) & 0x3F)
    if first < 0xF0:
        return classes[(first & 0x0F) << 12 | last], 3
    return classes[(first & 0x07) << 18 | last << 6 | (np.int64(text[at + 3]) & 0x3F)], 4


@njit(nogil=True)
def _flags(text, at, end, classes):
    return _char(text, at, classes)[0] if at < end else np.uint8(0)


@njit(nogil=True)
def _run(text, at, end, classes):
    while at < end:
        if text[at] < 0x80:
            if classes[text[at]] & RUN == 0:
                return at
            at += 1
        else:
            flags, size = _char(text, at, classes)
            if flags & RUN == 0:
                return at
            at += size
    return at


@njit(nogil=True)
def _apostrophe(text, at, end):
    """Return the size of one of ``' ’ ‘`` at ``at``, or 0; U+02BC is a letter and never comes here."""
    if at < end and text[at] == 0x27:
        return 1
    if at + 2 < end and text[at] == 0xE2 and text[at + 1] == 0x80 and (text[at + 2] == 0x99 or text[at + 2] == 0x98):
        return 3
    return 0


@njit(nogil=True)
def _marks(text, at, end):
    """Return where the marks U+0300 to U+036F that combine with the letter before ``at`` end."""
    while at < end and (text[at] == 0xCC or (text[at] == 0xCD and text[at + 1] < 0xB0)):
        at += 2
    return at


@njit(nogil=True)
def _dotted(text, at, end, classes):
    """Return where the abbreviation (U.N., U.S.A) at ``at`` ends, or 0 if there is none."""
    n = 0
    while at < end:
        flags, size = _char(text, at, classes)
        if flags & LETTER == 0:
            break
        stop = _marks(text, at + size, end)
        if stop < end and text[stop] == 0x2E:
            n += 1
            at = stop + 1
            continue
        if n >= 2 and _flags(text, stop, end, classes) & RUN == 0:
            at = stop
        break
    return at if n >= 2 else 0


@njit(nogil=True)
def _part(text, at, end, classes):
    """Return where the abbreviation or the run at ``at`` ends."""
    dotted = _dotted(text, at, end, classes)
    return dotted if dotted else _run(text, at, end, classes)


@njit(nogil=True)
def _token(text, at, end, flags, size, classes):
    """Return where the token at ``at`` ends; its first character has ``flags`` and ``size``."""
    stop = at + size
    if flags & RUN == 0:
        return stop
    # Only a letter with a dot, or with marks (their first byte is one of two), may begin an abbreviation.
    if flags & LETTER and (text[stop] == 0x2E or text[stop] == 0xCC or text[stop] == 0xCD):
        stop = _part(text, at, end, classes)
    else:
        stop = _run(text, stop, end, classes)
    while stop < end:
        quote = _apostrophe(text, stop, end)
        if quote == 0 or _flags(text, stop + quote, end, classes) & RUN == 0:
            break
        stop = _part(text, stop + quote, end, classes)
    return stop


@njit(nogil=True)
def _no_letters(word):
    """Return eight bytes' high bits: set where the byte is not an ASCII letter."""
    lower = (word | _CASE) & _LOW
    return ~((lower + _FROM_A) & ~(lower + _BEHIND_Z) & ~word) & _HIGH


@njit(nogil=True)
def _ascii_word(text, at, end, classes):
    """Return where a token of ASCII letters alone ends, or 0 if the token at ``at`` may be another kind."""
    stop = at
    others = _no_letters(_load(text, stop))
    while others == 0:
        stop += 8
        others = _no_letters(_load(text, stop))
    stop += np.int64(_zeros_behind(others) >> _THREE)
    if stop >= end:
        return end
    behind = text[stop]
    if behind == 0x20:
        return stop
    if behind >= 0x80 or behind == 0x27 or classes[behind] & RUN or (behind == 0x2E and stop == at + 1):
        return 0
    return stop


@njit(nogil=True)
def _head(text, at, size):
    """Return the first eight bytes of a token; a shorter one is shifted so that its size shows too."""
    return _load(text, at) << np.uint64(8 * (8 - size)) if size < 8 else _load(text, at)


@njit(nogil=True)
def _hash(text, at, size, head, seed):
    mixed = (head ^ seed) * _MIX
    if size > 8:
        for part in range(at + 8, at + size - 8, 8):
            mixed = ((mixed ^ mixed >> _SHIFT) + _load(text, part)) * _MIX
        mixed = ((mixed ^ mixed >> _SHIFT) + _load(text, at + size - 8)) * _MIX
    mixed = (mixed ^ mixed >> _SHIFT) * _MIX
    return mixed ^ mixed >> _SHIFT


@njit(nogil=True)
def _find(text, at, size, head, hashed, slots, heads, sizes, offsets, pool):
    """Return (number, slot) of a token; the number is -1 if the vocabulary lacks it.

    Equal hashes prove nothing: the bytes decide.
    """
    mask = len(slots) - 1
    slot = np.int64(hashed & np.uint64(mask))
    while True:
        number = np.int64(slots[slot])
        if number < 0:
            return number, slot
        if heads[number] == head and sizes[number] == size:
            if size <= 8:
                return number, slot
            # The last step may overlap the one before it.
            known, part = offsets[number], 8
            while part < size - 8 and _load(pool, known + part) == _load(text, at + part):
                part += 8
            if part >= size - 8 and _load(pool, known + size - 8) == _load(text, at + size - 8):
                return number, slot
        slot = (slot + 1) & mask


_TABLE = "int32[::1], uint64[::1], int32[::1], int64[::1], uint8[::1]"  # slots, heads, sizes, offsets, pool


# One loop and one long function: split, every token would pay for the calls and their arguments.
@njit(
    f"Tuple((int64, int64, int64))(uint8[::1], uint8[::1], int64[::1], int64[::1], {_TABLE}, uint64, uint64,"
    "int32[::1], uint8[::1], int64[::1], int64[:, ::1], int64[:, ::1])",
    nogil=True,
    cache=True,
)
def scan(
    text, classes, starts, ends, slots, heads, sizes, offsets, pool, seed, keep, codes, gaps, firsts, missing, long_gaps
):
    """Write the tokens of each span ``[starts, ends)``; return counts of tokens, of unknown ones, of long gaps.

    ``codes`` and ``gaps`` have one entry a token, ``firsts`` one a span and one more. A token that is not in the
    vocabulary gets the number -1 and a row (token, first byte, size) of ``missing``. ``text`` must go on for 8
    bytes behind the last span. ``keep`` masks the hashes, so that a test can make them collide.
    """
    n = n_missing = n_long = 0
    for span in range(len(starts)):
        at, end = starts[span], ends[span]
        firsts[span] = n
        gap = broken = 0
        behind = 0  # what a dash would follow: 0 something else, 1 a space, 2 dashes behind a space
        while at < end:
            stop = 0
            if classes[text[at]] & LETTER and text[at] < 0x80:
                stop = _ascii_word(text, at, end, classes)
            if stop == 0:
                flags, size = _char(text, at, classes)
                if flags & _TOKEN == 0:
                    if flags & SPACE:
                        broken |= behind == 2
                        behind = 1
                    elif flags & DASH:
                        broken |= _load(text, at) & _SIX_BYTES == _CHINESE_DASH
                        behind = 2 if behind else 0
                    else:
                        broken |= flags & BREAK != 0
                        behind = 0
                    gap += 1
                    at += size
                    continue
                stop = _token(text, at, end, flags, size, classes)
            length = stop - at
            head = _head(text, at, length)
            hashed = _hash(text, at, length, head, seed) & keep
            number, _ = _find(text, at, length, head, hashed, slots, heads, sizes, offsets, pool)
            if number < 0:
                missing[n_missing, 0], missing[n_missing, 1], missing[n_missing, 2] = n, at, length
                n_missing += 1
            if gap >= LONG_GAP:
                long_gaps[n_long, 0], long_gaps[n_long, 1] = n, gap
                n_long += 1
                gap = LONG_GAP
            codes[n] = number << 1 | broken
            gaps[n] = gap
            n += 1
            at = stop
            gap = broken = behind = 0
            if text[at] == 0x20 and at < end:
                at += 1
                gap = behind = 1
    firsts[len(starts)] = n
    return n, n_missing, n_long


@njit(
    f"Tuple((int64, int64, int64))(uint8[::1], int64[:, ::1], int64, {_TABLE}, int64, int64, uint64, uint64,"
    "int32[::1], uint64[::1])",
    nogil=True,
    cache=True,
)
def intern(text, missing, begin, slots, heads, sizes, offsets, pool, count, used, seed, keep, codes, hashes):
    """Number the tokens of ``missing[begin:]``; return (rows done, words, bytes of the pool in use).

    It stops before a table overflows: the caller grows the tables and calls again.
    """
    row = begin
    while row < len(missing):
        at, size = missing[row, 1], missing[row, 2]
        head = _head(text, at, size)
        hashed = _hash(text, at, size, head, seed) & keep
        number, slot = _find(text, at, size, head, hashed, slots, heads, sizes, offsets, pool)
        if number < 0:
            if count == len(heads) or 2 * count >= len(slots) or used + size + 1 > len(pool):
                break
            number = count
            heads[number], sizes[number], offsets[number], hashes[number] = head, size, used, hashed
            for part in range(size):  # a slice would draw the compiler into building an error message
                pool[used + part] = text[at + part]
            pool[used + size] = 10
            used += size + 1
            count += 1
            slots[slot] = number
        token = missing[row, 0]
        codes[token] = number << 1 | (codes[token] & 1)
        row += 1
    return row, count, used


@njit("void(uint64[::1], int64, int32[::1])", nogil=True, cache=True)
def place(hashes, count, slots):
    """Fill an empty hash table with the first ``count`` words."""
    mask = len(slots) - 1
    for number in range(count):
        slot = np.int64(hashes[number] & np.uint64(mask))
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = number
