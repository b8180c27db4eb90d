"""Suggestions for undefined symbols: the nearest name that an object or a library defines.

A wrong hint costs more than none, so only names of nearly the same length and a high similarity
are suggested. Similarity is difflib's ratio: twice the letters that match, in their order, of all
letters of both names. It takes some 50 microseconds a pair, and a link may know 100,000 names, so
a bound is computed first, for all names at once: letters that both have, in any order.

    KeWiat       has of  KeWait        all six letters: 1.0, the ratio is 0.83
    KeWiat       has of  KeDelay       K, e, a: at most 2 * 3 / 13, no candidate
"""

from collections.abc import Sequence

import numpy as np

from ntbuild.pecoff.columns.arrays import Integers
from ntbuild.pecoff.object.read import UNDEFINED
from ntbuild.pelink.model import Tables
from ntbuild.support.text import decoded, encoded

_NAMES_LIMIT = 100_000
"""Names that are looked at: of each archive, and of the objects."""

_SUGGESTIONS = 10
"""Undefined names that get a suggestion; who misspells more has another problem."""

_COMPARED = 50
"""Candidates of a name that are compared letter by letter, those with the highest bound."""

_CUTOFF = 0.85
_LETTERS = 64
"""Letters that are told apart by the bound; others share a counter."""

RUN_TIME = frozenset(
    (
        *("___chkstk_ms", "__chkstk", "_chkstk", "__alloca_probe"),
        *("__security_cookie", "__security_check_cookie", "__security_init_cookie"),
        *("__stack_chk_guard", "__stack_chk_fail", "GsDriverEntry", "_fltused", "__fltused"),
        *("__divti3", "__udivti3", "__modti3", "__umodti3"),
    )
)
"""Functions that compilers call and that the run-time library has, which a build adds to a link."""

_ONLY_INTERMEDIATE = (b"__gnu_lto_slim", b"___gnu_lto_slim")


def hints(tables: Tables, names: Sequence[str]) -> list[str]:
    """A hint for each undefined name, such as ``did you mean X?``; empty when nothing is near."""
    for mark in _ONLY_INTERMEDIATE:
        if tables.names.find(tables.buffer, mark) >= 0:
            hint = "an object holds gcc's intermediate code only: compile without -flto"
            return [hint] * len(names)
    if not names:
        return []
    known = _known(tables)
    texts = list(known)
    lengths = np.array([len(text) for text in texts], np.int64)
    found: list[str] = []
    for number, name in enumerate(names):
        hint = ""
        if name in RUN_TIME:
            hint = "compilers call it; runtime.lib for drivers: ntbuild libs runtime --write lib"
        elif encoded(f"__imp_{name}") in known:
            hint = f"it is data of a DLL: declare {name} with __declspec(dllimport)"
        elif number < _SUGGESTIONS:
            near = _nearest(encoded(name.removeprefix("__imp_")), texts, lengths)
            hint = f"did you mean {decoded(near)}?" if near else ""
        found.append(hint)
    return found


def _known(tables: Tables) -> dict[bytes, None]:
    """The names that archives and objects define, each once, in that order."""
    known: dict[bytes, None] = {}
    for archive in tables.archives:
        count = min(len(archive.symbol_positions), _NAMES_LIMIT)
        known.update(dict.fromkeys(map(archive.symbol_name, range(count))))
    symbols = tables.objects.symbols
    defined = np.unique(tables.symbol_ids[symbols.section[symbols.rows] != UNDEFINED])
    ids = defined[:_NAMES_LIMIT].tolist()
    known.update(dict.fromkeys(tables.names.text(tables.buffer, each) for each in ids))
    return known


def _letter_counts(texts: Sequence[bytes], lengths: Integers) -> Integers:
    """How often each text has each letter: a row a text, a column a letter."""
    letters = np.frombuffer(b"".join(texts), np.uint8) % _LETTERS
    cells = np.arange(len(texts)).repeat(lengths) * _LETTERS + letters
    return np.bincount(cells, minlength=len(texts) * _LETTERS).reshape(-1, _LETTERS)


def _nearest(name: bytes, texts: Sequence[bytes], lengths: Integers) -> bytes | None:
    """The most similar text, the first of equally similar ones; None when none is near."""
    close = np.flatnonzero(np.abs(lengths - len(name)) <= 3)
    # One row of ``counts`` a close name; memory is in proportion to these.
    counts = _letter_counts([texts[row] for row in close.tolist()], lengths[close])
    own = _letter_counts([name], np.array([len(name)]))
    bound = 2 * np.minimum(counts, own).sum(axis=1) / (lengths[close] + len(name))
    order = np.argsort(-bound, kind="stable")[:_COMPARED]
    from difflib import SequenceMatcher  # noqa: PLC0415 - only errors need it

    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(decoded(name))
    best, ratio = None, _CUTOFF
    for row, limit in zip(close[order].tolist(), bound[order].tolist(), strict=True):
        if limit < ratio:
            break
        if texts[row] != name:
            matcher.set_seq1(decoded(texts[row]))
            similar = matcher.ratio()
            if similar > ratio or (best is None and similar >= ratio):
                best, ratio = texts[row], similar
    return best
