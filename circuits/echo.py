"""Control-free echo circuits: E[v] = Re or Im ⟨s|U|s⟩ without controlling U.

Prepare (|0…0⟩ + |s⟩)/√2, apply the braid U, undo the preparation, measure everything. With
v = (−1)^m for the branch qubit's outcome m if every other bit reads 0, and v = 0 otherwise,
E[v] = Re(e^{−iθ}⟨s|U|s⟩), where θ is the known phase that the reference |0…0⟩ takes; the circuit
undoes θ by a rotation of the branch qubit. For the imaginary part the branch qubit is rotated by
−π/2 first. Source: arXiv:2503.05625.

Qubit j holds the bit x_{j+1}. x_0 is always 0 and x_n never changes, so neither needs a qubit:
there are n−1. The circuit is compiled for the given s, which is far cheaper than one structure for
all (:mod:`plait.circuits.template`): what is known of a bit when a run comes needs no control
(:mod:`plait.circuits.reach`), bits that never change are not even prepared, and the first run on a
bit, if it is a rotation on the branch of s, prepares it too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import Final, get_args

import numpy as np

from ..knots.braids import Braid
from ..knots.conventions import ORDER
from ..knots.errors import InputError
from ..knots.fibonacci import check_path
from ..knots.inputs import BraidLike, braid
from .blocks import merge_blocks
from .echo_patterns import EchoPatterns, Part, Row, echo_patterns
from .ir import Circuit, Gates, Undo
from .oplog import Style
from .patterns import Steps
from .reach import BRANCH, BULK, LEFT, LEFT_ZERO, RIGHT_ZERO, reach
from .synthesis import phases

__all__ = ["PARTS", "Part", "Runs", "cat_links", "check_part", "echo_circuit", "runs_of"]

PARTS: Final[tuple[Part, ...]] = get_args(Part)

# Strands up to which the cat state of an all-to-all machine may be cheaper as a ladder.
_LADDER_PAYS: Final = 8

Link = tuple[int, int]


def echo_circuit(
    x: BraidLike,
    path: Iterable[int] | str,
    *,
    part: Part = "real",
    line: bool = False,
    style: Style | None = None,
) -> Circuit:
    """The echo circuit of one path and one part.

    Args:
        x: the braid U, as anything that :func:`plait.braid` takes.
        path: bits s_0 … s_n, see :func:`plait.knots.paths`.
        part: ``"real"`` or ``"imag"``.
        line: use only gates between neighbouring qubits (for devices with few couplings).
        style: which two-qubit gates there are and what they cost; by default ZZ rotations.

    Returns:
        A circuit on max(1, n−1) qubits; qubit 0 is the branch qubit.

    Raises:
        InputError: not a path for this braid, or an unknown part.

    Example:
        >>> c = echo_circuit("1 2 1 2", "0111")
        >>> c.qubits, c.two_qubit_gates
        (2, 1)
    """
    b = braid(x)
    s = check_path(path, b.strands)
    check_part(part)
    key = (b, s, part, style or Style(), line)
    return _MEMORY.get(key, lambda: _make(*key))


def check_part(part: str) -> None:
    """Check the name of a part.

    Raises:
        InputError: neither ``"real"`` nor ``"imag"``.
    """
    if part not in PARTS:
        raise InputError(f"unknown part {part!r}; choose one of: {', '.join(PARTS)}")


class Runs:
    """The runs of a braid, as arrays and as tuples."""

    def __init__(self, b: Braid) -> None:
        runs = b.runs(ORDER)
        self.generators = np.array([run.generator for run in runs], dtype=np.int32)
        self.pairs = [(run.generator, run.power) for run in runs]


@lru_cache(maxsize=64)
def runs_of(b: Braid) -> Runs:
    """The runs of a braid, remembered for its many paths."""
    return Runs(b)


def _make(b: Braid, s: tuple[int, ...], part: Part, style: Style, line: bool) -> Circuit:
    """The circuit; on few strands with the ladder where it merges with more than the tree does."""
    circuit = _scheduled(b, s, part, style, line)
    if line or b.strands > _LADDER_PAYS:
        return circuit
    ladder = _scheduled(b, s, part, style, True)
    return min(circuit, ladder, key=lambda c: style.cost(c.zz_angles))


def _scheduled(b: Braid, s: tuple[int, ...], part: Part, style: Style, line: bool) -> Circuit:
    runs = runs_of(b)
    kinds, first, mixed = reach(runs.generators, np.array(s, dtype=np.uint8))
    schedule = _Schedule(echo_patterns(style), s, mixed.tolist(), line)
    schedule.prepare(part, runs, kinds.tolist(), first.tolist())
    for (i, power), kind, new in zip(runs.pairs, kinds.tolist(), first.tolist(), strict=True):
        schedule.run(i, power, kind, new)
    return schedule.finish(f"echo-{part}-{''.join(map(str, s))}")


class _Memory:
    """Circuits that were made, the latest ones, up to a number of gates (45 bytes each)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._circuits: OrderedDict[Hashable, Circuit] = OrderedDict()
        self._gates = 0

    def get(self, key: Hashable, make: Callable[[], Circuit]) -> Circuit:
        """The circuit of a key, made if it is not here."""
        with self._lock:
            if key in self._circuits:
                self._circuits.move_to_end(key)
                return self._circuits[key]
        circuit = make()
        with self._lock:
            if key not in self._circuits:
                self._circuits[key] = circuit
                self._gates += len(circuit.gates)
            while self._gates > self._most:
                self._gates -= len(self._circuits.popitem(last=False)[1].gates)
        return circuit


