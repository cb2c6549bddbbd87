"""The conventions, each written out once more."""

from __future__ import annotations

import math

import numpy as np
import pytest

from plait.knots import PHI, A, InputError, T
from plait.knots import conventions as c


def test_constants() -> None:
    assert pytest.approx(math.cos(0.4 * math.pi) + 1j * math.sin(0.4 * math.pi)) == T
    assert pytest.approx(T) == A**-4
    assert pytest.approx(T) == c.ZETA
    assert pytest.approx(-(A**2) - A**-2) == PHI
    assert pytest.approx(PHI + 1) == PHI**2
    assert A**-2 == pytest.approx(-np.exp(0.2j * math.pi)) == pytest.approx(T**3)
    assert pytest.approx(T) == -A
    assert c.ORDER == 10
    assert c.DIMENSIONS.tolist() == [1, PHI]


@pytest.mark.parametrize("power", [-21, -10, -3, -1, 0, 1, 2, 3, 7, 10, 33])
def test_eigenvalues(power: int) -> None:
    first, second = c.eigenvalues(power)
    assert first == pytest.approx(A**power)
    assert second == pytest.approx((-(A**-3)) ** power)


def test_eigenvalues_of_huge_powers_are_reduced_exactly() -> None:
    assert c.eigenvalues(10**30 + 3) == c.eigenvalues(3)
    assert c.zeta_power(-(10**30) + 1) == c.zeta_power(1)
    assert c.zeta_power(3) == pytest.approx(T**3)
    assert c.zeta_power(1, 10) == pytest.approx(np.exp(0.2j * math.pi))


@pytest.mark.parametrize("writhe", range(-7, 8))
def test_bracket_to_jones(writhe: int) -> None:
    expected = (-A) ** (-3 * writhe) * (1.3 - 0.2j) / PHI
    assert c.bracket_to_jones(1.3 - 0.2j, writhe) == pytest.approx(expected)


def test_check_closure() -> None:
    assert c.check_closure("markov", 3) == "markov"
    assert c.check_closure("plat", 4) == "plat"
    assert set(c.CLOSURES) == {"markov", "plat"}
    with pytest.raises(InputError, match="even number of strands, but this braid has 5; add a"):
        c.check_closure("plat", 5)
    for wrong in ("trace", "", "Markov"):
        with pytest.raises(InputError, match=f"unknown closure '{wrong}'; choose one of: markov"):
            c.check_closure(wrong, 2)
