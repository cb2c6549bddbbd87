"""The rings over which a face network is contracted: complex numbers, and residues mod primes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ..knots.conventions import PHI
from ..knots.errors import PlaitError

if TYPE_CHECKING:
    from .program import Step

__all__ = ["Complex", "Residues", "Ring"]

_Array = npt.NDArray[Any]

_LONGEST_SUM = 2046


class Ring(Protocol):
    """What a contraction needs to know about its numbers."""

    @property
    def dtype(self) -> Any:
        """Of the arrays."""

    @property
    def trailing(self) -> tuple[int, ...]:
        """Trailing shape of the arrays: () for one number per entry."""

    @property
    def threads(self) -> bool:
        """Whether products may run in several threads."""

    def zeros(self, entries: int) -> Any:
        """An intermediate of zeros."""

    def tables(self) -> _Array:
        """Tensors of twists, shape (10, 5, 16, *trailing).

        By power, number of factors φ, and labels of the corners left, below, right, above as bits
        0 to 3.
        """

    def reduce(self, array: _Array) -> None:
        """Bring sums of a few elements back to representatives, in place."""

    def multiply(self, step: Step, A: Any, B: Any, C: Any, low: int, high: int) -> None:
        """One product for the outer strings from ``low`` to ``high``."""


# For each power k: a_k = (−1)^k ζ^k and b_k = ζ^{2k}, since A = −ζ at ζ = exp(2πi/5).


@dataclass(frozen=True)
class Complex:
    """Complex numbers, with ζ = exp(2πi·conjugate/5).

    Attributes:
        conjugate: 1 for the value itself, 2 for its Galois conjugate.
        single: complex64 instead of complex128.
    """

    conjugate: int = 1
    single: bool = False

    @property
    def dtype(self) -> Any:
        """complex64 or complex128."""
        return np.complex64 if self.single else np.complex128

    @property
    def trailing(self) -> tuple[int, ...]:
        """One number per entry."""
        return ()

    @property
    def threads(self) -> bool:
        """See :class:`Ring`."""
        return True

    def zeros(self, entries: int) -> Any:
        """See :class:`Ring`."""
        return np.zeros(entries, self.dtype)

    def tables(self) -> _Array:
        """See :class:`Ring`."""
        return _complex_tables(self.conjugate)

    def reduce(self, array: _Array) -> None:
        """Nothing to do."""

    def multiply(self, step: Step, A: Any, B: Any, C: Any, low: int, high: int) -> None:
        """See :class:`Ring`."""
        from .products import multiply_blocks, multiply_few

        kernel: Any = multiply_few if step.few else multiply_blocks
        kernel(A, B, C, *step.lists, low, high)


@cache
def _complex_tables(conjugate: int) -> _Array:
    phi = PHI if conjugate % 5 in (1, 4) else -1 / PHI
    out = np.zeros((10, 5, 16), complex)
    for power in range(10):
        angle = 2j * np.pi * (power * conjugate % 10)
        a = (-1) ** power * np.exp(angle / 5)
        b = np.exp(2 * angle / 5)
        c = (b - a) / phi
        for pattern in range(16):
            L, B, R, T = ((pattern >> k) & 1 for k in range(4))
            value = a * (B == T) / phi**B + c * (L == R) / phi**L
            out[power, :, pattern] = value * phi ** np.arange(5)
    return out


@dataclass(frozen=True)
class Residues:
    """Residues modulo primes p ≡ 1 mod 5, at all four primitive fifth roots of unity mod each p.

    Held as floats below p. Sums of up to 2^53/p² products are exact: p < 2^21 allows lists of
    2,047 beside one entry of C. The lists of m have a few hundred strings; longer ones raise.

    Attributes:
        primes: the primes.
    """

    primes: tuple[int, ...]

    @property
    def dtype(self) -> Any:
        """float64."""
        return np.float64

    @property
    def trailing(self) -> tuple[int, ...]:
        """(4·primes,): residues of one prime stand together."""
        return (4 * len(self.primes),)

    @property
    def threads(self) -> bool:
        """See :class:`Ring`."""
        return True

    def zeros(self, entries: int) -> Any:
        """See :class:`Ring`."""
        return np.zeros((entries, *self.trailing))

    @cached_property
    def roots(self) -> tuple[tuple[int, int, int, int], ...]:
        """For each prime ζ, ζ², ζ³, ζ⁴."""
        return tuple(_roots(p) for p in self.primes)

    @cached_property
    def moduli(self) -> npt.NDArray[np.float64]:
        """The prime of each residue."""
        return np.repeat(np.array(self.primes, float), 4)

    def tables(self) -> _Array:
        """See :class:`Ring`."""
        out = np.zeros((10, 5, 16, 4 * len(self.primes)))
        for t, (p, z) in enumerate(
            (p, z) for p, roots in zip(self.primes, self.roots, strict=True) for z in roots
        ):
            out[..., t] = _residue_tables(p, z)
        return out

    def reduce(self, array: _Array) -> None:
        """See :class:`Ring`."""
        np.mod(array, self.moduli, out=array)

    def multiply(self, step: Step, A: Any, B: Any, C: Any, low: int, high: int) -> None:
        """See :class:`Ring`."""
        from .products import multiply_blocks_modular, multiply_few_modular

        if int(np.diff(step.lists[7]).max()) > _LONGEST_SUM:
            raise PlaitError("a sum of residues is too long to be exact; please report this")
        kernel: Any = multiply_few_modular if step.few else multiply_blocks_modular
        kernel(A, B, C, self.moduli, *step.lists, low, high)


def _roots(p: int) -> tuple[int, int, int, int]:
    for base in range(2, p):
        z = pow(base, (p - 1) // 5, p)
        if z != 1:
            return z, z * z % p, pow(z, 3, p), pow(z, 4, p)
    raise AssertionError("unreachable: p is a prime ≡ 1 mod 5")


def _residue_tables(p: int, z: int) -> _Array:
    phi = (1 + z + pow(z, 4, p)) % p
    inverse = pow(phi, -1, p)
    out = np.zeros((10, 5, 16))
    for power in range(10):
        a = (-1) ** power * pow(z, power, p)
        b = pow(z, 2 * power, p)
        c = (b - a) * inverse % p
        for pattern in range(16):
            L, B, R, T = ((pattern >> k) & 1 for k in range(4))
            value = a * (B == T) * pow(inverse, B, p) + c * (L == R) * pow(inverse, L, p)
            for factors in range(5):
                out[power, factors, pattern] = value * pow(phi, factors, p) % p
    return out
