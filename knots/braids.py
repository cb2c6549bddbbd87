"""Braids: words in the generators σ_1 … σ_{n−1} of the braid group on n strands."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import InputError
from .words import MAX_STRANDS, check_word, parse_word

if TYPE_CHECKING:
    from .minimization.search import Minimized

__all__ = ["Braid", "Run"]


class Run(NamedTuple):
    """A maximal power σ_i^k of one generator after commutation.

    Attributes:
        generator: i ≥ 1.
        power: k ≠ 0.
    """

    generator: int
    power: int


@dataclass(frozen=True, init=False, repr=False)
class Braid:
    """A braid word on a fixed number of strands; immutable and hashable.

    The letter ±i stands for σ_i^(±1), a crossing of the strands at positions i and i+1; a positive
    letter is a positive (right-handed) crossing when all strands run the same way. Equality is
    that of words and strands, not of braid-group elements.

    Args:
        word: integers ±1 … ±(strands−1), or text: ``"1 -2"``, ``"[1,-2]"``, ``"s1 s2^-1"``.
        strands: number of strands; by default as many as the word uses (one for the empty word).
            Strands that the word does not touch are part of the closure.

    Raises:
        InputError: a letter is zero, not an integer, or out of range for ``strands``.

    Example:
        >>> b = Braid("1 -2 1 -2")
        >>> b.strands, b.writhe, b.components
        (3, 0, 1)
        >>> b * b.inverse() == b
        False
        >>> Braid([], strands=2).components
        2
    """

    word: tuple[int, ...]
    strands: int

    def __init__(self, word: Iterable[int] | str, strands: int | None = None) -> None:
        if isinstance(word, Braid):
            letters = word.word
            strands = word.strands if strands is None else strands
        elif isinstance(word, (bytes, bytearray, Mapping, Set)):
            raise InputError(
                f"a braid word is a sequence of integers or text, not {type(word).__name__}"
            )
        elif isinstance(word, str):
            letters, stated = parse_word(word)
            strands = stated if strands is None else strands
        else:
            try:
                letters = check_word(word)
            except TypeError:
                raise InputError(
                    f"a braid word is a sequence of integers or text, not {word!r}"
                ) from None
        used = max((abs(letter) for letter in letters), default=0) + 1
        if strands is None:
            strands = used
        else:
            strands = _check_strands(strands)
            if strands < used:
                raise InputError(
                    f"letter {used - 1} needs {used} strands, but strands={strands}; "
                    f"letters of a {strands}-strand braid lie in ±1..±{strands - 1}"
                    if strands > 1
                    else f"letter {used - 1} needs {used} strands, but strands=1 has no generators"
                )
        if strands > MAX_STRANDS:
            raise InputError(f"{strands} strands are more than the {MAX_STRANDS} allowed")
        object.__setattr__(self, "word", letters)
        object.__setattr__(self, "strands", strands)

    def __repr__(self) -> str:
        return f"Braid({list(self.word)}, strands={self.strands})"

    def __str__(self) -> str:
        return " ".join(map(str, self.word)) or "[]"

    def _repr_svg_(self) -> str | None:
        """The picture that notebooks show; None, for which they print text, if too large."""
        from .drawing import notebook_svg

        return notebook_svg(self)

    def __len__(self) -> int:
        """Number of letters, that is of crossings."""
        return len(self.word)

    def __bool__(self) -> bool:
        """Always True: a braid without crossings is a braid."""
        return True

    def __iter__(self) -> Iterator[int]:
        return iter(self.word)

    @property
    def crossings(self) -> int:
        """Number of letters."""
        return len(self.word)

    @cached_property
    def writhe(self) -> int:
        """Sum of the signs of the letters (the writhe of the Markov closure)."""
        return sum(1 if letter > 0 else -1 for letter in self.word)

    @cached_property
    def permutation(self) -> tuple[int, ...]:
        """Where each strand ends: position i at the bottom goes to ``permutation[i]`` (from 0).

        Example:
            >>> Braid("1 2").permutation
            (2, 0, 1)
        """
        at = list(range(self.strands))  # at[p]: bottom end of the strand now at position p
        for letter in self.word:
            i = abs(letter)
            at[i - 1], at[i] = at[i], at[i - 1]
        result = [0] * self.strands
        for position, start in enumerate(at):
            result[start] = position
        return tuple(result)

    @cached_property
    def components(self) -> int:
        """Number of components of the Markov closure (cycles of the permutation)."""
        seen = [False] * self.strands
        count = 0
        for start in range(self.strands):
            if not seen[start]:
                count += 1
                while not seen[start]:
                    seen[start] = True
                    start = self.permutation[start]
        return count

    def mirror(self) -> Braid:
        """The mirror image: every crossing changed. V(mirror)(t) = V(1/t).

        Example:
            >>> Braid("1 -2").mirror()
            Braid([-1, 2], strands=3)
        """
        return Braid([-letter for letter in self.word], self.strands)

    def inverse(self) -> Braid:
        """The inverse in the braid group: reversed word, opposite signs.

        Example:
            >>> Braid("1 -2").inverse()
            Braid([2, -1], strands=3)
        """
        return Braid([-letter for letter in reversed(self.word)], self.strands)

    def __mul__(self, other: Braid) -> Braid:
        """The product: first this word, then the other.

        Raises:
            InputError: the numbers of strands differ.
        """
        if not isinstance(other, Braid):
            return NotImplemented
        if self.strands != other.strands:
            raise InputError(
                f"cannot multiply braids on {self.strands} and {other.strands} strands; "
                f"write braid.with_strands({max(self.strands, other.strands)}) for the smaller "
                f"one (this adds free strands, which count in the closure)"
            )
        return Braid(self.word + other.word, self.strands)

    def __pow__(self, exponent: int) -> Braid:
        """The word repeated; negative exponents repeat the inverse.

        Example:
            >>> Braid("1 2") ** 2
            Braid([1, 2, 1, 2], strands=3)
        """
        try:
            count = operator.index(exponent)
        except TypeError:
            raise InputError(f"the power of a braid is an integer, not {exponent!r}") from None
        base = self if count >= 0 else self.inverse()
        return Braid(base.word * abs(count), self.strands)

    def conjugate(self, by: Braid | Iterable[int] | str) -> Braid:
        """The conjugate g·b·g⁻¹, whose Markov closure is the same link.

        Example:
            >>> Braid("1", strands=3).conjugate("2")
            Braid([2, 1, -2], strands=3)
        """
        g = by if isinstance(by, Braid) else Braid(by, self.strands)
        return g * self * g.inverse()

    def with_strands(self, strands: int) -> Braid:
        """The same word on another number of strands; each added one is a free circle.

        Raises:
            InputError: the word needs more strands.
        """
        return Braid(self.word, strands)

    def minimize(self, **options: Any) -> Minimized:
        """A braid whose closure is the same link, with fewer runs, crossings, strands or gates.

        The options are those of :func:`plait.knots.minimization.minimize`: ``objective``,
        ``effort``, ``seed``, ``keep``, ``starts``, ``progress``.

        Example:
            >>> found = Braid("1 2 -1 2 3 3 -2 -3").minimize(effort="low", seed=1)
            >>> found.braid, found.free
            (Braid([1, 1], strands=2), 0)
        """
        from .minimization.search import minimize

        return minimize(self, **options)

    def runs(self, modulus: int | None = None) -> tuple[Run, ...]:
        """The word as maximal powers of one generator, merged across commuting letters.

        Args:
            modulus: reduce powers mod this (10 for values at the fifth root, where σ_i¹⁰ = 1);
                None cancels only inverses, which keeps the braid.

        Returns:
            Runs in an order in which their product is the braid.

        Raises:
            InputError: the modulus is less than 2.

        Example:
            >>> Braid("1 3 1 2 -2").runs()
            (Run(generator=1, power=2), Run(generator=3, power=1))
        """
        if modulus is not None and modulus < 2:
            raise InputError(f"modulus={modulus!r} must be at least 2, or None")
        # last[i]: stack of (serial, power) of the runs of σ_i so far; a run can grow as long as no
        # run of a neighbouring generator came after it.
        last: list[list[list[int]]] = [[] for _ in range(self.strands + 1)]
        for serial, letter in enumerate(self.word):
            i, sign = abs(letter), 1 if letter > 0 else -1
            own = last[i]
            barrier = max((last[j][-1][0] for j in (i - 1, i + 1) if last[j]), default=-1)
            if own and own[-1][0] > barrier:
                power = own[-1][1] + sign
                if power == 0 or (modulus and power % modulus == 0):
                    own.pop()
                else:
                    own[-1][1] = power
            else:
                own.append([serial, sign])
        merged = sorted(
            (serial, i, power % modulus if modulus else power)
            for i, stack in enumerate(last)
            for serial, power in stack
        )
        return tuple(Run(i, power) for _, i, power in merged)


def _check_strands(strands: object) -> int:
    if not isinstance(strands, bool):
        try:
            count = operator.index(strands)  # type: ignore[arg-type]
        except TypeError:
            pass
        else:
            if count >= 1:
                return count
    raise InputError(f"strands={strands!r}: the number of strands is a positive integer")
