"""The instances of a benchmark on processes of this machine or on a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from .benchmark_plan import BenchmarkPlan, Task
from .knots.cluster import dask_client
from .knots.errors import PlaitError
from .knots.files import CannotWriteError
from .verify.benchmark_record import BenchmarkRecord

__all__ = ["on_cluster", "on_processes"]

_THREADS: Final = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_RETRIES: Final = 3


def on_processes(
    plan: BenchmarkPlan,
    tasks: Sequence[tuple[Task, Path]],
    processes: int,
    *,
    retry_failed: bool = False,
) -> Iterator[BenchmarkRecord | None]:
    """Run tasks in their folders on processes of one thread each; records as they come.

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
                running.add(pool.submit(_run, plan, task, folder, retry_failed))
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
    plan: BenchmarkPlan, tasks: Sequence[tuple[Task, Path]], scheduler: str
) -> Iterator[BenchmarkRecord | None]:
    """Run tasks on the workers of a Dask cluster, which must have this package installed.

    Workers begin with nothing and need not see the folders: their files come with the records.

    Args:
        plan: the benchmark.
        tasks: its instances, and the folders for their shots.
        scheduler: address such as ``"tcp://10.0.0.1:8786"``, or ``"local"`` for a cluster of
            processes on this machine, one for each core.

    Raises:
        MissingExtraError: ``dask.distributed`` is not installed.
        CannotWriteError: the shots cannot be written.
        PlaitError: the scheduler does not answer, or workers died on every try.
    """
    with dask_client(scheduler, purpose="a benchmark on a cluster") as (distributed, client):
        folders: dict[Any, Path] = {
            client.submit(_run_apart, plan, task, retries=_RETRIES, pure=False): folder
            for task, folder in tasks
        }
        for future in distributed.as_completed(list(folders)):
            try:
                record, files = future.result()
            except PlaitError:
                raise
            # Whatever the worker raised; Ctrl-C here is none of these and passes.
            except Exception as error:
                raise PlaitError(
                    f"an instance failed on the cluster after {_RETRIES} retries: {error!r}; what "
                    f"is finished is kept: repeat the command"
                ) from error
            _keep(files, folders.pop(future))
            yield record


def _begin(alive: Connection) -> None:
    """In a new process: leave Ctrl-C to the one that started it, and end with that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        alive.poll(None)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _run(
    plan: BenchmarkPlan, task: Task, folder: Path, retry_failed: bool
) -> BenchmarkRecord | None:
    from .benchmark_task import run_task
    from .knots.cores import limit_cores

    limit_cores(1)
    return run_task(plan, task, folder, retry_failed=retry_failed)


def _run_apart(plan: BenchmarkPlan, task: Task) -> tuple[BenchmarkRecord | None, dict[str, bytes]]:
    """The record of a task that runs in a folder of its own, and the files in there."""
    with TemporaryDirectory(prefix="plait-benchmark-") as scratch:
        folder = Path(scratch)
        record = _run(plan, task, folder, False)
        files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
        return record, {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _keep(files: Mapping[str, bytes], folder: Path) -> None:
    """Put files into a folder in place of what is there, all of them or none."""
    fresh = folder.with_name(f"{folder.name}.new")
    try:
        for old in (fresh, folder):
            if old.exists():
                shutil.rmtree(old)
        for name, data in files.items():
            place = fresh / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        if files:
            fresh.replace(folder)
    except OSError as error:
        raise CannotWriteError(f"cannot write to {folder}: {error}") from error
