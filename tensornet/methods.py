"""The registry of methods: one interface for every way to compute V."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..knots.braids import Braid
from ..knots.conventions import Closure
from ..knots.diagrams import PlanarDiagram
from ..knots.errors import InputError, UnknownNameError
from .resources import Cost

if TYPE_CHECKING:
    from .contraction import Monitor
    from .plan import ContractionPlan

__all__ = ["METHODS", "Evaluation", "Method", "Request", "find_method", "register_method"]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a caller asks of a method, besides the braid and its closure.

    Attributes:
        memory: bytes allowed; None for half of what is free.
        seed: of everything random; None for a fresh one where results are random.
        exact: the four integers are wanted; a method that cannot give them may ignore it.
        plan: for the contraction, where the caller has one.
        scheduler: of a Dask cluster, or ``"local"``.
        folder: for partial results; None for a temporary one.
        monitor: hears of the progress.
        options: values for the method's own options, complete (defaults filled in).
    """

    memory: float | None = None
    seed: int | None = None
    exact: bool = False
    plan: ContractionPlan | None = None
    scheduler: str | None = None
    folder: Path | None = None
    monitor: Monitor | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What a method returns.

    Attributes:
        value: V at the fifth root.
        exact: the four integers of V, where they are certain; else None.
        rounding: relative error by rounding that is not a defect.
        error: absolute standard error (sampling) or estimate of the truncation error;
            None where rounding is the only error.
        details: what else a user should see, for JSON.
    """

    value: complex
    exact: tuple[int, int, int, int] | None = None
    rounding: float = 1e-6
    error: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Method:
    """A way to compute V.

    Attributes:
        name: what users write in ``method=``.
        summary: one line for help texts.
        evaluate: (braid, closure, request) → evaluation.
        evaluate_diagram: (planar diagram, request) → evaluation; None if it needs a braid.
        cost: (braid, closure, options) → predicted cost, without running; None if unknown.
        options: the method's own options and their defaults.
        approximate: the value carries an error beyond rounding.
    """

    name: str
    summary: str
    evaluate: Callable[[Braid, Closure, Request], Evaluation]
    evaluate_diagram: Callable[[PlanarDiagram, Request], Evaluation] | None = None
    cost: Callable[[Braid, Closure, Mapping[str, Any]], Cost] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    approximate: bool = False

    def complete(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options with defaults filled in.

        Raises:
            InputError: an option that the method does not have, or of the wrong type.
        """
        for name, value in options.items():
            if name not in self.options:
                allowed = ", ".join(self.options) or "none"
                raise InputError(
                    f"method {self.name!r} has no option {name!r}; its options: {allowed}"
                )
            default = self.options[name]
            if isinstance(value, bool) != isinstance(default, bool) or not isinstance(
                value, (int, float) if isinstance(default, float) else type(default)
            ):
                raise InputError(
                    f"option {name}={value!r} of method {self.name!r}: give "
                    f"a value of type {type(default).__name__}, such as {default!r}"
                )
            if isinstance(default, float) and not 0 <= value < math.inf:
                raise InputError(
                    f"option {name}={value!r} of method {self.name!r}: give a number from 0 on, "
                    f"such as {default!r}"
                )
        return {**self.options, **options}


METHODS: dict[str, Method] = {}


def register_method(method: Method) -> None:
    """Add a method to those that ``jones(method=…)`` knows in this process.

    Raises:
        InputError: the name is taken.
    """
    if method.name in METHODS or method.name == "auto":
        raise InputError(f"there is a method {method.name!r} already; choose another name")
    METHODS[method.name] = method


def find_method(name: str) -> Method:
    """The registered method of this name.

    Raises:
        UnknownNameError: there is none.

    Example:
        >>> find_method("dense").name
        'dense'
    """
    if isinstance(name, str) and name in METHODS:
        return METHODS[name]
    near = difflib.get_close_matches(str(name), METHODS, 1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise UnknownNameError(
        f"unknown method {name!r}{hint}; choose one of: auto, {', '.join(METHODS)}"
    )
