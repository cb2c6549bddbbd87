"""Braid words by name: the names of KnotInfo and LinkInfo.

The package holds the knots to 10 crossings and the links to 9 crossings, the latter with every
orientation that LinkInfo names. The optional extra ``plait[tables]`` adds the rest of KnotInfo
(13 crossings) and LinkInfo (11 crossings) through the package ``database_knotinfo``.

What a name stands for is KnotInfo's and LinkInfo's choice, also as to the mirror image, which may
differ from the picture in another book: ``3_1`` is the closure of ``[1, 1, 1]``. Ten-crossing
knots are numbered to 165, without the duplicate of the Perko pair, so Rolfsen's 10_163 … 10_166
are 10_162 … 10_165 here. Where KnotInfo gives two words, a shortest one and one on the fewest
strands, the latter is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from .errors import MissingExtraError, UnknownNameError
from .family_names import family_braid, is_family_name
from .optional import require

__all__ = ["all_names", "is_name", "lookup", "names", "near_names"]

KNOT_CROSSINGS: Final = 10
"""The bundled table is complete for knots to this crossing number."""
LINK_CROSSINGS: Final = 9
"""The bundled table is complete for links to this crossing number."""

_COMMON: Final = {
    "unknot": "0_1",
    "trefoil": "3_1",
    "figure-eight": "4_1",
    "figure8": "4_1",
    "whitehead": "5^2_1",
    "borromean": "6^3_2",
    "hopf": "L2a1",
    "hopf-": "L2a1{0}",
    "hopf+": "L2a1{1}",
}
_ORIENTATION: Final = r"(?:\s*\{\s*(?P<orientation>[01](?:\s*,\s*[01])*)\s*\})?"
_FORMS: Final = (
    re.compile(r"(?P<crossings>[0-9]{1,3})_(?P<number>[0-9]{1,9})"),
    re.compile(r"K?(?P<crossings>[0-9]{1,3})(?P<kind>[an])_?(?P<number>[0-9]{1,9})", re.I),
    re.compile(
        r"(?P<link>L)(?P<crossings>[0-9]{1,3})(?P<kind>[an])(?P<number>[0-9]{1,9})" + _ORIENTATION,
        re.I,
    ),
    re.compile(
        r"(?P<crossings>[0-9]{1,3})\^(?P<components>[0-9]{1,3})_(?P<number>[0-9]{1,9})"
        + _ORIENTATION
    ),
)
_LETTERS: Final = r"-?[0-9]+(?:\s*,\s*-?[0-9]+)*"
_KNOT_WORD: Final = re.compile(rf"\[\s*({_LETTERS})\s*\]")
# One LinkInfo entry, L10a121{1}, ends its word with a round bracket.
_LINK_WORD: Final = re.compile(rf"\{{\s*([0-9]+)\s*,\s*\{{\s*({_LETTERS})\s*[}})]\s*\}}")
_NEAR: Final = 5
_LONGEST_NAME: Final = 14

Entry = tuple[tuple[int, ...], int]


class _Name(NamedTuple):
    """A name in its parts; tuples of them sort naturally."""

    is_link: bool
    crossings: int
    components: int
    kind: str
    number: int
    orientation: tuple[int, ...]

    @property
    def family(self) -> tuple[bool, int, int, str]:
        return self[:4]


class _Bundle(NamedTuple):
    braids: dict[str, Entry]
    aliases: dict[str, str]


def _parse(text: str) -> tuple[str, _Name] | None:
    """The canonical spelling of a systematic name and its parts, or None."""
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is None:
            continue
        part = match.groupdict(default="")
        crossings, number = part["crossings"], part["number"]
        kind = part.get("kind", "").lower()
        components = part.get("components", "")
        orientation = re.findall("[01]", part.get("orientation", ""))
        if part.get("link"):
            name = f"L{crossings}{kind}{number}"
        elif components:
            name = f"{crossings}^{components}_{number}"
        else:
            name = f"{crossings}{kind}_{number}"
        if orientation:
            name += "{" + ",".join(orientation) + "}"
        return name, _Name(
            bool(part.get("link") or components),
            int(crossings),
            int(components or 0),
            kind,
            int(number),
            tuple(map(int, orientation)),
        )
    return None


def _canonical(text: str) -> str | None:
    """The spelling used in the tables, or None for a text that is not a name."""
    text = text.strip()
    common = "-".join(text.lower().split())
    if common in _COMMON:
        return common
    parsed = _parse(text)
    return None if parsed is None else parsed[0]


def _parts(name: str) -> _Name:
    parsed = _parse(name)
    if parsed is None:
        raise UnknownNameError(f"{name!r} in a table is not the name of a knot or a link")
    return parsed[1]


def _knot_braid(notation: str) -> Entry | None:
    """Read KnotInfo's ``[1,-2]`` or ``[[1,2],[1,-3]]``; None if there is no word."""
    words = [tuple(map(int, found.split(","))) for found in _KNOT_WORD.findall(notation)]
    braids = [(word, max(map(abs, word)) + 1) for word in words]
    return min(braids, key=lambda braid: (braid[1], len(braid[0])), default=None)


