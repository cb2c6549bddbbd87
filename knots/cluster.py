"""Dask clusters: one that is there, or one of processes on this machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from .errors import PlaitError
from .optional import mistaken, require

__all__ = ["dask_client", "local_cluster"]

_TIMEOUT: Final = "20s"


@contextmanager
def dask_client(scheduler: str, *, purpose: str) -> Iterator[tuple[Any, Any]]:
    """The module ``distributed``, and a client of a cluster as long as it is needed.

    Args:
        scheduler: address such as ``"tcp://10.0.0.1:8786"``, or ``"local"`` for a cluster of
            processes on this machine, one for each core.
        purpose: what it is needed for; begins error messages.

    Raises:
        MissingExtraError: ``dask.distributed`` is not installed.
        PlaitError: the scheduler does not answer.
    """
    distributed = require("distributed", extra="distributed", purpose=purpose)
    if scheduler == "local":
        with local_cluster(purpose=purpose) as cluster, distributed.Client(cluster) as client:
            yield distributed, client
        return
    try:
        client = distributed.Client(scheduler, timeout=_TIMEOUT)
    except (OSError, ValueError) as error:
        raise PlaitError(
            f"no Dask scheduler answers at {scheduler!r} ({error}); give an address such as "
            f"'tcp://10.0.0.1:8786', or 'local'"
        ) from error
    with client:
        yield distributed, client


@contextmanager
def local_cluster(*, purpose: str, **options: Any) -> Iterator[Any]:
    """A cluster of processes of one thread on this machine.

    Args:
        purpose: what it is needed for; begins error messages.
        options: of ``distributed.LocalCluster``.

    Raises:
        MissingExtraError: ``dask.distributed`` is not installed.
    """
    distributed = require("distributed", extra="distributed", purpose=purpose)
    fixed = {"threads_per_worker": 1, "dashboard_address": None}
    with (
        _without(mistaken("distributed")),
        distributed.LocalCluster(**fixed, **options) as cluster,
    ):
        yield cluster


@contextmanager
def _without(module: str | None) -> Iterator[None]:
    """Processes that are started meanwhile find no such module: they import by the same path."""
    if module is None:
        yield
        return
    with TemporaryDirectory(prefix="plait-cluster-") as folder:
        Path(folder, f"{module}.py").write_text(
            f"raise ImportError('{module} is another package of this name')\n", encoding="utf-8"
        )
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            sys.path.remove(folder)
