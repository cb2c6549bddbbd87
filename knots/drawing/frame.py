"""Distances in a drawing, and where its rows are."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from .layout import Placed, Power, place, powers, split_columns
from .options import Subject

__all__ = ["Frame", "Metrics", "fit"]

_WIDTH = 900.0
_STEEPEST = 1.3  # ratio of height to width


@dataclass(frozen=True)
class Metrics:
    """Distances in a drawing.

    Attributes:
        lane: between neighbouring positions.
        arc: between neighbouring arcs of the closure of few strands.
        least_arc: between those of many strands.
        column: width of a column.
        lead: straight part at both ends of a row.
        stub: dotted part where a row is cut.
        margin: around everything.
        between: between the last position of a row and the first of the next one.
        head: height of labels above a row.
        raised: of labels above the upper strand.
        digit: width of a digit.
        beside: between a strand and the number at its end.
        inset: of highlights within their column, and their excess in height.
        above: how far bands reach above the upper strand.
        below: how far bands reach below the lower strand.
        plain: labels in ASCII.
    """

    lane: float = 26.0
    arc: float = 26.0
    least_arc: float = 7.0
    column: float = 34.0
    lead: float = 22.0
    stub: float = 11.0
    margin: float = 10.0
    between: float = 26.0
    head: float = 11.0
    raised: float = 4.0
    digit: float = 6.8
    beside: float = 4.0
    inset: float = 3.0
    above: float = 14.3
    below: float = 5.2
    plain: bool = False

    def numbers(self, strands: int) -> float:
        """Width of the numbers of positions."""
        return self.beside + self.digit * len(str(strands))

    def between_arcs(self, strands: int) -> float:
        """From an arc of the closure to the next; up to six strands they need not be closer."""
        return min(self.arc, max(self.least_arc, 6 * self.arc / strands))


@dataclass(frozen=True)
class Frame:
    """Where the rows are.

    Attributes:
        drawn: what is drawn.
        metrics: distances.
        placed: the letters in columns.
        bands: the powers that get a band.
        rows: the columns of each row.
        left: x of the begin of the rows.
    """

    drawn: Subject
    metrics: Metrics
    placed: tuple[Placed, ...]
    bands: tuple[Power, ...]
    rows: tuple[range, ...]
    left: float

    @property
    def strands(self) -> int:
        """Number of strands."""
        return self.drawn.braid.strands

    @property
    def last(self) -> int:
        """The last row."""
        return len(self.rows) - 1

    @property
    def head(self) -> float:
        """Height of the labels above a row, if there are any."""
        labels = self.bands or (self.drawn.labels and self.placed)
        return self.metrics.head if labels else 0.0

    def y(self, row: int, position: int) -> float:
        """Of a position, from 0, in a row."""
        m = self.metrics
        step = (self.strands - 1) * m.lane + m.between + self.head
        return m.margin + self.head + row * step + position * m.lane

    def x(self, row: int, column: int) -> float:
        """Where a column of the row begins."""
        m = self.metrics
        return self.left + m.lead + (column - self.rows[row].start) * m.column

    def end(self, row: int) -> float:
        """The x at which the row ends; a row without letters is as long as one with a column."""
        columns = self.rows[row]
        return self.x(row, columns.start + max(1, len(columns))) + self.metrics.lead

    def row_of(self, column: int) -> int:
        """The row that has the column."""
        return bisect_right(self.rows, column, key=lambda row: row.start) - 1

    def cut(self, row: int, *, at_end: bool) -> bool:
        """Whether the row is joined to the one after (before) it."""
        return row < self.last if at_end else row > 0

    @property
    def width(self) -> float:
        """Of the whole picture."""
        m = self.metrics
        right = self.end(self.last) + _closing(self.drawn, m)
        if self.last > 0:
            longest = max(map(self.end, range(self.last)))
            right = max(right, longest + m.stub + m.numbers(self.strands))
        return right + m.margin

    @property
    def height(self) -> float:
        """Of the whole picture."""
        m = self.metrics
        below = 0.0
        if self.drawn.closure == "markov":
            below = m.lane / 2 + _closing(self.drawn, m)
        return self.y(self.last, self.strands - 1) + below + m.margin


def fit(drawn: Subject, metrics: Metrics, width: float | None) -> Frame:
    """Columns and rows of a picture.

    Rows have as many columns as fit into the width, and at least one. Without a width it is 900,
    or as much more as it takes to be not much higher than wide.
    """
    placed = place(drawn.braid)
    if width is not None:
        return _frame(drawn, metrics, placed, width)
    width = _WIDTH
    frame = _frame(drawn, metrics, placed, width)
    while frame.last > 0 and frame.height > _STEEPEST * frame.width:
        width *= 1.15
        frame = _frame(drawn, metrics, placed, width)
    return frame


def _closing(drawn: Subject, metrics: Metrics) -> float:
    """How far what ends the last row reaches beyond it: arcs, caps or numbers."""
    strands = drawn.braid.strands
    if drawn.closure is None:
        return metrics.numbers(strands)
    if drawn.closure == "plat":
        return metrics.lane / 2
    return metrics.lane / 2 + (strands - 1) * metrics.between_arcs(strands)


def _frame(drawn: Subject, metrics: Metrics, placed: tuple[Placed, ...], width: float) -> Frame:
    columns = 1 + max((each.column for each in placed), default=-1)
    closing = _closing(drawn, metrics)
    mark = metrics.stub + metrics.numbers(drawn.braid.strands)

    def split(left: float) -> tuple[range, ...]:
        free = width - 2 * metrics.margin - left - 2 * metrics.lead
        return split_columns(
            columns,
            int((free - mark) // metrics.column),
            int((free - closing) // metrics.column),
        )

    left = closing
    rows = split(left)
    if len(rows) > 1:
        # The arcs of a Markov closure run up at the left of the marks of the other rows.
        closed = drawn.closure == "markov"
        left = closing + metrics.beside + mark if closed else max(closing, mark)
        rows = split(left)
    bands = tuple(power for power in powers(placed) if len(power.letters) > 1)
    return Frame(drawn, metrics, placed, bands if drawn.runs else (), rows, metrics.margin + left)
