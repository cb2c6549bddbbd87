"""Checks of arguments."""

from __future__ import annotations

from typing import Any

import pytest

from plait.knots import Braid, closure_components
from plait.knots.checks import check_count, check_fraction, check_integer, check_seed, check_size
from plait.knots.closed import ClosedBraid
from plait.knots.errors import InputError
from plait.knots.moves import braid_relation, insert_pair, remove_crossing, stabilise

HUGE = 10**5000  # Python refuses to print it


@pytest.mark.parametrize("wrong", [True, 1.0, "1", None, float("nan")])
def test_integers_are_integers(wrong: Any) -> None:
    with pytest.raises(InputError, match=r"k=.*: give an integer"):
        check_integer(wrong, "k")
    with pytest.raises(InputError, match=r"k=.*: give an integer from 0 to 9"):
        check_count(wrong, "k", least=0, most=9)
    with pytest.raises(InputError, match=r"seed=.*: give an integer from 0 on"):
        check_seed(wrong)


def test_huge_integers_are_not_printed() -> None:
    b = Braid("1 2 1")
    for call in (
        lambda: check_count(HUGE, "k", least=0),
        lambda: check_fraction(HUGE, "k"),
        lambda: check_seed(-HUGE),
        lambda: check_size(HUGE, "letters"),
        lambda: braid_relation(b, HUGE),
        lambda: insert_pair(b, 0, HUGE),
        lambda: remove_crossing(b, HUGE),
        lambda: stabilise(b, HUGE),
        lambda: ClosedBraid(b, reverse=(HUGE,)),
    ):
        with pytest.raises(InputError, match="an integer of 16610 bits"):
            call()


def test_closures_are_of_braids() -> None:
    with pytest.raises(InputError, match="'1 1' is no braid; give Braid"):
        closure_components("1 1")  # type: ignore[arg-type]
