"""The drawing as curves: the one model from which SVG, Matplotlib and text are made.

Time runs from left to right and strand 1 begins at the top. This is the usual picture with time
upwards and strand 1 at the left, turned by a quarter, so a positive letter is still a right-handed
crossing: the strand that comes from position i passes over, downwards to i+1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Unpack

from ..errors import InputError
from .frame import Frame, Metrics, fit
from .layout import Placed, Power
from .notation import power_text
from .options import (
    Direction,
    Drawable,
    DrawingOptions,
    Subject,
    check_direction,
    check_width,
    subject,
)
from .shapes import Arrow, Box, Label, Picture, Piece, Point, Side, Stub, Thread, turned

__all__ = ["laid_out", "picture"]

_LABEL = 26.0  # width of labels
_QUARTER = 0.5522847498  # control points of a quarter circle
_MAX_PARTS = 200_000


@dataclass
class _Canvas:
    """The parts found so far."""

    boxes: list[Box] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    stubs: list[Stub] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def picture(drawn: Subject, width: float | None = None, metrics: Metrics | None = None) -> Picture:
    """Lay out curves for a picture that is at most as wide as asked.

    Rows have as many columns as fit, and at least one: with many strands the arcs of the closure
    can make the picture wider. Without a width it is 900, or as much more as it takes to be not
    much higher than wide.

    Raises:
        InputError: so many rows and strands that nobody could look at it.
    """
    metrics = Metrics() if metrics is None else metrics
    frame = fit(drawn, metrics, width)
    if len(frame.rows) * frame.strands + len(drawn.braid) > _MAX_PARTS:
        raise InputError(
            f"{len(frame.rows)} rows of {frame.strands} strands are too many to draw; give a "
            f"larger width, or draw a part of the word"
        )
    canvas = _Canvas()
    _add_rows(canvas, frame)
    _add_closure(canvas, frame)
    _add_boxes_and_labels(canvas, frame)
    return Picture(
        width=frame.width,
        height=frame.height,
        boxes=tuple(canvas.boxes),
        threads=tuple(canvas.threads),
        stubs=tuple(canvas.stubs),
        arrows=tuple(canvas.arrows),
        labels=tuple(canvas.labels),
    )


def laid_out(
    b: Drawable,
    width: float | None,
    direction: Direction,
    **options: Unpack[DrawingOptions],
) -> tuple[Subject, Picture]:
    """Check what is to be drawn and make its picture, turned where time runs upwards.

    Raises:
        InputError: not a braid, too large to draw, or an option with a wrong value.
    """
    drawn = subject(b, **options)
    check_direction(direction)
    extent = None if width is None else check_width(width)
    if direction == "up":
        # Labels are beside the strands, with room between them.
        lane = _LABEL + 14 if drawn.labels or drawn.runs else Metrics.lane
        return drawn, turned(picture(drawn, extent, Metrics(head=_LABEL, lane=lane)))
    return drawn, picture(drawn, extent)


def _line(start: Point, end: Point) -> Piece:
    return Piece((start, end))


def _add_rows(canvas: _Canvas, frame: Frame) -> None:
    """The strands within the rows, and the marks at both ends of rows."""
    by_row: list[list[Placed]] = [[] for _ in frame.rows]
    for each in frame.placed:
        by_row[frame.row_of(each.column)].append(each)
    at = list(range(frame.strands))  # at[p]: the strand at position p
    for row, letters in enumerate(by_row):
        _add_marks(canvas, frame, row, at, at_end=False)
        begins = list(at)
        pieces = _strands_of_row(frame, row, letters, at)
        for strand in begins:
            color = frame.drawn.colors[strand]
            canvas.threads.append(Thread(color, tuple(pieces[strand])))
        _add_marks(canvas, frame, row, at, at_end=True)


def _strands_of_row(
    frame: Frame, row: int, letters: list[Placed], at: list[int]
) -> dict[int, list[Piece]]:
    """The pieces of each strand in a row; moves the strands in ``at``."""
    pen = [(frame.left, frame.y(row, p)) for p in range(frame.strands)]  # by position
    pieces: dict[int, list[Piece]] = {strand: [] for strand in at}
    for each in sorted(letters, key=lambda each: each.column):
        i = abs(each.letter)
        x = frame.x(row, each.column)
        for p in (i - 1, i):
            if pen[p][0] < x:
                start = (x, pen[p][1])
                pieces[at[p]].append(_line(pen[p], start))
                pen[p] = start
        upper, lower = pen[i - 1], pen[i]
        over = each.letter > 0
        pen[i - 1] = (x + frame.metrics.column, upper[1])
        pen[i] = (x + frame.metrics.column, lower[1])
        pieces[at[i - 1]].append(Piece(_bend(upper, pen[i]), each.number, over))
        pieces[at[i]].append(Piece(_bend(lower, pen[i - 1]), each.number, not over))
        at[i - 1], at[i] = at[i], at[i - 1]
    for p, strand in enumerate(at):
        pieces[strand].append(_line(pen[p], (frame.end(row), pen[p][1])))
    return pieces


def _bend(start: Point, end: Point) -> tuple[Point, ...]:
    """The S from one level to another."""
    middle = (start[0] + end[0]) / 2
    return start, (middle, start[1]), (middle, end[1]), end


def _add_marks(canvas: _Canvas, frame: Frame, row: int, at: list[int], *, at_end: bool) -> None:
    """Arrows, dotted ends and numbers of positions at one end of a row."""
    drawn, m = frame.drawn, frame.metrics
    cut = frame.cut(row, at_end=at_end)
    x = frame.end(row) if at_end else frame.left
    away = 1 if at_end else -1
    outer = x + away * m.stub if cut else x
    # One end of each part of a strand is enough.
    arrows = drawn.arrows and not (cut and at_end) and (at_end or cut or drawn.closure is not None)
    side: Side = "right" if at_end else "left"
    for position, strand in enumerate(at):
        y = frame.y(row, position)
        color = drawn.colors[strand]
        if cut:
            canvas.stubs.append(Stub(color, (min(x, outer), y), (max(x, outer), y), strand))
        if cut or drawn.closure is None:
            beside = (outer + away * m.beside, y)
            canvas.labels.append(Label(beside, str(position + 1), side))
        if arrows:
            angle = 0.0 if drawn.directions[strand] > 0 else 180.0
            canvas.arrows.append(Arrow((x - away * m.lead / 2, y), angle, color))


def _add_closure(canvas: _Canvas, frame: Frame) -> None:
    """The arcs of the closure."""
    drawn = frame.drawn
    if drawn.closure is None:
        return
    at_end = [0] * frame.strands
    for strand, position in enumerate(drawn.braid.permutation):
        at_end[position] = strand
    if drawn.closure == "markov":
        for p, strand in enumerate(at_end):
            canvas.threads.append(Thread(drawn.colors[strand], _loop(frame, p)))
        return
    reach = frame.metrics.lane / 2
    for p in range(0, frame.strands, 2):
        caps = ((0, frame.left, -reach, p), (frame.last, frame.end(frame.last), reach, at_end[p]))
        for row, x, away, strand in caps:
            upper, lower = (x, frame.y(row, p)), (x, frame.y(row, p + 1))
            far = (x + away, (upper[1] + lower[1]) / 2)
            pieces = (
                _quarter(upper, far, level_first=True),
                _quarter(far, lower, level_first=False),
            )
            canvas.threads.append(Thread(drawn.colors[strand], pieces))


def _loop(frame: Frame, position: int) -> tuple[Piece, ...]:
    """The arc from the end of a position round below the rows to its begin."""
    m = frame.metrics
    lowest = frame.strands - 1
    arc = m.between_arcs(frame.strands)
    nested = (lowest - position) * arc
    reach = m.lane / 2 + nested
    middle = frame.y(frame.last, lowest) + m.lane / 2
    below = middle + reach
    right, left = frame.end(frame.last), m.margin + m.lane / 2 + lowest * arc
    start, goal = (right, frame.y(frame.last, position)), (frame.left, frame.y(0, position))
    up = (left - reach, frame.y(0, lowest) + m.lane / 2)
    pieces = (
        _quarter(start, (right + reach, middle), level_first=True),
        _quarter((right + reach, middle), (right, below), level_first=False),
        _line((right, below), (left, below)),
        _quarter((left, below), (left - reach, middle), level_first=True),
        _line((left - reach, middle), up),
        _quarter(up, (left, goal[1]), level_first=False),
        _line((left, goal[1]), goal),
    )
    return tuple(piece for piece in pieces if piece.points[0] != piece.points[-1])


def _quarter(start: Point, end: Point, *, level_first: bool) -> Piece:
    """A quarter of an ellipse, which begins level or upright."""
    dx, dy = _QUARTER * (end[0] - start[0]), _QUARTER * (end[1] - start[1])
    if level_first:
        return Piece((start, (start[0] + dx, start[1]), (end[0], end[1] - dy), end))
    return Piece((start, (start[0], start[1] + dy), (end[0] - dx, end[1]), end))


def _add_boxes_and_labels(canvas: _Canvas, frame: Frame) -> None:
    drawn, m = frame.drawn, frame.metrics
    in_bands = {each.number for power in frame.bands for each in power.letters}
    for power in frame.bands:
        _add_band(canvas, frame, power)
    for each in frame.placed:
        i = abs(each.letter)
        row = frame.row_of(each.column)
        x, y = frame.x(row, each.column), frame.y(row, i - 1)
        if each.number in drawn.highlight:
            width, height = m.column - 2 * m.inset, m.lane + 2 * m.inset
            canvas.boxes.append(Box(x + m.inset, y - m.inset, width, height, True))
        if drawn.labels and each.number not in in_bands:
            text = power_text(i, 1 if each.letter > 0 else -1, ascii_only=m.plain)
            canvas.labels.append(Label((x + m.column / 2, y - m.raised), text, "above"))


def _add_band(canvas: _Canvas, frame: Frame, power: Power) -> None:
    """The band behind a run, in every row that it reaches; each part has the label."""
    m = frame.metrics
    rows: dict[int, list[int]] = {}
    for each in power.letters:
        rows.setdefault(frame.row_of(each.column), []).append(each.column)
    text = power_text(power.generator, power.exponent, ascii_only=m.plain)
    for row, columns in rows.items():
        left, right = frame.x(row, columns[0]), frame.x(row, columns[-1]) + m.column
        y = frame.y(row, power.generator - 1)
        height = m.above + m.lane + m.below
        canvas.boxes.append(Box(left, y - m.above, right - left, height, False))
        canvas.labels.append(Label(((left + right) / 2, y - m.raised), text, "above"))
