"""Retries with exponential backoff and jitter, for faults of the network only."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from .errors import NetworkError

__all__ = ["Retries"]

_T = TypeVar("_T")


@dataclass
class Retries:
    """Repeats an action that raises :class:`NetworkError`.

    Attributes:
        count: repetitions after the first try; then the error is raised.
        base: seconds before the first repetition; they double each time.
        cap: most seconds between two tries.
        sleep: how to wait.
        random: the jitter, a factor between 1/2 and 1.
        away: whether the last action was given up; until one succeeds, there is one try for each.

    Example:
        >>> tries = iter([NetworkError("away"), NetworkError("away"), "here"])
        >>> def ask():
        ...     answer = next(tries)
        ...     if isinstance(answer, Exception):
        ...         raise answer
        ...     return answer
        >>> Retries(sleep=lambda seconds: None)(ask)
        'here'
    """

    count: int = 5
    base: float = 1.0
    cap: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    random: random.Random = field(default_factory=random.Random)
    away: bool = field(default=False, init=False)

    def __call__(self, action: Callable[[], _T]) -> _T:
        """The answer of the action."""
        for attempt in range(0 if self.away else self.count):
            try:
                return action()
            except NetworkError:
                seconds = min(self.cap, self.base * 2.0**attempt)
                self.sleep(seconds * self.random.uniform(0.5, 1.0))
        self.away = True
        answer = action()
        self.away = False
        return answer
