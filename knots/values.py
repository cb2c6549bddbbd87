"""The value of the Jones polynomial as a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any

from .conventions import Closure, check_closure
from .errors import RecordError

__all__ = ["JonesValue", "times_zeta", "zeta_value"]


def zeta_value(coefficients: tuple[int, int, int, int]) -> complex:
    """a0 + a1 ζ + a2 ζ² + a3 ζ³ with ζ = exp(2πi/5), as a complex number.

    Example:
        >>> zeta_value((2, 0, 2, 2)) == 1 - 5**0.5
        True
        >>> zeta_value((10**40, 10**40 + 1, 10**40, 10**40)).imag > 1e39
        True
    """
    a0, a1, a2, a3 = coefficients
    # The integers can be huge and cancel, so the digits follow their size.
    with localcontext() as context:
        context.prec = 30 + max(a.bit_length() for a in coefficients) * 30103 // 100_000
        root = Decimal(5).sqrt()
        cos1, cos2 = (root - 1) / 4, (-root - 1) / 4
        sin1, sin2 = (10 + 2 * root).sqrt() / 4, (10 - 2 * root).sqrt() / 4
        real = a0 + a1 * cos1 + (a2 + a3) * cos2
        imag = a1 * sin1 + (a2 - a3) * sin2
        return complex(float(real), float(imag))


def times_zeta(exact: tuple[int, int, int, int], power: int) -> tuple[int, int, int, int]:
    """The integers of ζ^power times a value.

    Example:
        >>> times_zeta((1, 0, 0, 0), 4)
        (-1, -1, -1, -1)
    """
    five = [(*exact, 0)[(k - power) % 5] for k in range(5)]
    a0, a1, a2, a3 = (a - five[4] for a in five[:4])
    return a0, a1, a2, a3


@dataclass(frozen=True, kw_only=True)
class JonesValue:
    """V(t) at t = exp(2πi/5), with how it was computed.

    Attributes:
        value: V as a complex number.
        closure: ``"markov"`` or ``"plat"``, of the braid.
        strands: strands of the braid; None for a planar diagram.
        crossings: letters of the braid, or crossings of the diagram.
        method: name of the method that computed it.
        seconds: wall time.
        exact: (a0, a1, a2, a3) with V = a0 + a1 ζ + a2 ζ² + a3 ζ³, ζ = exp(2πi/5), where these
            integers are certain; else None.
        error: standard error, or estimate of the truncation error, of an approximate method;
            None where rounding is the only error.
        details: what else the method reports.

    Example:
        >>> v = JonesValue(value=1 + 0j, closure="markov", strands=1, crossings=0,
        ...                method="dense", seconds=0.0, exact=(1, 0, 0, 0))
        >>> complex(v)
        (1+0j)
        >>> JonesValue.from_json(v.to_json()) == v
        True
    """

    value: complex
    closure: Closure
    strands: int | None
    crossings: int
    method: str
    seconds: float
    exact: tuple[int, int, int, int] | None = None
    error: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def __complex__(self) -> complex:
        return self.value

    def __abs__(self) -> float:
        return abs(self.value)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; ``exact`` is left out where it is not known."""
        data: dict[str, Any] = {
            "value": [self.value.real, self.value.imag],
            "t": "exp(2πi/5)",
            "closure": self.closure,
            "strands": self.strands,
            "crossings": self.crossings,
            "method": self.method,
            "seconds": self.seconds,
        }
        if self.exact is not None:
            data["exact"] = list(self.exact)
        if self.error is not None:
            data["error"] = self.error
        if self.details:
            data["details"] = dict(self.details)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> JonesValue:
        """The record that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind.
        """
        try:
            strands = None if data["strands"] is None else int(data["strands"])
            exact = data.get("exact")
            return cls(
                value=complex(*data["value"]),
                closure=check_closure(data["closure"], strands or 2),
                strands=strands,
                crossings=int(data["crossings"]),
                method=str(data["method"]),
                seconds=float(data["seconds"]),
                exact=None if exact is None else _four(exact),
                error=float(data["error"]) if "error" in data else None,
                details=dict(data["details"]) if "details" in data else {},
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise RecordError(f"not the record of a Jones value: {error}") from error


def _four(data: Any) -> tuple[int, int, int, int]:
    a0, a1, a2, a3 = map(int, data)
    return a0, a1, a2, a3
