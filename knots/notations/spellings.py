"""Braid words as other programs spell them.

The generators of SageMath are s0, s1, …, so its ``s0*s1^-1`` is σ_1 σ_2⁻¹; GAP's generators f1,
f2, … or x1, x2, … begin with 1, as those of plait do. A positive letter is a positive crossing in
all of them (SnapPy: from version 3.0 on).

Sources: the documentation of sage.groups.braid; spherogram.Link(braid_closure=…) (version 2.4);
KnotTheory's ``BR[3, {1, -2}]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Final

from ..braids import Braid
from ..checks import check_braid
from ..errors import InputError
from ..words import parse_word
from .codes import nested_integers, rows, short, text_of

__all__ = [
    "SPELLINGS",
    "parse_bracketed",
    "parse_gap_word",
    "parse_sage_word",
    "parse_words",
    "spell",
]

_GENERATOR: Final = re.compile(r"([A-Za-z]+)(?:[._]?(\d{1,7}))?")
_POWER: Final = re.compile(
    r"\s*\^\s*(?:\(\s*(?P<braced>[+\-\u2212]?\d{1,8})\s*\)|(?P<bare>[+\-\u2212]?\d{1,8}))"
)
_BRACKETED: Final = re.compile(
    r"(?P<head>BR|Braid|BraidClosure|braid)\s*:?\s*[\[(](?P<body>.*)[\])]", re.DOTALL
)
_MAX_LETTERS: Final = 10_000_000
_WHAT: Final = "the braid word"


def parse_sage_word(text: str) -> Braid:
    """A product of SageMath's generators s0, s1, …, or s on two strands: σ_1, σ_2, ….

    Raises:
        InputError: not such a product.

    Example:
        >>> parse_sage_word("s0*s1^-1")
        Braid([1, -2], strands=3)
        >>> parse_sage_word("(s0*s1)^2")
        Braid([1, 2, 1, 2], strands=3)
    """
    return Braid(_Product(text, first=0, example="s0*s1^-1").letters())


def parse_gap_word(text: str) -> Braid:
    """A product of generators f1, f2, … of GAP, of any name, which are σ_1, σ_2, ….

    Raises:
        InputError: not such a product.

    Example:
        >>> parse_gap_word("f1*f2^-1"), parse_gap_word("x1^2")
        (Braid([1, -2], strands=3), Braid([1, 1], strands=2))
    """
    return Braid(_Product(text, first=1, example="f1*f2^-1").letters())


def parse_bracketed(text: str) -> Braid | None:
    """The braid of ``BR[3, {1, -2}]`` (KnotTheory), ``Braid[1,2,-3]`` or ``Braid:[1,2]`` (SnapPy).

    Returns:
        None if the text does not look like it.

    Raises:
        InputError: it does, but the letters are wrong.

    Example:
        >>> parse_bracketed("BR[4, {1, -2}]")
        Braid([1, -2], strands=4)
        >>> parse_bracketed("Braid[1, -2]")
        Braid([1, -2], strands=3)
        >>> parse_bracketed("1 -2") is None
        True
    """
    match = _BRACKETED.fullmatch(text_of(text, _WHAT, may_be_empty=True))
    if match is None:
        return None
    body = nested_integers(f"[{match['body']}]", _WHAT)
    if match["head"] == "BR":
        if len(body) != 2 or isinstance(body[0], list) or not isinstance(body[1], list):
            raise InputError(
                f"cannot read {short(text)}; a braid of KnotTheory states its strands and its "
                f"word, as in BR[3, {{1, -2, 1, -2}}]"
            )
        return Braid(body[1], strands=body[0])
    words = rows(body, _WHAT)
    if len(words) != 1:
        raise InputError(f"{short(text)} holds {len(words)} lists; a braid has one word")
    return Braid(words[0])


def parse_words(text: str) -> Braid:
    """A word as :class:`plait.knots.Braid` reads it, or KnotInfo's list of two words.

    KnotInfo gives two words where a shortest one is not on the fewest strands; the one on the
    fewest strands is taken.

    Raises:
        InputError: not such a word.

    Example:
        >>> parse_words("[[1,1,2,-1,-3,2,-3],[1,-2,1,-2]]")
        Braid([1, -2, 1, -2], strands=3)
    """
    if bracketed := parse_bracketed(text):
        return bracketed
    if re.match(r"\s*\[\s*\[", text):
        words = rows(nested_integers(text, _WHAT), _WHAT)
        return min(map(Braid, words), key=lambda b: (b.strands, len(b)))
    word, strands = parse_word(text)
    return Braid(word, strands)


def _powers(name: str, first: int) -> Callable[[Braid], str]:
    def spelled(braid: Braid) -> str:
        factors = []
        for letter, equal in groupby(braid.word):
            exponent = len(list(equal)) * (1 if letter > 0 else -1)
            factor = f"{name}{abs(letter) - 1 + first}"
            factors.append(factor if exponent == 1 else f"{factor}^{exponent}")
        return "*".join(factors) or "1"

    return spelled


def _listed(braid: Braid) -> str:
    return ",".join(map(str, braid.word))


def _linkinfo(braid: Braid) -> str:
    return f"{{{braid.strands}, {{{', '.join(map(str, braid.word))}}}}}"


def _plait(braid: Braid) -> str:
    return _linkinfo(braid) if _has_free_strands(braid) else str(braid)


def _has_free_strands(braid: Braid) -> bool:
    """Whether the last strands are not in the word, so that they have to be stated."""
    return Braid(braid.word).strands < braid.strands


SPELLINGS: Final[Mapping[str, Callable[[Braid], str]]] = {
    "plait": _plait,
    "knotinfo": lambda braid: f"[{_listed(braid)}]",
    "linkinfo": _linkinfo,
    "knottheory": lambda braid: f"BR[{braid.strands}, {{{', '.join(map(str, braid.word))}}}]",
    "snappy": lambda braid: f"Braid[{_listed(braid)}]",
    "sage": _powers("s", 0),
    "gap": _powers("f", 1),
}
"""The spellings of :func:`spell`."""

_STATING: Final = ("plait", "linkinfo", "knottheory")


def spell(braid: Braid, spelling: str = "plait") -> str:
    """The word as another program writes it.

    LinkInfo's and KnotTheory's spellings state the number of strands; that of plait does, in
    LinkInfo's way, where there are more than the word uses.

    Raises:
        InputError: not a braid, no such spelling, or one that cannot state the strands of a braid
            with more than its word uses.

    Example:
        >>> spell(Braid("1 -2 -2"), "sage"), spell(Braid("1 -2"), "knottheory")
        ('s0*s1^-2', 'BR[3, {1, -2}]')
        >>> spell(Braid("1 1", strands=4))
        '{4, {1, 1}}'
    """
    check_braid(braid)
    if spelling not in tuple(SPELLINGS):
        raise InputError(
            f"unknown spelling {spelling!r} of braid words; choose one of: {', '.join(SPELLINGS)}"
        )
    if spelling not in _STATING and _has_free_strands(braid):
        raise InputError(
            f"the braid has {braid.strands} strands, but its word uses "
            f"{Braid(braid.word).strands}; the spelling {spelling!r} does not state the strands, "
            f"so the others would be lost; choose one of: {', '.join(_STATING)}"
        )
    return SPELLINGS[spelling](braid)


class _Product:
    """A product of powers of generators and of products in brackets."""

    def __init__(self, text: str, *, first: int, example: str) -> None:
        self._text = text_of(text, _WHAT)
        self._first = first
        self._example = example
        self._at = 0

    def letters(self) -> list[int]:
        found = self._product(0)
        if self._at < len(self._text):
            raise self._unreadable()
        return found

    def _product(self, depth: int) -> list[int]:
        found: list[int] = []
        while True:
            found += self._factor(depth)
            if len(found) > _MAX_LETTERS:
                raise InputError(f"the braid word has more than {_MAX_LETTERS} letters")
            self._skip()
            rest = self._text[self._at : self._at + 1]
            if rest == "*":
                self._at += 1
            elif rest in ("", ")"):
                return found

    def _factor(self, depth: int) -> list[int]:
        self._skip()
        if self._text[self._at : self._at + 1] == "(" and depth < 50:
            self._at += 1
            base = self._product(depth + 1)
            self._skip()
            if self._text[self._at : self._at + 1] != ")":
                raise self._unreadable()
            self._at += 1
        elif match := _GENERATOR.match(self._text, self._at):
            self._at = match.end()
            # The only generator on two strands has no number in SageMath.
            letter = int(match[2] or 0) - self._first + 1
            if letter < 1:
                raise InputError(f"{match[0]!r} is no generator here: they are numbered from 1")
            base = [letter]
        elif re.match(r"1(?!\d)", self._text[self._at :]):
            self._at += 1
            return []
        else:
            raise self._unreadable()
        power = 1
        if match := _POWER.match(self._text, self._at):
            self._at = match.end()
            power = int((match["braced"] or match["bare"]).replace("\u2212", "-"))
        if abs(power) * len(base) > _MAX_LETTERS:
            raise InputError(f"the braid word has more than {_MAX_LETTERS} letters")
        if power < 0:
            base = [-letter for letter in reversed(base)]
        return base * abs(power)

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _unreadable(self) -> InputError:
        return InputError(
            f"cannot read {short(self._text[self._at :])} in {short(self._text)}; give a product "
            f"such as {self._example}"
        )
