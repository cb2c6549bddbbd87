"""The page of a verification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ..circuits.backends.errors import why_damaged
from ..knots.errors import RecordError
from ..verify.verification_subjects import Subject
from .blocks import braid_section, number_text, repeat_section, when
from .data_report import value_text
from .page import Column, Page, Paragraph, Section, Settings, Table

__all__ = ["verification_page"]

_COLUMNS: Final = (
    Column("way"),
    Column("V", numeric=True),
    Column("difference", numeric=True),
    Column("allowed", numeric=True),
    Column("seconds", numeric=True),
    Column("verdict"),
    Column("about it"),
)
_AGREE: Final = ("agrees", "covered")


def verification_page(data: Mapping[str, Any], path: Path) -> Page:
    """The page of what ``plait verify --json`` printed, or of the case that it saved.

    Raises:
        RecordError: a key is missing or of the wrong kind.
    """
    try:
        return _page(data, path)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise RecordError(f"{path} is no verification: {why_damaged(error)}") from error
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from error


def _page(data: Mapping[str, Any], path: Path) -> Page:
    subject = Subject.from_json(data["link"])
    ways = list(data["ways"])
    reference = data["reference"]
    tried = sum(way["verdict"] != "skipped" for way in ways)
    rows = tuple(_row(way) for way in ways)
    strong = next((k for k, way in enumerate(ways) if way["way"] == reference), None)
    table = Table(
        caption="Ways to V(t) at t = exp(2πi/5)", columns=_COLUMNS, rows=rows, strong=strong
    )
    settings = tuple(
        (str(k).replace("_", " "), _setting(v)) for k, v in dict(data["settings"]).items()
    )
    versions = dict(data["versions"])
    return Page(
        title=f"Verification of {subject.name}",
        summary=f"The Jones polynomial at the fifth root of unity, by {_ways(tried)}.",
        sections=(
            Section("Result", (*_verdict(ways, data), table)),
            braid_section(subject.braid, subject.closure),
            Section("Settings", (Settings(settings),)),
            repeat_section(
                None if data["repeat"] is None else str(data["repeat"]),
                (("date", when(path)), ("platform", str(data["platform"]))),
                versions,
            ),
        ),
        footer=f"Written by plait report; verified with plait {versions.get('plait', '')}.",
    )


def _verdict(ways: Sequence[Mapping[str, Any]], data: Mapping[str, Any]) -> Iterator[Paragraph]:
    """The verdict, from the rows as far as they tell it."""

    def named(*verdicts: str) -> list[str]:
        return [str(way["way"]) for way in ways if way["verdict"] in verdicts]

    differ, failed, off = named("differs"), named("failed"), named("off")
    reference = data["reference"]
    compared = len(named(*_AGREE)) - (reference is not None)
    if differ or not (failed or data["agree"]):
        yield Paragraph(f"Ways that disagree: {', '.join(differ) or 'unknown'}.", "bad")
    if failed:
        yield Paragraph(f"Ways that failed: {', '.join(failed)}.", "bad")
    if data["agree"] and not (differ or failed):
        if compared < 1:
            yield Paragraph("Nothing was compared: no two ways gave a value.", "note")
        else:
            what = reference or "each other"
            yield Paragraph(f"{_ways(compared + 1)} agree, compared with {what}.", "good")
    if off:
        what = "misses V, by no more than noise explains"
        yield Paragraph(f"Off: {', '.join(off)}, which {what}.", "note")
    if not data["complete"]:
        yield Paragraph("It was stopped before all ways were tried.", "note")


def _ways(count: int) -> str:
    return f"{count} way{'' if count == 1 else 's'}"


def _row(way: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(way["way"]),
        value_text(way["value"]),
        *(_number(way[key]) for key in ("difference", "tolerance", "seconds")),
        str(way["verdict"]),
        str(way["reason"]),
    )


def _number(value: object) -> str:
    return "" if value is None else number_text(float(value), 3)  # type: ignore[arg-type]


def _setting(value: Any) -> str:
    """A device that is not bundled is there with all its data, of which the name will do."""
    return str(value.get("name", "")) if isinstance(value, Mapping) else value_text(value)
