"""Slices on a Dask cluster: retries, and every value handed over as it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from ..knots.cluster import dask_client
from ..knots.errors import PlaitError

if TYPE_CHECKING:
    from .contraction import Unit

__all__ = ["contract_units"]

_RETRIES = 5
_AHEAD = 1000


def contract_units(
    units: Iterable[Unit], scheduler: str
) -> Iterator[tuple[Unit, npt.NDArray[Any]]]:
    """Contract units on the workers of a cluster, which must have this package installed.

    Each worker holds the memory of one slice at a time, and computes it with one thread.

    A unit whose worker dies goes to another one; so does one that fails, up to five times.

    Args:
        units: what to contract.
        scheduler: address such as ``"tcp://10.0.0.1:8786"``, or ``"local"`` for a cluster of
            processes on this machine, one for each core.

    Yields:
        Each unit and its value, as they come.

    Raises:
        MissingExtraError: ``dask.distributed`` is not installed.
        PlaitError: the scheduler does not answer, or a unit failed on every try.
    """
    with dask_client(scheduler, purpose="a contraction on a cluster") as (distributed, client):
        waiting = iter(units)
        running: dict[Any, Unit] = {}
        completed = distributed.as_completed()

        def submit() -> None:
            unit = next(waiting, None)
            if unit is not None:
                future = client.submit(_contract, unit, retries=_RETRIES, pure=False)
                running[future] = unit
                completed.add(future)

        for _ in range(_AHEAD):
            submit()
        for future in completed:
            unit = running.pop(future)
            try:
                value = future.result()
            # Whatever the worker raised; Ctrl-C here is none of these and passes.
            except Exception as error:
                raise PlaitError(
                    f"slice {unit.slice} failed on the cluster after {_RETRIES} retries: {error!r}"
                ) from error
            submit()
            yield unit, value


def _contract(unit: Unit) -> npt.NDArray[Any]:
    from .contraction import contract_unit

    # Each worker of a local cluster has one core.
    return contract_unit(unit, threads=1)
