"""Exponents of the model of damping, calibrated on other braids whose values are known.

The scale steps "keep" and "survival" (:mod:`plait.mitigation.inversion`) rest on

    A = K^g Y |z|,    S = ½ K^a (1 + K^b Y^c E_s|z_s|²),

with the amplitude A, the survival S and the keep rate K that were measured. The exponents depend
on the circuits, and little on the braid, the size, and how strong the noise is. So they are
learnt from simulated braids of known value, none of them the one of interest:

* g from runs without dephasing, where Y = 1 and A/|z| = K^g;
* a, b and c from the survival of all runs, with Y = A/(K^g |z|).

Each braid left out of the training in turn tells how far off |z| is for a braid that the exponents
have never seen; this scatter is the systematic error of an estimate with them. Braids drawn with
replacement tell how uncertain the exponents are.

Source: derived here; ``benchmarks/exponents.py`` makes the sets that come with plait.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..circuits.devices import Device, device
from ..circuits.forms import expected_cost
from ..circuits.plan import Plan
from ..knots.errors import InputError, RecordError, UnknownNameError
from ..knots.kinds import check_kinds

__all__ = ["Exponents", "exponents", "exponents_names", "read_exponents", "write_exponents"]

Floats: TypeAlias = npt.NDArray[np.float64]

_MOST_C = 1.9
_NAMES = ("g", "a", "b", "c")


@dataclass(frozen=True, kw_only=True)
class Exponents:
    """A calibrated set of exponents.

    Attributes:
        name: of the set.
        g: of the contrast.
        a: of the survival of both branches.
        b: of what more the branch of the path loses.
        c: of the power of that branch, in the dephasing; in [0, 2).
        covariance: 4×4, of (g, a, b, c), by drawing braids with replacement.
        scatter: relative error of |z| (root mean square) of braids left out of the training, by
            "survival" with the path coherence taken as 1.
        coherent_scatter: the same with the path coherence known.
        keep_scatter: the same by "keep", on runs without dephasing.
        braids: number of braids in the training.
        strands: least and most of them.
        least_gates: fewest two-qubit gates per circuit that a braid of the training has; with few
            gates there is little to average over.
        kind: of the circuits, ``"echo"``.
        entangler: two-qubit gate of the circuits.
        circuits: whose circuits they are.
        noise: the noise of the training, in words.
        source: where the numbers come from.

    Raises:
        InputError: numbers that are not finite or out of their range.
    """

    name: str
    g: float
    a: float
    b: float
    c: float
    covariance: tuple[tuple[float, ...], ...]
    scatter: float
    coherent_scatter: float
    keep_scatter: float
    braids: int
    strands: tuple[int, int]
    least_gates: int
    kind: str
    entangler: str
    circuits: str
    noise: str
    source: str

    def __post_init__(self) -> None:
        scatters = (self.scatter, self.coherent_scatter, self.keep_scatter)
        if not np.isfinite([*self.values, *scatters]).all():
            raise InputError(f"exponents {self.name!r}: g, a, b, c and scatter must be finite")
        if not (self.g > 0 and self.a > 0 and 0 <= self.c < 2):
            raise InputError(
                f"exponents {self.name!r} have g={self.g:g}, a={self.a:g}, c={self.c:g}; g and a "
                f"must be positive and c in [0, 2)"
            )
        if min(scatters) < 0:
            raise InputError(f"exponents {self.name!r}: a scatter is not negative")
        matrix = np.asarray(self.covariance, dtype=float)
        fits = matrix.shape == (4, 4) and np.isfinite(matrix).all()
        if not fits or not np.allclose(matrix, matrix.T) or np.linalg.eigvalsh(matrix)[0] < -1e-9:
            raise InputError(
                f"exponents {self.name!r}: the covariance must be a 4×4 matrix, symmetric and "
                f"positive"
            )

    @property
    def values(self) -> tuple[float, float, float, float]:
        """(g, a, b, c)."""
        return self.g, self.a, self.b, self.c

    def replicas(self, count: int, rng: np.random.Generator) -> dict[str, Floats]:
        """Exponents of repeated trainings, to resample an estimate with; c stays in [0, 1.9].

        Returns:
            Arrays of shape (count,) by the names g, a, b and c, as
            :func:`plait.mitigation.inversion.survival_magnitude` takes them.

        Example:
            >>> found = exponents("plait").replicas(3, np.random.default_rng(1))
            >>> [(name, values.shape) for name, values in found.items()]
            [('g', (3,)), ('a', (3,)), ('b', (3,)), ('c', (3,))]
        """
        drawn = rng.multivariate_normal(self.values, np.asarray(self.covariance), size=count)
        drawn[:, 3] = np.clip(drawn[:, 3], 0.0, _MOST_C)
        return dict(zip(_NAMES, drawn.T, strict=True))

    def outside(self, plan: Plan, target: Device | None = None) -> tuple[str, ...]:
        """In which respects an experiment is unlike the training; empty where in none.

        Example:
            >>> from plait import Braid, device
            >>> plan = Plan(braid=Braid("1 2 1 2"), closure="markov", kind="echo",
            ...             series=("real", "imag"), shots=100, round_shots=100, seed=1)
            >>> exponents("plait").outside(plan, device("ibm_fez"))[0]
            'the exponents are of circuits with zzphase gates, and ibm_fez has cz'
        """
        found = []
        if target is not None and target.entangler != self.entangler:
            found.append(
                f"the exponents are of circuits with {self.entangler} gates, and {target.name} "
                f"has {target.entangler}"
            )
        if plan.kind != self.kind:
            found.append(f"the exponents are of {self.kind} circuits, and these are {plan.kind}")
        if plan.closure != "markov":
            found.append("the exponents are of Markov closures")
        low, high = self.strands
        if not low <= plan.braid.strands <= high:
            found.append(
                f"the exponents are of {low if low == high else f'{low} to {high}'} strands, and "
                f"this braid has {plan.braid.strands}"
            )
        if plan.kind == "echo":
            gates = expected_cost(plan.form, plan.closure, device("ideal"))
            if gates < self.least_gates:
                found.append(
                    f"the exponents are of circuits with {self.least_gates} two-qubit gates at "
                    f"least, and these have {gates:.3g}"
                )
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        rows = [list(row) for row in self.covariance]
        return asdict(self) | {"covariance": rows, "strands": list(self.strands)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Exponents:
        """The exponents that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or there is one more, or a value is of another kind.

        Example:
            >>> Exponents.from_json(exponents("plait").to_json()) == exponents("plait")
            True
        """
        try:
            values = dict(data)
            values["covariance"] = tuple(tuple(map(float, row)) for row in data["covariance"])
            low, high = data["strands"]
            values["strands"] = (int(low), int(high))
            made = cls(**values)
            check_kinds(made)
            return made
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not exponents: {error}") from error


@cache
def _bundled() -> dict[str, Exponents]:
    folder = resources.files(__package__) / "exponent_data"
    found = (
        Exponents.from_json(json.loads(entry.read_text(encoding="utf-8")))
        for entry in folder.iterdir()
        if entry.name.endswith(".json")
    )
    return {e.name: e for e in sorted(found, key=lambda e: e.name)}


def exponents_names() -> list[str]:
    """Names of the sets that come with plait.

    Example:
        >>> exponents_names()
        ['plait', 'published-circuits']
    """
    return list(_bundled())


def exponents(name: str = "plait") -> Exponents:
    """A set of exponents that comes with plait, by name.

    ``"plait"`` is of the circuits that plait compiles (n − 1 qubits, made for each path), with
    ZZPhase gates; ``"published-circuits"`` is of those of arXiv:2503.05625 (n + 1 qubits).

    Raises:
        UnknownNameError: no such set.

    Example:
        >>> exponents("published-circuits").g
        2.54
    """
    found = _bundled()
    if not isinstance(name, str) or name not in found:
        raise UnknownNameError(f"unknown exponents {name!r}; choose from: {', '.join(found)}")
    return found[name]


def read_exponents(path: str | Path) -> Exponents:
    """Exponents from a JSON file.

    Raises:
        RecordError: it cannot be read, or is something else.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(f"cannot read exponents from {path}: {error}") from error
    if not isinstance(data, dict):
        raise RecordError(f"cannot read exponents from {path}: it holds no object")
    return Exponents.from_json(data)


def write_exponents(found: Exponents, path: str | Path) -> None:
    """Write exponents as a JSON file.

    Raises:
        RecordError: it cannot be written.
    """
    text = json.dumps(found.to_json(), indent=1, ensure_ascii=False) + "\n"
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecordError(f"cannot write exponents to {path}: {error}") from error
