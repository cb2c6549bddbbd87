"""Whatever a user has, as a Braid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeAlias, runtime_checkable

from . import tables
from .braids import Braid
from .words import UnreadableError, parse_word

__all__ = ["BraidLike", "braid"]


@runtime_checkable
class HasBraidWord(Protocol):
    """An object such as Spherogram's Link, with a method ``braid_word()``."""

    def braid_word(self) -> Iterable[int]:
        """The braid word, in a form that Braid reads."""


BraidLike: TypeAlias = Braid | Iterable[int] | str | HasBraidWord


def braid(x: BraidLike, *, strands: int | None = None) -> Braid:
    """Turn a word, text, knot or link name, or an object with ``braid_word()`` into a Braid.

    Args:
        x: a :class:`Braid`; a sequence of integers; text as :class:`Braid` reads it; a name such
            as ``"8_19"``, ``"K11n34"`` or ``"L6a4{0}"``; an object with ``braid_word()``.
        strands: number of strands, where it is more than the word uses (free strands are
            components of the closure).

    Returns:
        The braid, whose Markov closure is the named knot or link where a name was given.

    Raises:
        InputError: not readable as any of these.
        UnknownNameError: no such knot or link; the message lists near names.
        MissingExtraError: a name beyond the bundled table, without the extra ``tables``.

    Example:
        >>> braid("8_19").strands
        3
        >>> braid([1, 1, 1]) == braid("s1^3")
        True
    """
    if isinstance(x, Braid):
        return x if strands is None else x.with_strands(strands)
    if isinstance(x, str):
        if tables.is_name(x):
            word, stated = tables.lookup(x)
        else:
            try:
                word, own = parse_word(x)
            except UnreadableError as error:
                raise UnreadableError(
                    f"{error}; or a knot or link name such as '8_19', 'K11n34', 'L6a4{{0}}'"
                ) from None
            return Braid(word, own if strands is None else strands)
        return Braid(word, stated if strands is None else strands)
    if isinstance(x, HasBraidWord):
        found = x.braid_word()
        # Sage's Braid.Tietze and Spherogram's braid_word give tuples or lists of integers.
        return Braid(found, strands)
    return Braid(x, strands)
