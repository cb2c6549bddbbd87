"""The record of a benchmark instance: a braid, where it is from, and what is known of it."""

from __future__ import annotations

import cmath
import json
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from .braids import Braid
from .checks import check_braid
from .conventions import Closure, check_closure
from .errors import InputError, RecordError
from .sectors import magnitude
from .values import zeta_value

__all__ = ["KNOWN_BY", "Bounds", "Instance"]

_HASH_DIGITS: Final = 12
KNOWN_BY: Final = ("construction", "evaluation")


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Proven lower bounds, over everything that represents the same link.

    Attributes:
        crossings: of any diagram.
        letters: of any braid word whose Markov closure is the link.
        strands: of any such braid, the braid index.

    Each is None where nothing is proven.
    """

    crossings: int | None = None
    letters: int | None = None
    strands: int | None = None

    def to_json(self) -> dict[str, int]:
        """As a dictionary for JSON, of the bounds that there are."""
        pairs = (("crossings", self.crossings), ("letters", self.letters))
        return {k: v for k, v in (*pairs, ("strands", self.strands)) if v is not None}


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A braid for benchmarks, with its origin and, where it is known, its exact value.

    The same ``family``, ``parameters`` and ``seed`` give the same braid with the same version of
    plait; ``id`` tells whether it is the same braid.

    Attributes:
        family: name of the generator.
        parameters: its other arguments, as JSON has them.
        seed: its seed; None where nothing is random.
        braid: the braid.
        closure: how it is closed.
        exact: (a0, a1, a2, a3) with V = a0 + a1 ζ + a2 ζ² + a3 ζ³, ζ = exp(2πi/5); None where it
            is not known.
        known_by: how ``exact`` is known: by ``"construction"``, by ``"evaluation"``, or both.
        centre: a small braid that the instance hides, whose value and number of free strands
            give ``exact``; None where there is none.
        bounds: what is proven about all braids and diagrams of the link.
        notes: what else is to be said, in words.

    Raises:
        InputError: not a braid, the closure is not possible, ``exact`` is not four integers, or
            ``exact`` and ``known_by`` disagree about whether the value is known.

    Example:
        >>> one = Instance(family="example", parameters={}, seed=None, braid=Braid("1 1 1"),
        ...                exact=(1, 2, 1, 2), known_by=("construction",))
        >>> one.id
        'example-2x3-302d8d7c31dc'
        >>> round(one.magnitude, 3)
        0.954
        >>> Instance.from_json(one.to_json()) == one
        True
    """

    family: str
    parameters: Mapping[str, Any]
    seed: int | None
    braid: Braid
    closure: Closure = "markov"
    exact: tuple[int, int, int, int] | None = None
    known_by: tuple[str, ...] = ()
    centre: Braid | None = None
    bounds: Bounds = field(default_factory=Bounds)
    notes: str = ""

    def __post_init__(self) -> None:
        check_closure(self.closure, check_braid(self.braid).strands)
        if self.exact is not None:
            object.__setattr__(self, "exact", _four(self.exact))
        if not isinstance(self.known_by, (tuple, list)):
            raise InputError(f"known_by={self.known_by!r}: give a tuple, such as ('evaluation',)")
        if (self.exact is None) != (not self.known_by) or not set(self.known_by) <= set(KNOWN_BY):
            raise InputError(
                f"known_by={self.known_by!r} for exact={self.exact!r}: name the ways by which a "
                f"known value is known, of {', '.join(KNOWN_BY)}"
            )

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def id(self) -> str:
        """Family, strands, crossings, seed, and a hash of the closed braid."""
        data = json.dumps([self.closure, self.braid.strands, list(self.braid.word)])
        digest = sha256(data.encode()).hexdigest()[:_HASH_DIGITS]
        seed = "" if self.seed is None else f"-s{self.seed}"
        return f"{self.family}-{self.braid.strands}x{len(self.braid)}{seed}-{digest}"

    @property
    def value(self) -> complex | None:
        """V at t = exp(2πi/5), where it is known and below the largest float, 1.8e308."""
        if self.exact is None:
            return None
        found = zeta_value(self.exact)
        return found if cmath.isfinite(found) else None

    @property
    def magnitude(self) -> float | None:
        """|V| over its largest possible value, φ^(n−1) for Markov and φ^(n/2−1) for plat closures.

        For a Markov closure this is |E_s⟨s|U|s⟩|, for a plat closure |⟨p|U|p⟩|: what a quantum
        computer measures.
        """
        if self.exact is None:
            return None
        n = self.braid.strands
        return magnitude(self.exact, n if self.closure == "markov" else n // 2)

    def evaluated(self, exact: tuple[int, int, int, int]) -> Instance:
        """The same with a value that an evaluator computed, in addition to what is known.

        Raises:
            InputError: another value is known already, or this is not four integers.
        """
        exact = _four(exact)
        if self.exact is not None and self.exact != exact:
            raise InputError(
                f"{self.id}: the value known by {' and '.join(self.known_by)} is "
                f"{list(self.exact)}, but this one is {list(exact)}"
            )
        ways = tuple(way for way in KNOWN_BY if way in self.known_by or way == "evaluation")
        return replace(self, exact=exact, known_by=ways)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; what is not known is left out."""
        data: dict[str, Any] = {
            "id": self.id,
            "family": self.family,
            "parameters": dict(self.parameters),
            "seed": self.seed,
            "closure": self.closure,
            "strands": self.braid.strands,
            "crossings": len(self.braid),
            "word": list(self.braid.word),
        }
        if self.exact is not None:
            if (value := self.value) is not None:
                data["value"] = [value.real, value.imag]
            data["exact"] = list(self.exact)
            data["magnitude"] = self.magnitude
            data["known_by"] = list(self.known_by)
        if self.centre is not None:
            data["centre"] = {"strands": self.centre.strands, "word": list(self.centre.word)}
        if bounds := self.bounds.to_json():
            data["bounds"] = bounds
        if self.notes:
            data["notes"] = self.notes
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Instance:
        """The record that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind, or the braid is not the one that
                the id is of.
        """
        try:
            exact, centre = data.get("exact"), data.get("centre")
            found = cls(
                family=str(data["family"]),
                parameters=dict(data["parameters"]),
                seed=None if data["seed"] is None else int(data["seed"]),
                braid=Braid(data["word"], int(data["strands"])),
                closure=data["closure"],
                exact=exact,
                known_by=tuple(map(str, data.get("known_by", ()))),
                centre=None if centre is None else Braid(centre["word"], int(centre["strands"])),
                bounds=Bounds(**{k: int(v) for k, v in data.get("bounds", {}).items()}),
                notes=str(data.get("notes", "")),
            )
            stated = data["id"]
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise RecordError(f"not the record of an instance: {error!r}") from error
        if found.id != stated:
            raise RecordError(
                f"the record of instance {stated!r} holds another braid, whose id is {found.id!r}"
            )
        return found


def _four(exact: Iterable[object]) -> tuple[int, int, int, int]:
    try:
        a0, a1, a2, a3 = map(operator.index, exact)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InputError(
            f"exact={exact!r}: give the four integers a0 … a3 of a0 + a1 ζ + a2 ζ² + a3 ζ³"
        ) from None
    return a0, a1, a2, a3
