"""Text with the name of a notation in front: ``pd-snappy: [(0, 3, 1, 2), (3, 0, 2, 1)]``.

What spells its own name needs none: ``PD[X[…],…]``, ``DT:[…]``, ``DTCode[…]``, ``GaussCode[…]``,
``O1+U2+…``, ``BR[…]`` and ``Braid[…]``, JSON of the reference, and JSON that plait writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..braids import Braid
from ..diagrams import PlanarDiagram
from ..errors import InputError
from .codes import short
from .dt import from_dt, parse_dt
from .gauss import parse_extended_gauss, parse_gauss
from .pd import PD_CONVENTIONS, parse_pd
from .records import read_record
from .reference import is_reference, read_reference
from .spellings import parse_bracketed, parse_gap_word, parse_sage_word, parse_words

__all__ = ["NOTATIONS", "read_text"]

_Link = Braid | PlanarDiagram

_PREFIX: Final = re.compile(
    r"\s*(?P<name>[A-Za-z][A-Za-z0-9.\-]*)(?:@(?P<anchor>[+\-\u2212]?\d{1,9}))?\s*:(?P<body>.*)",
    re.DOTALL,
)
_FOUR: Final = r"\s*\d{1,18}" + r"(?:\s*[,;]\s*|\s+)\d{1,18}" * 3 + r"\s*"
_PD_LIST: Final = re.compile(rf"[\[({{]\s*[\[({{]{_FOUR}[\])}}]")


def _pd(convention: str) -> Callable[[str], _Link]:
    return lambda body: parse_pd(body, convention)


def _anchored(name: str, anchor: int | None) -> Callable[[str], _Link]:
    """The reader of a code that leaves the reflection open; ``anchor`` settles it."""
    if name == "dt":
        return lambda body: from_dt(parse_dt(body), anchor=1 if anchor is None else anchor)
    return lambda body: parse_gauss(body, anchor=anchor)


def _reference(body: str) -> _Link:
    return read_reference(_decoded(body)).braid


_ANCHORED: Final = ("dt", "gauss")
NOTATIONS: Final[Mapping[str, Callable[[str], _Link]]] = {
    "word": parse_words,
    "sage-word": parse_sage_word,
    "gap-word": parse_gap_word,
    **{f"pd-{name}": _pd(name) for name in PD_CONVENTIONS},
    **{name: _anchored(name, None) for name in _ANCHORED},
    "extended-gauss": parse_extended_gauss,
    "reference-json": _reference,
}
"""The names that may stand before a colon, each with the function that reads what follows."""


def read_text(text: str) -> _Link | None:
    """The link of a text in one of the notations; None if it names none.

    Raises:
        InputError: an unknown name, a planar-diagram code without a convention, or a text that
            the notation does not allow.

    Example:
        >>> read_text("sage-word: s0*s1^-1")
        Braid([1, -2], strands=3)
        >>> read_text("PD[X[1,5,2,4],X[3,1,4,6],X[5,3,6,2]]").writhe
        3
        >>> read_text("1 -2") is None
        True
    """
    body = text.strip()
    if match := _PREFIX.fullmatch(body):
        name, anchor = match["name"].lower(), match["anchor"]
        if anchor is not None:
            if name not in _ANCHORED:
                raise InputError(
                    f"{name}@{anchor}: only dt and gauss have a crossing whose sign may be said"
                )
            return _anchored(name, int(anchor.replace("\u2212", "-")))(match["body"])
        if name in NOTATIONS:
            return NOTATIONS[name](match["body"])
        if name != "braid":
            raise InputError(
                f"unknown notation {match['name']!r} in {short(text)}; known are: "
                f"{', '.join(f'{known}:' for known in NOTATIONS)}"
            )
    if bracketed := parse_bracketed(body):
        return bracketed
    if re.match(r"(?:PD|X|Loop)\s*\[", body):
        return parse_pd(body)
    if re.match(r"(?:DT|DTCode)\s*\[", body):
        return from_dt(parse_dt(body))
    if re.match(r"GaussCode\s*\[", body):
        return parse_gauss(body)
    if re.match(r"[OU]\d+[+\-\u2212]", body):
        return parse_extended_gauss(body)
    if re.match(r'\{\s*"', body):
        data = _decoded(body)
        return read_reference(data).braid if is_reference(data) else read_record(data)
    if _PD_LIST.match(body):
        return parse_pd(body)  # raises, naming the conventions
    return None


def _decoded(body: str) -> Mapping[str, Any]:
    try:
        data = json.loads(body)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{short(body)} is not JSON: {error}") from None
    if not isinstance(data, Mapping):
        raise InputError(f"{short(body)} is no JSON object with a braid in it")
    return data
