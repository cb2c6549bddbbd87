"""Chains of matrices over pairs of face labels: operators and states on Fibonacci paths.

An operator X on paths x_0 … x_n is a product of matrices

    ⟨y|X|x⟩ = T_1[s_0, s_1] T_2[s_1, s_2] … T_n[s_{n−1}, s_n],   s_k = (y_k, x_k),

where every state of the bond at face k carries a pair s_k, and T_k is zero where neighbouring
faces of y or of x are both 0: what is no path has no entry. A run of σ_i reads the labels y of the
bonds i−1 and i+1 and mixes those of bond i, hence joins the two matrices at bond i only. They are
parted again by one singular value decomposition for each of the four pairs s_i.

All other matrices are kept isometric towards the two joined ones (the *centre*), so that these
singular values are those of the whole chain and the norm of what is cut off is known exactly.

The states of a bond are ordered by their pairs as (y, x) = 00, 10, 11, 01. In this order the
pairs that may stand beside a given one are neighbours, so every block is a slice.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ..knots.braids import Run
from ..knots.conventions import DIMENSIONS, PHI, eigenvalues
from ..knots.fibonacci import mixing_block

__all__ = ["Chain", "identity_chain", "overlap", "path_chain"]

_Matrix = npt.NDArray[np.complex128]
_Sizes = tuple[int, int, int, int]
_PAIRS: Final = range(4)
_Y: Final = np.array([0, 1, 1, 0])
# The first and last but one of the pairs that may stand beside each pair.
_BESIDE: Final = ((2, 3), (2, 4), (0, 4), (1, 3))


class _Bond:
    """The states of a bond: how many of each pair, and where they are."""

    def __init__(self, sizes: Sequence[int]) -> None:
        a, b, c, d = sizes
        ends = (0, a, a + b, a + b + c, a + b + c + d)
        self.size = ends[4]
        self.states = tuple(slice(ends[p], ends[p + 1]) for p in _PAIRS)
        self.beside = tuple(slice(ends[low], ends[high]) for low, high in _BESIDE)
        self.y = np.repeat(_Y, sizes)


class Chain:
    """A chain of norm 1 with a moving centre, and bonds that can be cut off.

    Args:
        matrices: T_1 … T_n, isometric from the right.
        sizes: for each bond 0 … n, how many states have the pairs 00, 10, 11 and 01.

    Attributes:
        matrices: as given.
        centre: number (from 0) of the matrix that need not be isometric.
        limit: the largest number of states of a bond, all four pairs together.
        cutoff: singular values up to this are dropped (the sum of all their squares is 1).
        bound: the sum of the norms of all that was cut off; it bounds the norm of the error.
        discarded: the sum of the squares of those norms.
        largest: the largest singular value dropped.
        bond_dimension: the largest number of states that a bond ever had after a cut.
    """

    def __init__(self, matrices: Sequence[_Matrix], sizes: Sequence[_Sizes]) -> None:
        self.matrices = list(matrices)
        self.centre = 0
        self.limit = sys.maxsize
        self.cutoff = 0.0
        self.bound = self.discarded = self.largest = 0.0
        self.bonds = [_Bond(each) for each in sizes]
        self.bond_dimension = max(bond.size for bond in self.bonds)

    def apply(self, run: Run, towards: int = 0) -> None:
        """Apply a run to y at the centre and cut its bond; ``towards`` is the next generator."""
        i = run.generator
        self.move_centre(i - 1 if self.centre < i else i)
        lefts, values, rights = self._cut(self._joined(run))
        if towards > i:
            rights = [s[:, None] * v for s, v in zip(values, rights, strict=True)]
        else:
            lefts = [u * s for u, s in zip(lefts, values, strict=True)]
        self._replace(i, lefts, rights)
        self.centre = i if towards > i else i - 1
        self.bond_dimension = max(self.bond_dimension, self.bonds[i].size)

    def apply_exactly(self, run: Run) -> None:
        """Apply a run to y without a cut; :meth:`compress` has to follow."""
        parts = [np.linalg.qr(block) for block in self._joined(run)]
        self._replace(run.generator, [q for q, _ in parts], [r for _, r in parts])

    def compress(self) -> None:
        """Make the whole chain isometric from the left, then cut every bond from the right."""
        self.centre = 0
        last = len(self.matrices) - 1
        self.move_centre(last)
        for k in range(last, 0, -1):
            lefts, values, rights = self._cut(self._rows(k))
            inner = [u * s for u, s in zip(lefts, values, strict=True)]
            self._replace(k, _products(self._columns(k), inner), rights)
        self.centre = 0
        self.bond_dimension = max(self.bond_dimension, *(bond.size for bond in self.bonds))

    def move_centre(self, to: int) -> None:
        """Make the matrices from the centre to ``to`` isometric, by QR for each pair."""
        while self.centre < to:
            k = self.centre + 1
            parts = [np.linalg.qr(block) for block in self._columns(k)]
            rights = _products([r for _, r in parts], self._rows(k))
            self._replace(k, [q for q, _ in parts], rights)
            self.centre = k
        while self.centre > to:
            k = self.centre
            parts = [np.linalg.qr(block.conj().T) for block in self._rows(k)]
            lefts = _products(self._columns(k), [r.conj().T for _, r in parts])
            self._replace(k, lefts, [q.conj().T for q, _ in parts])
            self.centre = k - 1

    def _joined(self, run: Run) -> list[_Matrix]:
        """The product of the matrices at a bond after the run, for each pair of the bond."""
        i, power = run
        first, second = eigenvalues(power)
        block = mixing_block(power)
        before, after = self.bonds[i - 1], self.bonds[i + 1]
        phases = np.where(before.y[:, None] == after.y, second, first)
        old = _products(self._columns(i), self._rows(i))
        joined = list(old)
        for zero, one in ((0, 1), (3, 2)):
            # Where y_i = 0 its neighbours are 1; ``both`` is that part of the block with y_i = 1.
            rows, columns = before.beside[one], after.beside[one]
            both = _within(before.beside[zero], rows), _within(after.beside[zero], columns)
            joined[zero] = block[0, 0] * old[zero] + block[0, 1] * old[one][both]
            joined[one] = phases[rows, columns] * old[one]
            joined[one][both] = block[1, 0] * old[zero] + block[1, 1] * old[one][both]
        return joined

    def _cut(
        self, blocks: Sequence[_Matrix]
    ) -> tuple[list[_Matrix], list[npt.NDArray[np.float64]], list[_Matrix]]:
        """Singular value decompositions of the blocks, all together within the limits."""
        parts = [np.linalg.svd(block, full_matrices=False) for block in blocks]
        values = np.sort(np.concatenate([s for _, s, _ in parts]))[::-1]
        kept = max(1, min(int(np.count_nonzero(values > self.cutoff)), self.limit))
        if kept < len(values):
            weight = float(np.sum(values[kept:] ** 2))
            self.discarded += weight
            self.bound += math.sqrt(weight)
            self.largest = max(self.largest, float(values[kept]))
        least, counts, left = values[kept - 1], [], kept
        for _, s, _ in parts:
            counts.append(min(left, int(np.count_nonzero(s >= least))))
            left -= counts[-1]
        both = list(zip(counts, parts, strict=True))
        return (
            [u[:, :c] for c, (u, _, _) in both],
            [s[:c] for c, (_, s, _) in both],
            [v[:c] for c, (_, _, v) in both],
        )

    def _columns(self, k: int) -> list[_Matrix]:
        """The columns of T_k that end in each pair at bond k, without the rows that are zero."""
        before, states, matrix = self.bonds[k - 1], self.bonds[k].states, self.matrices[k - 1]
        return [matrix[before.beside[pair], states[pair]] for pair in _PAIRS]

    def _rows(self, k: int) -> list[_Matrix]:
        """The rows of T_{k+1} that begin with each pair, without the columns that are zero."""
        after, states, matrix = self.bonds[k + 1], self.bonds[k].states, self.matrices[k]
        return [matrix[states[pair], after.beside[pair]] for pair in _PAIRS]

    def _replace(self, k: int, lefts: Sequence[_Matrix], rights: Sequence[_Matrix]) -> None:
        """Put new columns of T_k and rows of T_{k+1} at bond k."""
        bond = _Bond([len(block) for block in rights])
        before, after = self.bonds[k - 1], self.bonds[k + 1]
        left = np.zeros((before.size, bond.size), dtype=complex)
        right = np.zeros((bond.size, after.size), dtype=complex)
        for pair in _PAIRS:
            left[before.beside[pair], bond.states[pair]] = lefts[pair]
            right[bond.states[pair], after.beside[pair]] = rights[pair]
        self.matrices[k - 1], self.matrices[k], self.bonds[k] = left, right, bond


def _within(inner: slice, outer: slice) -> slice:
    return slice(inner.start - outer.start, inner.stop - outer.start)


def _products(lefts: Sequence[_Matrix], rights: Sequence[_Matrix]) -> list[_Matrix]:
    return [left @ right for left, right in zip(lefts, rights, strict=True)]


def identity_chain(strands: int) -> Chain:
    """The operator √P with P(x) = d_{x_n}/φⁿ, of norm 1: its square has the trace 1.

    Example:
        >>> chain = identity_chain(5)
        >>> round(abs(overlap(chain, chain)), 12)
        1.0
    """
    # The square roots of the transition probabilities of the Markov chain that draws paths.
    d = DIMENSIONS
    step = np.array([[0, 1], [math.sqrt(d[0] / (PHI * d[1])), math.sqrt(1 / PHI)]], dtype=complex)
    sizes: list[_Sizes] = [(1, 0, 0, 0), (0, 0, 1, 0)] + [(1, 0, 1, 0)] * (strands - 1)
    matrices = [step[:1, 1:], step[1:], *[step] * (strands - 2)][:strands]
    return Chain(matrices, sizes)


def path_chain(path: Sequence[int]) -> Chain:
    """The operator |s⟩⟨s| of one path.

    Example:
        >>> path_chain((0, 1, 1)).bond_dimension
        1
    """
    sizes: list[_Sizes] = [(0, 0, 1, 0) if s else (1, 0, 0, 0) for s in path]
    return Chain([np.ones((1, 1), dtype=complex)] * (len(path) - 1), sizes)


def overlap(one: Chain, other: Chain) -> complex:
    """The inner product tr(X† Y) of two chains.

    Example:
        >>> overlap(path_chain((0, 1, 0)), path_chain((0, 1, 1)))
        0j
    """
    found = np.ones((1, 1), dtype=complex)
    for k, (bra, ket) in enumerate(zip(one.matrices, other.matrices, strict=True), 1):
        full = bra.conj().T @ found @ ket
        found = np.zeros_like(full)
        for rows, columns in zip(one.bonds[k].states, other.bonds[k].states, strict=True):
            found[rows, columns] = full[rows, columns]
    return complex(found.sum())
