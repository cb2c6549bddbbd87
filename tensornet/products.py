"""The products of two intermediates over lists of addresses: complex, and modulo primes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled

__all__ = ["multiply_blocks", "multiply_blocks_modular", "multiply_few", "multiply_few_modular"]

_Ints = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]
_Array = npt.NDArray[Any]


@compiled
def multiply_few(
    A: _Array,
    B: _Array,
    C: _Array,
    in_a: _Ints,
    in_b: _Ints,
    in_c: _Ints,
    pattern: _Ints,
    start_a: _Ints,
    a_a: _Ints,
    a_c: _Ints,
    start_m: _Ints,
    m_a: _Ints,
    m_b: _Ints,
    start_b: _Ints,
    b_b: _Ints,
    b_c: _Ints,
    add: bool,
    low: int,
    high: int,
) -> None:
    """C = Σ_M A·B for the outer strings from ``low`` to ``high``, without buffers for A and C.

    For lists of m and b so short that a matrix product does not pay. The arguments after C are
    those that :func:`plait.tensornet.layout.lists` returns.
    """
    most = 1
    for q in range(start_m.shape[0] - 1):
        most = max(most, start_m[q + 1] - start_m[q])
    widest = 1
    for q in range(start_b.shape[0] - 1):
        widest = max(widest, start_b[q + 1] - start_b[q])
    block = np.empty((most, widest), B.dtype)
    for i in range(low, high):
        m0, m1 = start_m[pattern[1, i]], start_m[pattern[1, i] + 1]
        b0, b1 = start_b[pattern[2, i]], start_b[pattern[2, i] + 1]
        for k in range(m1 - m0):
            for q in range(b1 - b0):
                block[k, q] = B[in_b[i] + m_b[m0 + k] + b_b[b0 + q]]
        for j in range(start_a[pattern[0, i]], start_a[pattern[0, i] + 1]):
            at_a = in_a[i] + a_a[j]
            at_c = in_c[i] + a_c[j]
            for q in range(b1 - b0):
                total = A[at_a + m_a[m0]] * block[0, q]
                for k in range(1, m1 - m0):
                    total += A[at_a + m_a[m0 + k]] * block[k, q]
                if add:
                    C[at_c + b_c[b0 + q]] += total
                else:
                    C[at_c + b_c[b0 + q]] = total


@compiled
def _longest(start: _Ints) -> int:
    most = 0
    for q in range(start.shape[0] - 1):
        most = max(most, start[q + 1] - start[q])
    return most


@compiled
def _gather(source: _Array, base: int, slow: _Ints, fast: _Ints, out: _Array) -> None:
    for k in range(slow.shape[0]):
        at = base + slow[k]
        for j in range(fast.shape[0]):
            out[k, j] = source[at + fast[j]]


@compiled
def _scatter(block: _Array, to: _Array, base: int, slow: _Ints, fast: _Ints, add: bool) -> None:
    for k in range(slow.shape[0]):
        at = base + slow[k]
        if add:
            for j in range(fast.shape[0]):
                to[at + fast[j]] += block[k, j]
        else:
            for j in range(fast.shape[0]):
                to[at + fast[j]] = block[k, j]


@compiled
def multiply_blocks(
    A: _Array,
    B: _Array,
    C: _Array,
    in_a: _Ints,
    in_b: _Ints,
    in_c: _Ints,
    pattern: _Ints,
    start_a: _Ints,
    a_a: _Ints,
    a_c: _Ints,
    start_m: _Ints,
    m_a: _Ints,
    m_b: _Ints,
    start_b: _Ints,
    b_b: _Ints,
    b_c: _Ints,
    add: bool,
    low: int,
    high: int,
) -> None:
    """The same by matrix products: gather, BLAS, scatter."""
    most_a, most_m, most_b = _longest(start_a), _longest(start_m), _longest(start_b)
    buffer_x = np.empty(most_a * most_m, A.dtype)
    buffer_y = np.empty(most_m * most_b, A.dtype)
    buffer_z = np.empty(most_a * most_b, A.dtype)
    last_x = (np.int64(-1), np.int64(-1), np.int64(-1))
    last_y = last_x
    for i in range(low, high):
        p, q, r = pattern[0, i], pattern[1, i], pattern[2, i]
        a0, m0, b0 = start_a[p], start_m[q], start_b[r]
        n_a, n_m, n_b = start_a[p + 1] - a0, start_m[q + 1] - m0, start_b[r + 1] - b0
        # The entries of a and b lie close together in A and B, so they vary fastest.
        X = buffer_x[: n_m * n_a].reshape((n_m, n_a))
        Y = buffer_y[: n_m * n_b].reshape((n_m, n_b))
        if last_x != (in_a[i], p, q):
            last_x = (in_a[i], p, q)
            _gather(A, in_a[i], m_a[m0 : m0 + n_m], a_a[a0 : a0 + n_a], X)
        if last_y != (in_b[i], q, r):
            last_y = (in_b[i], q, r)
            _gather(B, in_b[i], m_b[m0 : m0 + n_m], b_b[b0 : b0 + n_b], Y)
        to_a, to_b = a_c[a0 : a0 + n_a], b_c[b0 : b0 + n_b]
        if to_a[-1] <= to_b[-1]:
            Z = buffer_z[: n_b * n_a].reshape((n_b, n_a))
            np.dot(Y.T, X, Z)
            _scatter(Z, C, in_c[i], to_b, to_a, add)
        else:
            Z = buffer_z[: n_a * n_b].reshape((n_a, n_b))
            np.dot(X.T, Y, Z)
            _scatter(Z, C, in_c[i], to_a, to_b, add)


@compiled
def multiply_few_modular(
    A: _Floats,
    B: _Floats,
    C: _Floats,
    primes: _Floats,
    in_a: _Ints,
    in_b: _Ints,
    in_c: _Ints,
    pattern: _Ints,
    start_a: _Ints,
    a_a: _Ints,
    a_c: _Ints,
    start_m: _Ints,
    m_a: _Ints,
    m_b: _Ints,
    start_b: _Ints,
    b_b: _Ints,
    b_c: _Ints,
    add: bool,
    low: int,
    high: int,
) -> None:
    """:func:`multiply_few` for many residues at once: A, B, C of shape (entries, residues).

    Residues are floats; sums stay below 2^53 because the primes and the lists of m are small.
    """
    residues = primes.shape[0]
    inverse = 1.0 / primes
    total = np.empty(residues, np.float64)
    for i in range(low, high):
        m0, m1 = start_m[pattern[1, i]], start_m[pattern[1, i] + 1]
        b0, b1 = start_b[pattern[2, i]], start_b[pattern[2, i] + 1]
        for j in range(start_a[pattern[0, i]], start_a[pattern[0, i] + 1]):
            at_a = in_a[i] + a_a[j]
            at_c = in_c[i] + a_c[j]
            for q in range(b0, b1):
                at = at_c + b_c[q]
                at_b = in_b[i] + b_b[q]
                if add:
                    total[:] = C[at]
                else:
                    total[:] = 0.0
                for k in range(m0, m1):
                    x = at_a + m_a[k]
                    y = at_b + m_b[k]
                    for t in range(residues):
                        total[t] += A[x, t] * B[y, t]
                for t in range(residues):
                    rest = total[t] - primes[t] * np.floor(total[t] * inverse[t])
                    # The quotient can be off by one.
                    rest += primes[t] if rest < 0.0 else 0.0
                    C[at, t] = rest - (primes[t] if rest >= primes[t] else 0.0)


@compiled
def multiply_blocks_modular(
    A: _Floats,
    B: _Floats,
    C: _Floats,
    primes: _Floats,
    in_a: _Ints,
    in_b: _Ints,
    in_c: _Ints,
    pattern: _Ints,
    start_a: _Ints,
    a_a: _Ints,
    a_c: _Ints,
    start_m: _Ints,
    m_a: _Ints,
    m_b: _Ints,
    start_b: _Ints,
    b_b: _Ints,
    b_c: _Ints,
    add: bool,
    low: int,
    high: int,
) -> None:
    """:func:`multiply_blocks` for many residues at once, one matrix product for each."""
    residues = primes.shape[0]
    most_a, most_m, most_b = _longest(start_a), _longest(start_m), _longest(start_b)
    buffer_x = np.empty(residues * most_a * most_m, np.float64)
    buffer_y = np.empty(residues * most_m * most_b, np.float64)
    buffer_z = np.empty(most_a * most_b, np.float64)
    for i in range(low, high):
        p, q, r = pattern[0, i], pattern[1, i], pattern[2, i]
        a0, m0, b0 = start_a[p], start_m[q], start_b[r]
        n_a, n_m, n_b = start_a[p + 1] - a0, start_m[q + 1] - m0, start_b[r + 1] - b0
        X = buffer_x[: residues * n_a * n_m].reshape((residues, n_a, n_m))
        Y = buffer_y[: residues * n_m * n_b].reshape((residues, n_m, n_b))
        Z = buffer_z[: n_a * n_b].reshape((n_a, n_b))
        for j in range(n_a):
            at = in_a[i] + a_a[a0 + j]
            for k in range(n_m):
                for t in range(residues):
                    X[t, j, k] = A[at + m_a[m0 + k], t]
        for k in range(n_m):
            at = in_b[i] + m_b[m0 + k]
            for j in range(n_b):
                for t in range(residues):
                    Y[t, k, j] = B[at + b_b[b0 + j], t]
        for t in range(residues):
            np.dot(X[t], Y[t], Z)
            prime = primes[t]
            inverse = 1.0 / prime
            for j in range(n_a):
                at = in_c[i] + a_c[a0 + j]
                for k in range(n_b):
                    total = Z[j, k]
                    if add:
                        total += C[at + b_c[b0 + k], t]
                    rest = total - prime * np.floor(total * inverse)
                    rest += prime if rest < 0.0 else 0.0
                    C[at + b_c[b0 + k], t] = rest - (prime if rest >= prime else 0.0)
