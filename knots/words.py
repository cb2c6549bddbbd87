"""Reading braid words from sequences and text."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable

from .errors import InputError

__all__ = ["MAX_STRANDS", "UnreadableError", "check_word", "parse_word"]

_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_SUPERSCRIPT = re.compile("⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_STRANDS = re.compile(r"\{\s*(\d{1,30})\s*,\s*\{([^{}]*)\}\s*\}")
_TOKEN = re.compile(
    r"(?P<integer>[+-]?\d{1,30})"
    r"|(?:[sσ]_?\{?(?P<index>\d{1,30})\}?)"
    r"(?:\^?(?:\{(?P<braced>[+-]?\d{1,30})\}|(?P<power>[+-]?\d{1,30})))?"
)
_SEPARATOR = re.compile(r"[\s,;*]+")
_FORMS = "a word such as '1 -2 1 -2', '[1,-2,1,-2]' or 's1 s2^-1'"
_MAX_POWER = 10_000_000
_MAX_LETTER = 10**12
MAX_STRANDS = 100_000


class UnreadableError(InputError):
    """Text that is no braid word at all, as opposed to a word with a wrong letter."""


def check_word(word: Iterable[object]) -> tuple[int, ...]:
    """Check that every letter is a non-zero integer and return the word as a tuple.

    Raises:
        InputError: a letter is zero or not an integer; the message gives its position.

    Example:
        >>> check_word([1, -2])
        (1, -2)
    """
    letters: list[int] = []
    for position, letter in enumerate(word):
        if isinstance(letter, bool):
            raise InputError(f"letter {letter!r} at position {position} is not an integer")
        try:
            value = operator.index(letter)  # type: ignore[arg-type]
        except TypeError:
            raise InputError(
                f"letter {letter!r} at position {position} is not an integer; "
                f"a braid word holds the integers ±1, ±2, … (±i for σ_i and its inverse)"
            ) from None
        if abs(value) > _MAX_LETTER:
            raise InputError(
                f"the letter at position {position} needs a number of strands that is more than "
                f"the {MAX_STRANDS} allowed"
            )
        if value == 0:
            raise InputError(
                f"letter 0 at position {position}: generators are numbered from 1 (±i for σ_i)"
            )
        letters.append(value)
    return tuple(letters)


def parse_word(text: str) -> tuple[tuple[int, ...], int | None]:
    """Read a braid word from text, with the number of strands where the text states it.

    Understands ``"1 -2 1 -2"``, ``"[1,-2,1,-2]"``, ``"s1 s2^-1"``, ``"σ1 σ2⁻¹"`` and LinkInfo's
    ``"{3, {1, -2}}"``.

    Returns:
        The word and the number of strands, None where the text does not state it.

    Raises:
        UnreadableError: the text is empty or not a braid word.
        InputError: a letter is zero, or a power too large.

    Example:
        >>> parse_word("s1 s2^-2")
        ((1, -2, -2), None)
        >>> parse_word("{4, {1, -2}}")
        ((1, -2), 4)
    """
    cleaned = text.strip()
    if not cleaned:
        raise UnreadableError(
            f"the braid is empty text; give {_FORMS}, or '[]' for the trivial braid"
        )
    body, strands = cleaned, None
    if match := _STRANDS.fullmatch(cleaned):
        strands, body = int(match[1]), match[2]
    elif (cleaned[0], cleaned[-1]) in {("[", "]"), ("(", ")"), ("{", "}")}:
        body = cleaned[1:-1]
    tokens = [token for token in _SEPARATOR.split(body.translate(_MINUS)) if token]
    if not tokens and body is cleaned:
        raise UnreadableError(f"no braid in {_short(text)!r}, which has no letter; give {_FORMS}")
    letters = [letter for token in tokens for letter in _letters(token, text)]
    return check_word(letters), strands


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _letters(token: str, text: str) -> list[int]:
    plain = _SUPERSCRIPT.sub(lambda power: f"^{power[0].translate(_SUPERSCRIPTS)}", token)
    match = _TOKEN.fullmatch(plain)
    if match is None or not token.isprintable():
        raise UnreadableError(
            f"cannot read {_short(token)!r} in {_short(text)!r} as part of a braid; give {_FORMS}"
        )
    if match["integer"] is not None:
        return [int(match["integer"])]
    power = int(match["braced"] or match["power"] or 1)
    if abs(power) > _MAX_POWER:
        raise InputError(f"the power in {token!r} is larger than {_MAX_POWER}")
    index = int(match["index"])
    if index == 0:
        raise InputError(
            f"generators are numbered from 1 here, and {token!r} in {_short(text)!r} has the "
            f"number 0; if this is a word of SageMath, which counts from 0, write "
            f"{_short('sage-word: ' + text)!r}"
        )
    return [index if power > 0 else -index] * abs(power)