def _link_braid(notation: str) -> Entry | None:
    """Read LinkInfo's ``{3, {-1, 2}}``; None if there is no word."""
    match = _LINK_WORD.search(notation)
    if match is None:
        return None
    return tuple(map(int, match[2].split(","))), int(match[1])


def _decode(text: str) -> _Bundle:
    """Read the format of small.txt: ``name strands letters…`` and ``alias = name``."""
    bundle = _Bundle({}, {})
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, second, *rest = line.split()
        if second == "=":
            bundle.aliases[name] = rest[0]
        else:
            bundle.braids[name] = tuple(map(int, rest)), int(second)
    return bundle


@cache
def _bundle() -> _Bundle:
    path = files("plait.knots") / "table_data" / "small.txt"
    return _decode(path.read_text(encoding="utf-8"))


@cache
def _database() -> dict[str, str]:
    """The braid notation of every row of ``database_knotinfo``, in natural order."""
    module = require(
        "database_knotinfo",
        extra="tables",
        purpose=f"a knot with more than {KNOT_CROSSINGS} crossings or a link with more than "
        f"{LINK_CROSSINGS}",
    )
    # The rows take hundreds of megabytes, so nothing but these two columns is kept.
    notations: dict[str, str] = {}
    for proper_links in (False, True):
        for row in module.link_list(proper_links=proper_links)[1:]:
            notations[row["name"]] = row["braid_notation"]
    return dict(sorted(notations.items(), key=lambda item: _parts(item[0])))


def _is_beyond(name: str) -> bool:
    """Whether the bundled table leaves open if the name exists."""
    parsed = _parse(name)
    if parsed is None:
        return False
    parts = parsed[1]
    if not parts.kind:
        return False
    return parts.crossings > (LINK_CROSSINGS if parts.is_link else KNOT_CROSSINGS)


def _nearest(name: str, known: Collection[str]) -> list[str]:
    """The next ones of the same family (8_22: 8_21, 8_20, …), else names spelled alike."""
    parsed = _parse(name)
    if parsed is not None:
        wanted = parsed[1]
        parts = {other: _parts(other) for other in known}
        family = [other for other, its in parts.items() if its.family == wanted.family]
        if family:
            family.sort(key=lambda other: (abs(parts[other].number - wanted.number), parts[other]))
            return family[:_NEAR]
    lower = {other.lower(): other for other in (*_COMMON, *known)}
    return [lower[match] for match in get_close_matches(name.lower(), lower, n=_NEAR)]


def _oriented(key: str, known: Collection[str]) -> str:
    """The name whose orientation is that of ``key`` completed with zeros, if there is one."""
    if key in known or not key.endswith("}"):
        return key
    base = key.removesuffix("}")
    longer = (f"{base}{',0' * extra}}}" for extra in range(1, 8))
    return next((name for name in longer if name in known), key)


def _without_alias(key: str, aliases: Mapping[str, str]) -> str:
    """The KnotInfo or LinkInfo name of an alias, which may bring its own orientation."""
    base, brace, orientation = key.partition("{")
    if base not in aliases:
        return key
    if not brace:
        return aliases[base]
    return aliases[base].partition("{")[0] + brace + orientation


def _unknown(given: str, name: str, known: Mapping[str, object]) -> UnknownNameError:
    base = name.partition("{")[0] + "{"
    oriented = [other for other in known if other.startswith(base)]
    if oriented:
        what = "has no valid orientation" if "{" in name else "lacks an orientation"
        return UnknownNameError(f"the link name {given!r} {what}; use: {', '.join(oriented)}")
    near = _nearest(name, [*known, *_bundle().aliases])
    if near:
        return UnknownNameError(f"unknown knot or link {given!r}; nearest: {', '.join(near)}")
    return UnknownNameError(
        f"unknown knot or link {given!r}; names look like 8_19, K11n34, 11n_34, L6a4{{0,0}}, "
        f"T(3,5), P(-2,3,7), K(5/2) or C(3 1 2)"
    )


