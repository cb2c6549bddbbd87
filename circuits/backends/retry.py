"""Retries with exponential backoff and jitter, for faults of the network only."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from .errors import NetworkError

__all__ = ["Retries"]

_T = TypeVar("_T")
_LOG = logging.getLogger(__name__)


@dataclass
class Retries:
    """Repeats an action that raises :class:`NetworkError`, and says so in the log.

    Without another configuration, Python writes the log to standard error.

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
            except NetworkError as error:
                seconds = min(self.cap, self.base * 2.0**attempt) * self.random.uniform(0.5, 1.0)
                _LOG.warning(
                    "%s; trying again in %.1f s (%d of %d)",
                    error,
                    seconds,
                    attempt + 1,
                    self.count,
                )
                self.sleep(seconds)
        self.away = True
        answer = action()
        self.away = False
        return answer
