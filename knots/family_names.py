"""Names of members of families of links: T(3,5), P(-2,3,7), 5/2, C(2 1 2), unlink(3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from .braids import Braid
from .errors import InputError
from .families import pretzel_link, rational_link, torus_link, two_bridge_link
from .vogel import vogel_braid

__all__ = ["family_braid", "is_family_name"]

_MINUS: Final = str.maketrans({"\u2212": "-", "\u2013": "-"})
_INTEGER: Final = r"[+-]?[0-9]{1,9}"
_SEPARATOR: Final = r"(?:\s*,\s*|\s+)"
_LIST: Final = rf"{_INTEGER}(?:{_SEPARATOR}{_INTEGER})*"
_FRACTION: Final = rf"{_INTEGER}\s*/\s*{_INTEGER}"
_CALL: Final = re.compile(r"([a-z]+)\s*(?:_?\((?P<round>[^(){}]*)\)|_\{(?P<braced>[^(){}]*)\})")


def _named_two_bridge(p: int, q: int) -> Braid:
    # Montesinos notation has the fraction upside down; refuse rather than guess.
    if abs(q) >= max(abs(p), 2):
        raise InputError(
            f"{p}/{q} is no two-bridge link by name: the numerator is the determinant and the "
            f"larger of the two, as in 5/2 for the figure-eight knot"
        )
    return vogel_braid(two_bridge_link(p, q))


def _unlink(components: int) -> Braid:
    if components == 0:
        raise InputError("unlink(0) has no components, and a link has at least one")
    return torus_link(0, components)


def _pretzel_braid(*twists: int) -> Braid:
    return vogel_braid(pretzel_link(*twists))


def _rational_braid(*twists: int) -> Braid:
    return vogel_braid(rational_link(*twists))


class _Family(NamedTuple):
    """The pattern of the parameters in brackets, and what they stand for."""

    body: re.Pattern[str]
    braid: Callable[..., Braid]


_TORUS: Final = _Family(re.compile(rf"{_INTEGER}{_SEPARATOR}{_INTEGER}"), torus_link)
_PRETZEL: Final = _Family(re.compile(_LIST), _pretzel_braid)
_TWO_BRIDGE: Final = _Family(
    re.compile(rf"{_FRACTION}|{_INTEGER}{_SEPARATOR}{_INTEGER}"), _named_two_bridge
)
_FAMILIES: Final = {
    "t": _TORUS,
    "torus": _TORUS,
    "p": _PRETZEL,
    "pretzel": _PRETZEL,
    "k": _TWO_BRIDGE,
    "s": _TWO_BRIDGE,
    "b": _TWO_BRIDGE,
    "c": _Family(re.compile(_LIST), _rational_braid),
    "unlink": _Family(re.compile(r"[0-9]{1,9}"), _unlink),
}


def _parse(text: str) -> tuple[Callable[..., Braid], list[int]] | None:
    """The family that a name belongs to, and its parameters."""
    plain = text.strip().translate(_MINUS).lower()
    if re.fullmatch(_FRACTION, plain):
        family, body = _TWO_BRIDGE, plain
    else:
        match = _CALL.fullmatch(plain)
        found = _FAMILIES.get(match[1]) if match else None
        if match is None or found is None:
            return None
        family, body = found, (match["round"] or match["braced"] or "").strip()
    if not family.body.fullmatch(body):
        return None
    return family.braid, [int(number) for number in re.findall(_INTEGER, body)]


def is_family_name(text: str) -> bool:
    """Whether a text names a member of a family, such as ``T(3,5)`` or ``5/2``.

    Example:
        >>> [is_family_name(text) for text in ("T_{3,5}", "P(-2,3,7)", "5/2", "C(2 1 2)")]
        [True, True, True, True]
        >>> [is_family_name(text) for text in ("1 -2", "s1 s2", "(1, 2)", "T(3)")]
        [False, False, False, False]
    """
    return _parse(text) is not None


def family_braid(name: str) -> Braid:
    """The braid of a torus, pretzel, two-bridge or rational link, or an unlink, by its name.

    =================================  =====================================
    ``T(3,5)``, ``T_{3,5}``            :func:`torus_link`
    ``P(-2,3,7)``                      :func:`pretzel_link`
    ``5/2``, ``K(5/2)``, ``S(5,2)``    :func:`two_bridge_link`
    ``C(3 1 2)``, ``C(3,1,2)``         :func:`rational_link`
    ``unlink(3)``                      so many circles
    =================================  =====================================

    Letter case and blanks do not matter; ``torus`` and ``pretzel`` stand for the letters.

    Raises:
        InputError: no such name, or parameters that the family does not allow.

    Example:
        >>> family_braid("T(3,4)")
        Braid([1, 2, 1, 2, 1, 2, 1, 2], strands=3)
        >>> family_braid("5/2")
        Braid([-2, 1, -2, 1], strands=3)
    """
    parsed = _parse(name) if isinstance(name, str) else None
    if parsed is None:
        raise InputError(
            f"{name!r} is not the name of a family of links; such names look like T(3,5), "
            f"P(-2,3,7), K(5/2), C(2 1 2) or unlink(3)"
        )
    make, parameters = parsed
    return make(*parameters)
