"""Whatever a user has, as a Braid, or as the link that it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

from . import tables
from .braids import Braid
from .closed import ClosedBraid
from .diagrams import PlanarDiagram
from .errors import InputError
from .notations.objects import from_object
from .notations.pd import PD_CONVENTIONS
from .notations.records import read_record
from .notations.reference import is_reference, read_reference
from .notations.text import NOTATIONS, read_text
from .words import UnreadableError, parse_word

__all__ = ["BraidLike", "LinkLike", "braid", "braid_to_close", "link"]


@runtime_checkable
class HasBraidWord(Protocol):
    """An object with a method ``braid_word()``."""

    def braid_word(self) -> Iterable[int]:
        """The braid word, in a form that Braid reads."""


BraidLike: TypeAlias = (
    Braid | ClosedBraid | PlanarDiagram | Iterable[int] | str | Mapping[str, Any] | HasBraidWord
)
LinkLike: TypeAlias = BraidLike


def braid(x: BraidLike, *, strands: int | None = None) -> Braid:
    """Turn whatever a user has into a Braid whose Markov closure is the link.

    Args:
        x: a :class:`Braid`; a sequence of integers; text; a name such as ``"8_19"``, ``"K11n34"``,
            ``"L6a4{0}"``, ``"T(3,5)"``, ``"P(-2,3,7)"`` or ``"5/2"``; a :class:`ClosedBraid` or
            :class:`PlanarDiagram`; a link of Spherogram, SnapPy, Regina or SageMath, or a braid of
            SageMath; an object with ``braid_word()``; decoded JSON of the reference. Text is a
            word as :class:`Braid` reads it, or begins with the name of a notation: see
            :func:`link`.
        strands: number of strands, where it is more than the word uses (free strands are
            components of the closure).

    Returns:
        The braid. A diagram goes through Vogel's algorithm, a plat closure through its diagram.

    Raises:
        InputError: not readable as any of these, or an empty diagram.
        UnknownNameError: no such knot or link; the message lists near names.
        MissingExtraError: a name beyond the bundled table, without the extra ``tables``.

    Example:
        >>> braid("8_19").strands
        3
        >>> braid([1, 1, 1]) == braid("s1^3") == braid("dt: 4 6 2")
        True
    """
    found = link(x, strands=None if isinstance(x, (PlanarDiagram, ClosedBraid)) else strands)
    if isinstance(found, ClosedBraid):
        found = found.to_markov().braid
    if isinstance(found, PlanarDiagram):
        found = found.to_braid()
    return found if strands is None else found.with_strands(strands)


def braid_to_close(x: BraidLike, closure: str, *, strands: int | None = None) -> Braid:
    """The braid of x, for a function that closes it in the way it is told.

    Raises:
        InputError: as for :func:`braid`; or x is closed already, and not as a Markov closure.

    Example:
        >>> braid_to_close("2 2 2", "plat", strands=4).strands
        4
    """
    found = link(x, strands=strands)
    if not isinstance(found, Braid) and closure != "markov":
        raise InputError(
            f"a diagram or a closed braid is closed already; leave out closure={closure!r}, or "
            f"give the braid alone"
        )
    return braid(found)


def link(x: LinkLike, *, strands: int | None = None) -> Braid | ClosedBraid | PlanarDiagram:
    """Turn whatever a user has into a link: a braid to close, a closed braid, or a diagram.

    Text may begin with the name of a notation:

    =================================  =========================================================
    ``word: 1 -2``                     a braid word as :class:`Braid` reads it
    ``sage-word: s0*s1^-1``            generators of SageMath, numbered from 0
    ``gap-word: f1*f2^-1``             generators of GAP, numbered from 1
    ``pd-knotinfo: [[1,5,2,4],…]``     a planar-diagram code, see
                                       :mod:`plait.knots.notations.pd`; also ``pd-snappy``,
                                       ``pd-regina``, ``pd-sage`` and ``pd-sage-10.0``
    ``dt: [4,6,2]``                    a Dowker-Thistlethwaite code, see
                                       :mod:`plait.knots.notations.dt`
    ``gauss: [1,-2,3,-1,2,-3]``        a Gauss code, see :mod:`plait.knots.notations.gauss`
    ``dt@-1:``, ``gauss@26:``          the same, and the crossing with label 1 is negative, or that
                                       with label 26 positive
    ``extended-gauss: O1+U2+…``        one with the signs of the crossings
    ``reference-json: {…}``            a file of the reference code of arXiv:2503.05625
    =================================  =========================================================

    ``PD[X[…],…]``, ``DT:[…]``, ``DTCode[…]``, ``GaussCode[…]``, ``O1+U2+…``, ``BR[…]``,
    ``Braid[…]``, JSON of the reference, and JSON that plait writes, with ``word`` and ``strands``,
    need no name.

    Args:
        x: as for :func:`braid`.
        strands: of a braid, where it is more than the word uses.

    Raises:
        InputError: as for :func:`braid`, or strands for a diagram or a closed braid.
        UnknownNameError: as for :func:`braid`.
        MissingExtraError: as for :func:`braid`.

    Example:
        >>> link("1 1 1")
        Braid([1, 1, 1], strands=2)
        >>> link("pd-sage: [[1,5,2,4],[3,1,4,6],[5,3,6,2]]").writhe
        3
    """
    found = _read(x)
    if strands is None:
        return found
    if isinstance(found, Braid):
        # The word, as a number of strands that it states gives way.
        return Braid(found.word, strands)
    raise InputError(
        f"strands={strands!r} are those of a braid; a diagram or a closed braid has its own"
    )


def _read(x: LinkLike) -> Braid | ClosedBraid | PlanarDiagram:
    if isinstance(x, (Braid, ClosedBraid, PlanarDiagram)):
        return x
    if isinstance(x, str):
        return _read_text(x)
    if isinstance(x, Mapping):
        return read_reference(x).braid if is_reference(x) else read_record(x)
    found = from_object(x)
    if found is not None:
        return found
    if isinstance(x, HasBraidWord):
        return Braid(x.braid_word())
    if _is_list_of_fours(x):
        raise InputError(
            f"a list of lists of four integers looks like a planar-diagram code; name its "
            f"convention: from_pd(code, convention) with one of {', '.join(PD_CONVENTIONS)}"
        )
    return Braid(x)


def _read_text(text: str) -> Braid | PlanarDiagram:
    if tables.is_name(text):
        word, stated = tables.lookup(text)
        return Braid(word, stated)
    found = read_text(text)
    if found is not None:
        return found
    try:
        word, own = parse_word(text)
    except UnreadableError as error:
        near = tables.near_names(text)
        if near:
            raise UnreadableError(
                f"{text.strip()!r} is neither a braid nor the name of a link; did you mean "
                f"{', '.join(near)}?"
            ) from None
        raise UnreadableError(
            f"{error}; or a knot or link name such as '8_19', 'K11n34', 'L6a4{{0}}', 'T(3,5)', "
            f"'P(-2,3,7)', '5/2'; or a notation and its text: "
            f"{', '.join(f'{name}: …' for name in NOTATIONS)}"
        ) from None
    return Braid(word, own)


def _is_list_of_fours(x: object) -> bool:
    return (
        isinstance(x, (list, tuple))
        and bool(x)
        and all(isinstance(part, (list, tuple)) and len(part) == 4 for part in x)
    )
