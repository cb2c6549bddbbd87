"""What a benchmark runs: its settings, and the instances that follow from them."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from .circuits.backends.errors import why_damaged
from .circuits.compile import CircuitKind
from .circuits.devices import Device
from .knots.checks import check_count, check_seed
from .knots.errors import InputError, RecordError, UnknownNameError
from .knots.generators import FAMILIES, generate
from .knots.instances import Instance
from .mitigation.methods import estimator

__all__ = ["SWEPT", "BenchmarkPlan", "Task", "parse_values"]

FORMAT: Final = 1
SWEPT: Final = ("strands", "layers", "crossings")
"""The parameters of families that take several values."""
_MOST_INSTANCES: Final = 1_000_000
_MOST_SHOTS: Final = 100_000_000


class Task(NamedTuple):
    """One instance to generate and run.

    Attributes:
        number: position in the benchmark.
        size: the swept parameters.
        seed: of instance and run.
    """

    number: int
    size: dict[str, int]
    seed: int


@dataclass(frozen=True, kw_only=True)
class BenchmarkPlan:
    """A benchmark, up to the folder.

    Every combination of strands, layers and crossings is a size, with ``count`` instances; the
    instance with the number k, over all sizes, has the seed ``seed`` + k.

    Attributes:
        family: name of the family, see :data:`plait.knots.generators.FAMILIES`.
        backend: the platform, see :mod:`plait.platforms`.
        device: that circuits are made for, with the noise of simulators.
        mitigation: names of methods, with commas.
        strands: one or more.
        layers: the same; empty where the family has none.
        crossings: the same.
        parameters: others of the family.
        count: instances per size.
        shots: executions of circuits per instance.
        seed: of the first instance.
        circuit: ``"echo"`` or ``"hadamard"``.

    Raises:
        UnknownNameError: no such family or method.
        InputError: the family has no such parameter or lacks one, or a number is out of range.

    Example:
        >>> from plait.circuits import device
        >>> plan = BenchmarkPlan(family="benchmark", backend="simulator", device=device("H2-1"),
        ...                      strands=(6, 8), layers=(10,), count=2, seed=5)
        >>> [(task.size["strands"], task.seed) for task in plan.tasks()]
        [(6, 5), (6, 6), (8, 7), (8, 8)]
    """

    family: str
    backend: str
    device: Device
    mitigation: str = "detection,conjugate"
    strands: tuple[int, ...] = ()
    layers: tuple[int, ...] = ()
    crossings: tuple[int, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    shots: int = 2000
    seed: int = 0
    circuit: CircuitKind = "echo"

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise UnknownNameError(
                f"unknown family {self.family!r}; choose one of: {', '.join(FAMILIES)}"
            )
        methods = estimator(self.mitigation)
        if methods.experiments > 1 and self.backend != "simulator":
            raise InputError(
                f"mitigation {self.mitigation} needs several experiments, which only the backend "
                f"simulator does, and this is {self.backend}; choose other methods"
            )
        least = len(methods.series) * methods.experiments
        check_count(self.count, "count", least=1, most=_MOST_INSTANCES)
        check_count(self.shots, "shots", least=least, most=_MOST_SHOTS)
        check_seed(self.seed)
        check_count(self.instances, "number of instances", least=1, most=_MOST_INSTANCES)
        for name in SWEPT:
            for value in getattr(self, name):
                check_count(value, name, least=1)
        self._check_parameters()

    def _check_parameters(self) -> None:
        family = FAMILIES[self.family]
        given = {name for name in SWEPT if getattr(self, name)} | set(self.parameters)
        wrong = [f"it has no {name}" for name in sorted(given - set(family.parameters))]
        wrong += [f"{name} is missing" for name in sorted(family.required - given)]
        if wrong:
            raise InputError(
                f"family {self.family!r} has the parameters {', '.join(family.parameters)}: "
                f"{'; '.join(wrong)}"
            )
        if self.count > 1 and not family.random:
            raise InputError(
                f"count={self.count}: nothing about the family {self.family!r} is random, so "
                f"there is one instance of each size"
            )

    @property
    def instances(self) -> int:
        """Instances in all."""
        return self.count * math.prod(len(getattr(self, name)) or 1 for name in SWEPT)

    def sizes(self) -> Iterator[dict[str, int]]:
        """The combinations of the swept parameters."""
        names = [name for name in SWEPT if getattr(self, name)]
        for values in itertools.product(*(getattr(self, name) for name in names)):
            yield dict(zip(names, values, strict=True))

    def tasks(self) -> list[Task]:
        """All instances."""
        sizes = [size for size in self.sizes() for _ in range(self.count)]
        return [Task(k, size, self.seed + k) for k, size in enumerate(sizes)]

    def instance(self, task: Task) -> Instance:
        """The instance of a task, perhaps without its value.

        Raises:
            InputError: the family has none with these parameters.
        """
        return generate(self.family, seed=task.seed, **task.size, **self.parameters)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        data = dict(vars(self)) | {
            "format": FORMAT,
            "device": self.device.to_json(),
            "parameters": dict(self.parameters),
        }
        plain: dict[str, Any] = json.loads(json.dumps(data))
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> BenchmarkPlan:
        """The plan that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind.
        """
        try:
            values = dict(data)
            if values.pop("format") != FORMAT:
                raise ValueError(f"format {data['format']!r}, and this version reads {FORMAT}")
            values["device"] = Device.from_json(values["device"])
            for name in SWEPT:
                values[name] = tuple(values[name])
            for name in ("family", "backend", "mitigation", "circuit"):
                if not isinstance(values[name], str):
                    raise TypeError(name)
            return cls(**values)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not the settings of a benchmark: {why_damaged(error)}") from error


def parse_values(text: str | None, name: str) -> tuple[int, ...]:
    """Numbers from a text: ``"8"``, ``"6,8,10"``, ``"5-12"``, ``"20-100:20"``, in their order.

    Raises:
        InputError: not written like that, or a number is given twice.

    Example:
        >>> parse_values("5-7,10", "--strands"), parse_values("20-100:40", "--layers")
        ((5, 6, 7, 10), (20, 60, 100))
    """
    if text is None:
        return ()
    found: list[int] = []
    for part in text.split(","):
        ends, colon, step = part.partition(":")
        low, dash, high = ends.partition("-")
        numbers = [low.strip(), high.strip() if dash else low.strip(), step.strip() or "1"]
        if not all(number.isascii() and number.isdigit() for number in numbers) or (
            colon and not (dash and step.strip())
        ):
            raise InputError(f"{name} {text}: write numbers such as 8, 6,8,10, 5-12 or 20-100:20")
        first, last, by = (int(number[:12]) for number in numbers)
        if last < first or by < 1 or (last - first) // by > _MOST_INSTANCES:
            raise InputError(f"{name} {text}: {part.strip()} is no range from low to high")
        found += range(first, last + 1, by)
    if len(set(found)) < len(found):
        raise InputError(f"{name} {text}: a number is given twice")
    return tuple(found)
