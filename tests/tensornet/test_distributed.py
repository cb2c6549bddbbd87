"""Slices on a Dask cluster of two processes, one of which is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from face_oracles import random_braid

from plait.knots import JonesValue, PlaitError
from plait.knots.cluster import local_cluster
from plait.knots.optional import require
from plait.tensornet import jones, plan_contraction
from plait.tensornet.resources import Cost

if find_spec("distributed") is None:
    pytest.skip("needs the extra distributed", allow_module_level=True)
distributed = require("distributed", extra="distributed", purpose="a test")

# Sockets and event loops that end with a killed process are not ours to close.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning:distributed"),
]

WIDE = random_braid(16, 400, 1)
MEMORY = 0.6 * plan_contraction(WIDE).cost.memory


@pytest.fixture(scope="module")
def expected() -> JonesValue:
    return evaluate()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with local_cluster(purpose="a test", n_workers=2, silence_logs=50) as started:
            yield started


def evaluate(exact: bool = False, **options: Any) -> JonesValue:
    memory = 1.5 * MEMORY if exact else MEMORY
    return jones(WIDE, method="face", memory=memory, exact=exact, **options)


class Watch:
    """Calls a function when so many slices are done."""

    def __init__(self, at: int, call: Any) -> None:
        self.at = at
        self.call = call
        self.count = 0
        self.last = 0.0

    def planned(self, cost: Cost, slices: int) -> None:
        assert slices > 8

    def advanced(self, fraction: float) -> None:
        assert fraction >= self.last
        self.last = fraction
        self.count += 1
        if self.count == self.at:
            self.call()


def sums(folder: Path) -> list[str]:
    lines = (folder / "slices.jsonl").read_text().splitlines()
    return [json.loads(line)["unit"] for line in lines]


def test_a_cluster(cluster: Any, expected: JonesValue, tmp_path: Path) -> None:
    watch = Watch(1, lambda: None)
    v = evaluate(scheduler=cluster.scheduler_address, folder=tmp_path, monitor=watch)
    # The order of the sum is that of the slices, not of their arrival.
    assert v.value == expected.value
    assert watch.last == pytest.approx(1)
    assert len(sums(tmp_path)) == v.details["slices"]


def test_integers(cluster: Any) -> None:
    v = evaluate(exact=True, scheduler=cluster.scheduler_address)
    assert v.exact == jones(WIDE, exact=True).exact


def test_resumption(cluster: Any, expected: JonesValue, tmp_path: Path) -> None:
    class Stopped(Exception):  # noqa: N818 - no error, but a stop
        pass

    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        evaluate(scheduler=cluster.scheduler_address, folder=tmp_path, monitor=Watch(5, stop))
    done = sums(tmp_path)
    assert len(done) == 5
    assert evaluate(scheduler=cluster.scheduler_address, folder=tmp_path).value == expected.value
    after = sums(tmp_path)
    assert after[:5] == done
    assert len(after) == len(set(after)) == expected.details["slices"]
    # Nothing is left: not even a scheduler is needed.
    assert evaluate(folder=tmp_path).value == expected.value


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_a_worker_that_is_killed(cluster: Any, expected: JonesValue, tmp_path: Path) -> None:
    with distributed.Client(cluster) as client:
        pids = client.run(os.getpid)
    assert len(pids) == 2
    victim = min(pids.values())
    assert victim not in (os.getpid(), os.getppid())
    watch = Watch(3, lambda: os.kill(victim, signal.SIGKILL))
    v = evaluate(scheduler=cluster.scheduler_address, folder=tmp_path, monitor=watch)
    assert watch.count >= watch.at
    assert v.value == expected.value
    assert len(set(sums(tmp_path))) == len(sums(tmp_path)) == v.details["slices"]


def test_a_cluster_of_its_own(expected: JonesValue) -> None:
    before = {t.name for t in threading.enumerate()}
    assert evaluate(scheduler="local").value == expected.value
    assert all(t.daemon for t in threading.enumerate() if t.name not in before)


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    monkeypatch.setattr("plait.knots.cluster._TIMEOUT", "1s")
    with pytest.raises(
        PlaitError, match=rf"no Dask scheduler answers at 'tcp://127\.0\.0\.1:{port}'.*'local'"
    ):
        evaluate(scheduler=f"tcp://127.0.0.1:{port}")


@pytest.mark.parametrize("address", ["nonsense", "http://127.0.0.1:1", ""])
def test_what_is_no_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plait.knots.cluster._TIMEOUT", "1s")
    with pytest.raises(PlaitError, match="no Dask scheduler answers at"):
        evaluate(scheduler=address)
