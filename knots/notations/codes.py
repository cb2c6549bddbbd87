"""Reading codes that are nested lists of integers, from text and from Python."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, Final

from ..errors import InputError

__all__ = ["integer", "nested_integers", "rows", "short", "text_of"]

_TOKEN: Final = re.compile(r"[+\-\u2212\u2013]?\d+|[\[\](){},;]|\s+")
_OPEN: Final = {"[": "]", "(": ")", "{": "}"}
_MAX_DEPTH: Final = 4
_MAX_DIGITS: Final = 18


def short(value: object) -> str:
    """What was given, for messages."""
    text = " ".join((value if isinstance(value, str) else repr(value)).split())
    text = text if len(text) <= 60 else text[:57] + "…"
    return repr(text) if isinstance(value, str) else text


def text_of(value: object, what: str, *, may_be_empty: bool = False) -> str:
    """The text without blanks around it.

    Raises:
        InputError: not text, or nothing but blanks unless it may be empty.

    Example:
        >>> text_of(" 4 6 2 ", "the code")
        '4 6 2'
    """
    if not isinstance(value, str):
        raise InputError(f"{what} is read from text, not from {short(value)}")
    text = value.strip()
    if not text and not may_be_empty:
        raise InputError(f"{what} is empty text")
    return text


def integer(value: object, what: str) -> int:
    """An integer that is not a truth value, and not too large to be a label.

    Raises:
        InputError: anything else.
    """
    if not isinstance(value, bool):
        try:
            number = operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            pass
        else:
            if abs(number) < 10**_MAX_DIGITS:
                return number
            raise InputError(f"{what} holds a number of more than {_MAX_DIGITS} digits")
    raise InputError(f"{what} holds {short(value)}, which is not an integer")


def nested_integers(text: str, what: str) -> list[Any]:
    """The nested lists of integers that a text spells with brackets of any kind.

    Text without an outer pair of brackets is read as if it had one.

    Raises:
        InputError: other characters, or brackets that do not match.

    Example:
        >>> nested_integers("[(4, 6, 2)]", "the code")
        [[4, 6, 2]]
        >>> nested_integers("4 6 2", "the code")
        [4, 6, 2]
        >>> nested_integers("{1,-2},{2,-1}", "the code")
        [[1, -2], [2, -1]]
    """
    top: list[Any] = []
    stack: list[tuple[list[Any], str]] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise InputError(f"cannot read {short(text[at:])} as part of {what} {short(text)}")
        token, at = match[0], match.end()
        inner = stack[-1][0] if stack else top
        if token in _OPEN:
            fresh: list[Any] = []
            inner.append(fresh)
            stack.append((fresh, _OPEN[token]))
            if len(stack) > _MAX_DEPTH:
                raise InputError(f"{what} {short(text)} has brackets {len(stack)} deep")
        elif token in _OPEN.values():
            if not stack or stack.pop()[1] != token:
                raise InputError(f"{what} {short(text)} has brackets that do not match")
        elif token[-1].isdigit():
            if len(token) > _MAX_DIGITS:
                raise InputError(f"{what} holds a number of {len(token)} characters")
            inner.append(int(token.translate({0x2212: "-", 0x2013: "-"})))
    if stack:
        raise InputError(f"{what} {short(text)} has brackets that do not match")
    if len(top) == 1 and isinstance(top[0], list):
        return top[0]
    return top


def rows(code: object, what: str) -> list[list[int]]:
    """A code of several components as lists of integers; a flat one is that of a knot.

    Raises:
        InputError: not a sequence of integers, nor of sequences of integers.

    Example:
        >>> rows([4, 6, 2], "the code"), rows([(4,), (2,)], "the code")
        ([[4, 6, 2]], [[4], [2]])
    """
    outer = _listed(code, what)
    if any(_is_sequence(part) for part in outer):
        return [[integer(value, what) for value in _listed(part, what)] for part in outer]
    return [[integer(value, what) for value in outer]]


def _is_sequence(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping, Set))


def _listed(value: object, what: str) -> Sequence[object]:
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes, Mapping, Set)):
        raise InputError(f"{what} is a list of integers, or of lists of them, not {short(value)}")
    return list(value)
