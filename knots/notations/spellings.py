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
from typing import Final

from ..braids import Braid
from ..errors import InputError
from ..words import parse_word
from .codes import nested_integers, rows, short

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
    match = _BRACKETED.fullmatch(text.strip())
    if match is None:
        return None
    body = nested_integers(f"[{match['body']}]", "the braid word")
    if len(body) == 2 and isinstance(body[1], list) and not isinstance(body[0], list):
        return Braid(body[1], strands=body[0])
    return Braid(rows(body, "the braid word")[0])


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
        words = rows(nested_integers(text, "the list of words"), "the list of words")
        return min(map(Braid, words), key=lambda b: (b.strands, len(b)))
    word, strands = parse_word(text)
    return Braid(word, strands)


def _powers(name: str, first: int) -> Callable[[Braid], str]:
    def spelled(braid: Braid) -> str:
        factors = []
        letters = list(braid.word)
        while letters:
            letter, power = letters[0], 0
            while power < len(letters) and letters[power] == letter:
                power += 1
            del letters[:power]
            exponent = power if letter > 0 else -power
            factor = f"{name}{abs(letter) - 1 + first}"
            factors.append(factor if exponent == 1 else f"{factor}^{exponent}")
        return "*".join(factors) or "1"

    return spelled


def _listed(braid: Braid) -> str:
    return ",".join(map(str, braid.word))


SPELLINGS: Final[Mapping[str, Callable[[Braid], str]]] = {
    "plait": lambda braid: str(braid),
    "knotinfo": lambda braid: f"[{_listed(braid)}]",
    "linkinfo": lambda braid: f"{{{braid.strands}, {{{', '.join(map(str, braid.word))}}}}}",
    "knottheory": lambda braid: f"BR[{braid.strands}, {{{', '.join(map(str, braid.word))}}}]",
    "snappy": lambda braid: f"Braid[{_listed(braid)}]",
    "sage": _powers("s", 0),
    "gap": _powers("f", 1),
}
"""The spellings of :func:`spell`. Only LinkInfo's and KnotTheory's state the strands."""


def spell(braid: Braid, spelling: str = "plait") -> str:
    """The word as another program writes it.

    Raises:
        InputError: no such spelling.

    Example:
        >>> spell(Braid("1 -2 -2"), "sage"), spell(Braid("1 -2"), "knottheory")
        ('s0*s1^-2', 'BR[3, {1, -2}]')
    """
    if spelling not in SPELLINGS:
        raise InputError(
            f"unknown spelling {spelling!r} of braid words; choose one of: {', '.join(SPELLINGS)}"
        )
    return SPELLINGS[spelling](braid)


class _Product:
    """A product of powers of generators and of products in brackets."""

    def __init__(self, text: str, *, first: int, example: str) -> None:
        self._text = text.strip()
        self._first = first
        self._example = example
        self._at = 0

    def letters(self) -> list[int]:
        if not self._text:
            raise InputError(
                f"the braid is empty text; give a product such as {self._example}, or 1"
            )
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