_MEMORY = _Memory(2_000_000)


class _Schedule:
    """The steps of one circuit."""

    def __init__(
        self, table: EchoPatterns, s: Sequence[int], mixed: list[bool], line: bool
    ) -> None:
        self.table = table
        self.s = s
        self.n = len(s) - 1
        self.line = line
        self.qubits = max(1, self.n - 1)
        self.now = [False] * (self.n + 1)  # mixed so far
        self.angle = 0.0  # of the branch against the reference, undone in the end
        self.rows: list[Row] = []
        self.depth = [0] * self.qubits
        self.sources = [0]  # prepared qubits that are still known
        ends = [j for j in range(1, self.n) if mixed[j]]
        if line:
            self.bits = s[1 : ends[-1] + 1] if ends else (1,)
        else:
            self.bits = [1, *(int(mixed[j] and s[j]) for j in range(2, self.n))]

    def prepare(self, part: Part, runs: Runs, kinds: list[int], first: list[bool]) -> None:
        """The cat state, but for qubits that their first run prepares."""
        self.rows += [(self.table.start(part), 0), (-1, 0)]
        bits = list(self.bits)
        if not self.line:
            for (i, _), kind, new in zip(runs.pairs, kinds, first, strict=True):
                if new and kind == BRANCH:
                    bits[i - 1] = 0
            self.sources = [j for j, bit in enumerate(bits) if bit]
        for control, target in cat_links(bits, line=self.line):
            self._add(self.table.cx(), control, target)

    def run(self, i: int, power: int, kind: int, new: bool) -> None:
        """One run of the braid."""
        if kind in (LEFT_ZERO, RIGHT_ZERO):
            self._phase(i + 1 if kind == LEFT_ZERO else i - 1, power)
            return
        target = i - 1
        if kind == BRANCH and new and not self.line:
            pattern = self.table.fresh(power, self.s[i])
            self._add(pattern, self._source(target), target)
        elif kind == BRANCH:
            pattern = self.table.branch(power)
            self._add(pattern, target - 1 if self.line else self._source(target), target)
        elif kind == BULK:
            pattern = self.table.bulk(power)
            self._add(pattern, target - 1, target, target + 1)
        else:
            pattern = self.table.one_sided(power)
            self._add(pattern, target - 1 if kind == LEFT else target + 1, target)
        self.angle += self.table.reference(pattern)
        self.now[i] = True
        if target in self.sources and target:
            self.sources.remove(target)

    def _phase(self, other: int, power: int) -> None:
        """x_i is 1 between a 0 and another bit: the phase α or β as that bit is 1 or 0."""
        alpha, beta = phases(power)
        if self.now[other]:
            self.angle += beta
            self.rows.append((self.table.phase(power), other - 1))
        else:
            self.angle += alpha if self.s[other] else beta

    def _source(self, target: int) -> int:
        """The least busy qubit that is 1 on the branch of s and 0 on the reference."""
        return min((q for q in self.sources if q != target), key=lambda q: self.depth[q])

    def _add(self, pattern: int, *qubits: int) -> None:
        self.rows.append((pattern, *qubits))
        end = max(self.depth[q] for q in qubits) + (3 if len(qubits) == 3 else 1)
        for q in qubits:
            self.depth[q] = end

    def finish(self, name: str) -> Circuit:
        """Undo the preparation."""
        links = cat_links(self.bits, line=self.line)[::-1]
        self.rows += [(self.table.cx(), *link) for link in links]
        self.rows.append((self.table.hadamard(), 0))
        steps = Steps.of(self.table, self.rows, angle=self.angle).scheduled(self.qubits)
        steps = merge_blocks(steps, self.qubits)
        ones = tuple(j for j, bit in enumerate(self.bits) if bit and j)
        return Circuit(
            self.qubits,
            Gates(steps.gates(self.qubits)),
            name,
            "cz" if self.table.style.right_angles else "zzphase",
            Undo(tuple(links), ones),
            steps,
        )


def cat_links(bits: Sequence[int], *, line: bool) -> list[Link]:
    """CNOTs (control, target) that copy qubit 0 to the ones of ``bits``.

    All-to-all: a fan-out tree of depth log₂. On a line: a ladder that passes single zeros.
    """
    ones = [qubit for qubit, bit in enumerate(bits) if bit]
    if not line:
        return [
            (ones[k - width], ones[k])
            for width in (2**e for e in range(len(ones).bit_length()))
            for k in range(width, min(2 * width, len(ones)))
        ]
    links: list[Link] = []
    for a, b in pairwise(ones):
        if b == a + 1:
            links.append((a, b))
        else:
            links += [(a, a + 1), (a + 1, b), (a, a + 1)]
    return links
