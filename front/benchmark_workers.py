"""The instances of a benchmark on processes of this machine or on a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from .benchmark_plan import BenchmarkPlan, Task
from .knots.errors import PlaitError
from .knots.optional import require
from .verify.benchmark_record import BenchmarkRecord

__all__ = ["on_cluster", "on_processes"]

_THREADS: Final = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_TIMEOUT: Final = "20s"
_RETRIES: Final = 3


def on_processes(
    plan: BenchmarkPlan, tasks: Sequence[tuple[Task, Path | None]], processes: int
) -> Iterator[BenchmarkRecord | None]:
    """Run tasks on processes of one thread each, and give their records as they come.

    The processes are started afresh, not forked, so that a script which calls this must have its
    own calls below ``if __name__ == "__main__":``. They end with this process, however it ends.

    Raises:
        PlaitError: a process was killed, such as for its memory.
    """
    context = multiprocessing.get_context("spawn")
    # Only this process holds the sending end: when it closes or dies, the others read its end.
    alive, ours = context.Pipe(duplex=False)
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    pool = ProcessPoolExecutor(
        processes, mp_context=context, initializer=_begin, initargs=(alive,)
    )
    waiting = iter(tasks)
    running: set[Future[BenchmarkRecord | None]] = set()
    try:
        while True:
            # No more than they need, so that few are lost when this is stopped.
            for task, folder in waiting:
                running.add(pool.submit(_run, plan, task, folder))
                if len(running) > processes:
                    break
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
        pool.shutdown()
    except BrokenProcessPool:
        raise PlaitError(
            "a process of the benchmark was killed, perhaps because the memory was full; what is "
            "finished is kept: repeat the command, with fewer --jobs"
        ) from None
    finally:
        ours.close()
        pool.shutdown(wait=False, cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def on_cluster(
    plan: BenchmarkPlan, tasks: Sequence[Task], scheduler: str
) -> Iterator[BenchmarkRecord | None]:
    """Run tasks on the workers of a Dask cluster, which must have this package installed.

    Args:
        plan: the benchmark.
        tasks: its instances.
        scheduler: address such as ``"tcp://10.0.0.1:8786"``, or ``"local"`` for a cluster of
            processes on this machine, one for each core.

    Raises:
        MissingExtraError: ``dask.distributed`` is not installed.
        PlaitError: the scheduler does not answer, or workers died on every try.
    """
    distributed = require("distributed", extra="distributed", purpose="a benchmark on a cluster")
    with ExitStack() as stack:
        if scheduler == "local":
            cluster = stack.enter_context(
                distributed.LocalCluster(threads_per_worker=1, dashboard_address=None)
            )
            client = stack.enter_context(distributed.Client(cluster))
        else:
            try:
                client = stack.enter_context(distributed.Client(scheduler, timeout=_TIMEOUT))
            except (OSError, ValueError) as error:
                raise PlaitError(
                    f"no Dask scheduler answers at {scheduler!r} ({error}); give an address such "
                    f"as 'tcp://10.0.0.1:8786', or 'local'"
                ) from error
        futures: list[Any] = [
            client.submit(_run, plan, task, None, retries=_RETRIES, pure=False) for task in tasks
        ]
        for future in distributed.as_completed(futures):
            try:
                record = future.result()
            except PlaitError:
                raise
            # Whatever the worker raised; Ctrl-C here is none of these and passes.
            except Exception as error:
                raise PlaitError(
                    f"an instance failed on the cluster after {_RETRIES} retries: {error!r}; what "
                    f"is finished is kept: repeat the command"
                ) from error
            yield record


def _begin(alive: Connection) -> None:
    """In a new process: leave Ctrl-C to the one that started it, and end with that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        alive.poll(None)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _run(plan: BenchmarkPlan, task: Task, folder: Path | None) -> BenchmarkRecord | None:
    from .benchmark_task import run_task
    from .knots.cores import limit_cores

    limit_cores(1)
    return run_task(plan, task, folder)