def lookup(name: str) -> Entry:
    """The braid word and the number of strands of a knot or link.

    Accepted are

    * KnotInfo's names (``8_19``, ``11n_34``), also as ``11n34`` and ``K11n34``; to 10 crossings
      also the Hoste-Thistlethwaite names (``K8n3`` is ``8_19``);
    * LinkInfo's names with an orientation (``L6a4{0,0}``), of which trailing zeros may be left
      out (``L6a4{0}``);
    * Rolfsen's link names (``5^2_1``), with LinkInfo's orientation (``4^2_1{0}``) unless LinkInfo
      has one word for all orientations;
    * ``unknot`` (0_1), ``trefoil`` (3_1, the positive one), ``figure-eight`` and ``figure8``
      (4_1), ``whitehead`` (5^2_1 = L5a1) and ``borromean`` (6^3_2 = L6a4). The mirror image is
      the one that KnotInfo or LinkInfo chose. ``hopf`` lacks an orientation, as its two
      orientations are different links: ``hopf+`` (L2a1{1}) and ``hopf-`` (L2a1{0});
    * families: ``T(3,5)``, ``P(-2,3,7)``, ``5/2`` or ``K(5/2)``, ``C(3 1 2)``, ``unlink(3)``, see
      :func:`plait.knots.family_names.family_braid`.

    Letter case and blanks around the name do not matter.

    Args:
        name: the name of a knot or of an oriented link.

    Returns:
        The word, whose letter ±i is σ_i or its inverse, and the number of strands; the link is
        the Markov closure.

    Raises:
        UnknownNameError: no such name, or a link without orientation; the message lists the
            nearest names or the orientations.
        InputError: parameters that a family does not allow.
        MissingExtraError: the name is beyond the bundled table and ``plait[tables]`` is not
            installed.

    Example:
        >>> lookup("4_1")
        ((1, -2, 1, -2), 3)
        >>> lookup("L2a1{1}")
        ((1, 1), 2)
        >>> lookup("8_22")  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        ...
        UnknownNameError: unknown knot or link '8_22'; nearest: 8_21, 8_20, 8_19, 8_18, 8_17
    """
    if not isinstance(name, str):
        raise UnknownNameError(f"the name of a knot or a link is text, not {name!r}")
    bundle = _bundle()
    if is_family_name(name):
        braid = family_braid(name)
        return braid.word, braid.strands
    key = _canonical(name)
    if key is None:
        raise _unknown(name, name.strip(), bundle.braids)
    key = _COMMON.get(key, key)
    key = _without_alias(key, bundle.aliases)
    key = _oriented(key, bundle.braids)
    if key in bundle.braids:
        return bundle.braids[key]
    if not _is_beyond(key):
        raise _unknown(name, key, bundle.braids)
    database = _database()
    key = _oriented(key, database)
    if key not in database:
        raise _unknown(name, key, database)
    read = _link_braid if key.startswith("L") else _knot_braid
    entry = read(database[key])
    if entry is None:
        near = _nearest(key, [other for other in database if other != key])
        raise UnknownNameError(
            f"the installed database_knotinfo has no braid word for {name!r}; "
            f"nearest: {', '.join(near)}"
        )
    return entry


def is_name(text: str) -> bool:
    """Whether a text looks like the name of a knot or link rather than a braid word.

    It need not exist; :func:`lookup` tells.

    Example:
        >>> [is_name(text) for text in ("8_19", "K11n34", "l6a4{0,1}", "trefoil", "T(3,5)", "5/2")]
        [True, True, True, True, True, True]
        >>> [is_name(text) for text in ("1 -2 1 -2", "[1,2]", "s1 s2^-1", "{3, {-1,2}}", "1")]
        [False, False, False, False, False]
    """
    return _canonical(text) is not None or is_family_name(text)


def near_names(text: str) -> list[str]:
    """Bundled names that a text with a typing error may stand for; none if it looks like none.

    Example:
        >>> near_names("8_2O"), near_names("1 -2 x")
        (['8_2', '8_21', '8_20'], [])
    """
    word = text.strip().lower()
    if not 2 <= len(word) <= _LONGEST_NAME or " " in word:
        return []
    lower = {other.lower(): other for other in (*_COMMON, *_bundle().braids)}
    return [lower[match] for match in get_close_matches(word, lower, n=3, cutoff=0.74)]


def names(*, crossings: int | None = None) -> list[str]:
    """The names in the bundled table: knots, then links, both in natural order.

    Args:
        crossings: only those with this crossing number.

    Example:
        >>> names(crossings=4)
        ['4_1', 'L4a1{0}', 'L4a1{1}']
    """
    braids = _bundle().braids
    if crossings is None:
        return list(braids)
    return [name for name in braids if _parts(name).crossings == crossings]


def all_names() -> list[str]:
    """The bundled names and, if ``plait[tables]`` is installed, those it adds.

    Example:
        >>> set(names()) <= set(all_names())
        True
    """
    bundled = names()
    try:
        database = _database()
    except MissingExtraError:
        return bundled
    return sorted({*bundled, *database}, key=_parts)
