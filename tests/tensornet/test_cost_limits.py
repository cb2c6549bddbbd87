"""The refusal of what does not fit, with the numbers."""

from __future__ import annotations

import psutil
import pytest

from plait.knots import ResourceError
from plait.tensornet.resources import Cost, available_bytes, check_cost


def test_what_fits_passes() -> None:
    check_cost(Cost(flops=1e6, memory=1e3, seconds=1), "an example")
    check_cost(Cost(flops=1e6, memory=1e3, seconds=1), "an example", memory=1e3)


@pytest.mark.parametrize(
    ("bytes_", "memory", "needed", "allowed"),
    [
        (2000, 1000, "2 kB", "1 kB"),
        (1.5e6, 2e5, "1.5 MB", "200 kB"),
        (3e9, 1e9, "3 GB", "1 GB"),
        (4e12, 1e9, "4 TB", "1 GB"),
        (5e15, 1e9, "5 PB", "1 GB"),
        (6e18, 1e9, "6 EB", "1 GB"),
        (12, 1, "12 B", "1 B"),
    ],
)
def test_memory(bytes_: float, memory: float, needed: str, allowed: str) -> None:
    message = f"^an example needs about {needed} of memory, more than the {allowed} allowed"
    with pytest.raises(ResourceError, match=message):
        check_cost(Cost(flops=1, memory=bytes_, seconds=1), "an example", memory=memory)


def test_time() -> None:
    with pytest.raises(ResourceError, match=r"^an example needs about 1\.0e\+30 "):
        check_cost(Cost(flops=1e30, memory=1, seconds=1e21), "an example")


def test_by_default_half_of_the_free_memory_is_allowed() -> None:
    free = psutil.virtual_memory().available
    assert available_bytes() == pytest.approx(free / 2, rel=0.5)
    check_cost(Cost(flops=1, memory=free / 8, seconds=1), "an example")
    with pytest.raises(ResourceError, match="half of what is free"):
        check_cost(Cost(flops=1, memory=4 * free, seconds=1), "an example")


def test_it_is_a_memory_error() -> None:
    with pytest.raises(MemoryError, match="an example"):
        check_cost(Cost(flops=1, memory=10, seconds=1), "an example", memory=5)
