"""The page of a table of estimates: methods of mitigation on the same shots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..circuits.backends.errors import why_damaged
from ..knots.errors import RecordError
from ..mitigation.methods import METHODS
from ..mitigation.resampling import Interval
from .blocks import interval_texts, methods_table, number_text, when
from .data_report import data_sections
from .page import Block, Column, Figure, Page, Section, Table
from .plane import PlanePoint, complex_plane_svg, complex_text

__all__ = ["estimates_in", "mitigation_page"]

_EXACT: Final = ("exact", "exact_z", "exact_value")
_MOST_DRAWN: Final = 24


@dataclass(frozen=True, kw_only=True)
class _Estimate:
    name: str
    value: complex
    interval: Interval | None
    shots: int | None
    sign_known: bool
    assumes: tuple[str, ...]
    notes: tuple[str, ...]
    systematic: str


def estimates_in(data: Mapping[str, Any]) -> str | None:
    """The key under which an object has estimates by method; None if there is none.

    Example:
        >>> estimates_in({"seed": 1, "methods": {"none": {"value": [0, 1], "sign_known": True}}})
        'methods'
    """
    for key, found in data.items():
        values = list(found.values()) if isinstance(found, Mapping) else found
        if (
            isinstance(values, list)
            and values
            and all(isinstance(v, Mapping) and {"value", "sign_known"} <= set(v) for v in values)
        ):
            return key
    return None


def mitigation_page(data: Mapping[str, Any], key: str, path: Path) -> Page:
    """The page of what ``plait mitigate --json`` printed.

    Args:
        data: the object.
        key: where its estimates are.
        path: of the file.

    Raises:
        RecordError: a key is missing or of the wrong kind.
    """
    try:
        estimates = _estimates(data[key])
        exact = next((_complex(data[k]) for k in _EXACT if _is_pair(data.get(k))), None)
        figure = _figure(estimates, exact)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise RecordError(f"{path} holds no estimates: {why_damaged(error)}") from error
    names = dict.fromkeys(
        part for e in estimates for part in e.name.split(",") if part not in ("", "none", "raw")
    )
    date = when(path)
    return Page(
        title=str(data.get("name") or "Mitigation"),
        summary=f"{len(estimates)} estimates of z = E⟨s|U|s⟩ from the same shots"
        + (f", computed {date}." if date else "."),
        sections=(
            Section("Estimates", (_table(estimates, exact), figure)),
            Section("Methods", (*_assumptions(estimates, tuple(names)), *_notes(estimates))),
            *data_sections(data, skip=(key, *_EXACT, "name", "kind", "format")),
        ),
        footer="Written by plait report.",
    )


def _estimates(found: Any) -> list[_Estimate]:
    pairs = list(found.items()) if isinstance(found, Mapping) else [("", one) for one in found]
    return [_estimate(str(name), one) for name, one in pairs]


def _estimate(name: str, one: Mapping[str, Any]) -> _Estimate:
    methods = one.get("mitigation", one.get("method", one.get("name", name)))
    if isinstance(methods, Sequence) and not isinstance(methods, str):
        methods = ",".join(map(str, methods))
    interval: Interval | None = None
    if one.get("interval") is not None:
        (a, b), (c, d) = one["interval"]
        interval = ((float(a), float(b)), (float(c), float(d)))
    return _Estimate(
        name=str(methods) or "none",
        value=_complex(one["value"]),
        interval=interval,
        shots=None if one.get("shots") is None else int(one["shots"]),
        sign_known=bool(one["sign_known"]),
        assumes=_texts(one.get("assumes", ())),
        notes=_texts(one.get("notes", ())),
        systematic=_systematic(one.get("systematic")),
    )


def _texts(found: Any) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(map(str, found))


def _systematic(found: Any) -> str:
    """What the interval does not cover, as far as it is known."""
    if found is None:
        return ""
    degrees = float(found["degrees"])
    return f"{float(found['magnitude']):.1%} of |z|" + (
        f", {degrees:.1f}° of arg z" if degrees else ""
    )


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _complex(value: Any) -> complex:
    real, imag = value
    return complex(float(real), float(imag))


def _table(estimates: Sequence[_Estimate], exact: complex | None) -> Table:
    """With columns for the systematic part and for the error where there are any."""
    columns = [Column("methods"), *(Column(t, numeric=True) for t in ("z", "Re", "Im", "shots"))]
    columns.append(Column("sign"))
    rows = [_row(e) for e in estimates]
    if any(e.systematic for e in estimates):
        columns.append(Column("beyond the interval", numeric=True))
        rows = [[*row, e.systematic] for row, e in zip(rows, estimates, strict=True)]
    if exact is not None:
        columns.append(Column("relative error", numeric=True))
        rows = [[*row, _error(e, exact)] for row, e in zip(rows, estimates, strict=True)]
        rows.append(["exact", complex_text(exact), *[""] * (len(columns) - 2)])
    return Table(
        caption="Estimates with their intervals",
        columns=tuple(columns),
        rows=tuple(map(tuple, rows)),
    )


def _row(e: _Estimate) -> list[str]:
    shots = "" if e.shots is None else number_text(e.shots)
    sign = "known" if e.sign_known else "not known"
    return [e.name, complex_text(e.value), *interval_texts(e.interval, 3), shots, sign]


def _error(e: _Estimate, exact: complex) -> str:
    """Relative; of both signs the smaller one where the sign is not known."""
    if not exact:
        return ""
    signs = (1,) if e.sign_known else (1, -1)
    error = min(abs(sign * e.value - exact) for sign in signs) / abs(exact)
    return f"{error:.1%}" + ("" if e.sign_known else " (±)")


def _figure(estimates: Sequence[_Estimate], exact: complex | None) -> Figure:
    shown = estimates[:_MOST_DRAWN]
    points = [
        PlanePoint(label=e.name, value=e.value, interval=e.interval, sign_known=e.sign_known)
        for e in shown
    ]
    more = len(estimates) - len(shown)
    left_out = f" The first {len(shown)}; {more} more are in the table." if more > 0 else ""
    return Figure(
        svg=complex_plane_svg(points, exact=exact, title="Estimates in the complex plane"),
        caption=f"The estimates with their intervals.{left_out}",
        alternative="; ".join(f"{e.name}: {complex_text(e.value)}" for e in shown),
    )


def _assumptions(estimates: Sequence[_Estimate], names: Sequence[str]) -> tuple[Block, ...]:
    """What the methods do; what the file says that they assume, where plait does not know them."""
    known = methods_table(names) if names else ()
    rows = tuple((e.name, "; ".join(e.assumes)) for e in estimates if e.assumes)
    if not rows or all(name in METHODS for name in names):
        return known
    columns = (Column("methods"), Column("what must hold"))
    return (*known, Table(caption="Assumptions", columns=columns, rows=rows))


def _notes(estimates: Sequence[_Estimate]) -> tuple[Block, ...]:
    """What speaks against the estimates."""
    rows = tuple((e.name, "; ".join(e.notes)) for e in estimates if e.notes)
    columns = (Column("methods"), Column("note"))
    caption = "What speaks against estimates"
    return (Table(caption=caption, columns=columns, rows=rows),) if rows else ()
