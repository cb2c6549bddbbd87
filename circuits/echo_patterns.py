"""The patterns that echo circuits are made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from .oplog import OperationLog, Style
from .patterns import PatternTable
from .synthesis import add_branch, add_bulk, add_bulk_part, add_fresh, add_one_sided, phases

__all__ = ["EchoPatterns", "Part", "Row", "echo_patterns"]

Part: TypeAlias = Literal["real", "imag"]
Row: TypeAlias = tuple[int, ...]

_MOST_PATTERNS: Final = 10_000


class EchoPatterns(PatternTable):
    """The patterns that echo circuits are made of, in one style."""

    def _get(
        self,
        key: Row | str,
        qubits: int,
        record: Callable[[OperationLog], object],
        parts: Callable[[], list[tuple[int, int, int]]] | None = None,
    ) -> int:
        number = self.find(key)
        if number is None:
            log = OperationLog(qubits, self.style)
            reference = record(log)
            number = self.add(
                key,
                log,
                parts=parts() if parts else None,
                reference=reference if isinstance(reference, float) else 0.0,
            )
        return number

    def start(self, part: Part) -> int:
        """|0⟩ → |0⟩ + |1⟩, or |0⟩ − i|1⟩ for the imaginary part."""

        def record(log: OperationLog) -> None:
            log.h(0)
            if part == "imag":
                log.phase(0, -math.pi / 2)

        return self._get(part, 1, record)

    def hadamard(self) -> int:
        """Hadamard gate."""
        return self._get("h", 1, lambda log: log.h(0))

    def cx(self) -> int:
        """CNOT from slot 0 to slot 1."""
        return self._get("cx", 2, lambda log: log.cx(0, 1))

    def phase(self, power: int) -> int:
        """What a run in a phase costs a neighbour that is 1 instead of 0."""
        alpha, beta = phases(power)
        return self._get((0, power), 1, lambda log: log.phase(0, alpha - beta))

    def one_sided(self, power: int) -> int:
        """A run with one control: slots control, target."""
        return self._get((1, power), 2, lambda log: add_one_sided(log, 0, 1, power))

    def branch(self, power: int) -> int:
        """A run that the branch controls: slots control, target."""
        return self._get((2, power), 2, lambda log: add_branch(log, 0, 1, power))

    def fresh(self, power: int, bit: int) -> int:
        """The same with the preparation of the target before."""
        return self._get((3, power, bit), 2, lambda log: add_fresh(log, 0, 1, power, bit))

    def bulk(self, power: int) -> int:
        """A run in the bulk: slots left, target, right."""

        def part(number: int) -> int:
            return self._get(
                (5, power, number), 2, lambda log: add_bulk_part(log, 0, 1, power, number)
            )

        return self._get(
            (4, power),
            3,
            lambda log: add_bulk(log, 0, 1, 2, power),
            lambda: [(part(k), control, 1) for k, control in enumerate((2, 0, 2))],
        )


_TABLES: dict[Style, EchoPatterns] = {}


def echo_patterns(style: Style) -> EchoPatterns:
    """The patterns of a style; a new table when the old one has grown large by merging."""
    table = _TABLES.get(style)
    if table is None or len(table) > _MOST_PATTERNS:
        table = _TABLES[style] = EchoPatterns(style)
    return table
