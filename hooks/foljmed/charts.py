"""Pictures of numbers: a measure's values → where each line, bar and word of a chart stands.

What adds up is drawn as the sum so far, in steps, or per month, quarter or year where the pledge counts so. A level is
drawn as points; two are joined only when one follows directly on the other in the measure's own time. Every axis
begins at zero. A time without a value is empty, never zero. Fewer than two values are no picture.

Lengths are in the picture's own units, ``WIDTH`` of them wide; the page scales it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final

from foljmed.model import Measure, MeasureKind, Per
from foljmed.shown import Bar, Chart, Mark, Point, number
from foljmed.spans import Span, Unit, following, in_words, month_name, whole
from foljmed.timeline import Value

WIDTH: Final = 400
HEIGHT: Final = 220
_TOP, _BOTTOM, _LEFT, _RIGHT = 24, 44, 12, 12
_LINE: Final = 18  # from one line of words to the next
_LETTER: Final = 8.6  # how wide a digit is, at most, in the size the style sheet sets
_MOST_TIMES: Final = 6
_MOST_STEPS: Final = 5  # on the axis of values
_UNITS = {Unit.MONTH: "månad", Unit.QUARTER: "kvartal", Unit.YEAR: "år"}


@dataclass(frozen=True)
class _Axes:
    """Where a day and a value stand."""

    first: date
    last: date
    ticks: tuple[Decimal, ...]
    left: float

    def x(self, of: date) -> float:
        days = (self.last - self.first).days + 1
        return round(self.left + (of - self.first).days / days * (WIDTH - _RIGHT - self.left), 1)

    def after(self, span: Span) -> float:
        """Return where a span's last day ends."""
        return self.x(span.last + timedelta(days=1))

    def middle(self, span: Span) -> float:
        return round((self.x(span.first) + self.after(span)) / 2, 1)

    def y(self, value: Decimal) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return round(_TOP + float((high - value) / (high - low)) * (HEIGHT - _TOP - _BOTTOM), 1)


def chart(measure: Measure, values: Sequence[Value], first: date, last: date) -> Chart | None:
    """Return the picture of a measure's values within a period, or None for fewer than two.

    ``values`` are in the order of time, see ``timeline.standing_values``. The time of the picture is the period up to
    its last day, and what lies outside it.
    """
    if measure.kind is MeasureKind.LEVEL:
        values = tuple({value.about: value for value in values}.values())
    if len(values) < 2:  # noqa: PLR2004 - one value is a sentence
        return None
    if measure.kind is MeasureKind.LEVEL:
        return _levels(measure, values, first, last)
    unit = measure.per.unit if measure.per else None
    return _per(measure, values, unit, first, last) if unit else _sums(measure, values, first, last)


# --- The three kinds


def _sums(measure: Measure, values: Sequence[Value], first: date, last: date) -> Chart:
    sums: list[tuple[Span, Decimal]] = []
    for value in values:
        sums.append((value.about, (sums[-1][1] if sums else Decimal()) + value.value))
    axes = _axes((amount for _, amount in sums), measure.target, [about for about, _ in sums], first, last)
    steps = [f"{axes.x(axes.first)},{axes.y(Decimal())}"]
    before = Decimal()
    for about, amount in sums:
        steps += [f"{axes.after(about)},{axes.y(before)}", f"{axes.after(about)},{axes.y(amount)}"]
        before = amount
    points = tuple(Point(axes.after(about), axes.y(amount), _said(amount, measure, about)) for about, amount in sums)
    of = f" av målet {number(measure.target)}" if measure.target is not None else ""
    until = in_words(values[-1].about)
    summary = f"Summan av {len(values)} uppgifter, till och med {until}: {number(before)}{of} {measure.unit}."
    return _chart("sums", summary, axes, measure, lines=(" ".join(steps),), points=points)


def _per(measure: Measure, values: Sequence[Value], unit: Unit, first: date, last: date) -> Chart:
    sums: dict[Span, Decimal] = {}
    for value in values:
        room = whole(value.about.first, unit)
        sums[room] = sums.get(room, Decimal()) + value.value
    axes = _axes(sums.values(), measure.target, sums, first, last)
    bars = tuple(_bar(axes, room, amount, measure) for room, amount in sums.items())
    missing = len(list(_from_to(min(sums), max(sums)))) - len(sums)
    gaps = f" För {missing} {_unit(unit, missing)} däremellan finns ingen uppgift." if missing else ""
    high = max(sums, key=lambda room: (sums[room], room))
    summary = (
        f"Uppgifter för {len(sums)} {_unit(unit, len(sums))}, från {in_words(min(sums))} till {in_words(max(sums))}. "
        f"Högst är {_said(sums[high], measure, high)}.{gaps}"
    )
    return _chart("per", summary, axes, measure, bars=bars)


def _bar(axes: _Axes, room: Span, amount: Decimal, measure: Measure) -> Bar:
    left, right = axes.x(room.first), axes.after(room)
    gap = min(2.0, (right - left) / 5)
    top, base = sorted((axes.y(amount), axes.y(Decimal())))
    return Bar(
        round(left + gap / 2, 1), top, round(right - left - gap, 1), round(base - top, 1), _said(amount, measure, room)
    )


def _levels(measure: Measure, values: Sequence[Value], first: date, last: date) -> Chart:
    axes = _axes((value.value for value in values), None, [value.about for value in values], first, last)
    spots = [f"{axes.middle(value.about)},{axes.y(value.value)}" for value in values]
    runs = [[spots[0]]]
    for (before, after), spot in zip(pairwise(values), spots[1:], strict=True):
        if _follows(before.about, after.about, measure.per):
            runs[-1].append(spot)
        else:
            runs.append([spot])
    points = tuple(
        Point(axes.middle(each.about), axes.y(each.value), _said(each.value, measure, each.about)) for each in values
    )
    summary = (
        f"{len(values)} uppgifter. Den första är {_said(values[0].value, measure, values[0].about)}, den senaste "
        f"{_said(values[-1].value, measure, values[-1].about)}."
    )
    lines = tuple(" ".join(run) for run in runs if len(run) > 1)
    gaps = " Där linjen är bruten saknas uppgift." if len(runs) > 1 and lines else ""
    return _chart("levels", summary + gaps, axes, measure, lines=lines, points=points)


def _follows(before: Span, after: Span, per: Per | None) -> bool:
    """Whether nothing lies between two times: one follows the other in the measure's unit, or in their own."""
    unit = per.unit if per else None
    if unit:
        return following(whole(before.first, unit)) == whole(after.first, unit)
    return before.unit is after.unit and before.last + timedelta(days=1) == after.first


def _said(value: Decimal, measure: Measure, about: Span) -> str:
    return f"{number(value)} {measure.unit} ({in_words(about)})"


def _unit(unit: Unit, count: int) -> str:
    return "månader" if unit is Unit.MONTH and count != 1 else _UNITS[unit]


# --- Axes


def _chart(  # noqa: PLR0913 - the parts of a picture
    kind: str,
    summary: str,
    axes: _Axes,
    measure: Measure,
    *,
    bars: tuple[Bar, ...] = (),
    lines: tuple[str, ...] = (),
    points: tuple[Point, ...] = (),
) -> Chart:
    target = None
    if measure.target is not None:
        target = Mark(axes.y(measure.target), f"Mål {number(measure.target)}")
    values = tuple(Mark(axes.y(tick), number(tick)) for tick in axes.ticks)
    times = tuple(_times(axes))
    return Chart(
        kind=kind,
        width=WIDTH,
        height=HEIGHT if any(each.below for each in times) else HEIGHT - _LINE,
        summary=summary,
        left=axes.left,
        right=float(WIDTH - _RIGHT),
        top=float(_TOP),
        base=axes.y(Decimal()),
        words=HEIGHT - _BOTTOM + _LINE,
        values=values,
        times=times,
        years=tuple(axes.x(date(year, 1, 1)) for year in range(axes.first.year + 1, axes.last.year + 1)),
        bars=bars,
        lines=lines,
        points=points,
        target=target,
    )


def _axes(amounts: Iterable[Decimal], target: Decimal | None, spans: Iterable[Span], first: date, last: date) -> _Axes:
    found = [*amounts, Decimal(), *([target] if target is not None else [])]
    is_whole = all(amount == amount.to_integral() for amount in found)
    ticks = tuple(_ticks(min(found), max(found), is_whole=is_whole))
    left = _LEFT + _LETTER * max(len(number(tick)) for tick in ticks)
    every = [Span(first, last, Unit.DAY), *spans]
    begins, ends = min(each.first for each in every), max(each.last for each in every)
    return _Axes(begins, ends, ticks, round(left, 1))


def _ticks(low: Decimal, high: Decimal, *, is_whole: bool) -> Iterator[Decimal]:
    """Yield round numbers from below ``low`` to above ``high``, zero among them, evenly apart; whole ones if asked."""
    step = max(_step((high - low) or Decimal(1)), Decimal(is_whole))
    tick = step * (low / step).to_integral_value(ROUND_FLOOR)
    yield tick
    while tick < high or tick <= low:
        tick += step
        yield tick


def _step(length: Decimal) -> Decimal:
    """Return 1, 2 or 5 times a power of ten, such that a length holds two to five of it."""
    power = Decimal(10) ** (length.adjusted() - 1)
    return next(power * each for each in (2, 5, 10, 20, 50) if length <= power * each * _MOST_STEPS)


def _times(axes: _Axes) -> Iterator[Mark]:
    """Yield the words below: the finest of years, quarters and months that have room."""
    for unit in (Unit.MONTH, Unit.QUARTER):
        spans = list(_from_to(whole(axes.first, unit), whole(axes.last, unit)))
        if len(spans) <= _MOST_TIMES:
            yield from (_time(axes, span, is_first=index == 0) for index, span in enumerate(spans))
            return
    years = list(_from_to(whole(axes.first, Unit.YEAR), whole(axes.last, Unit.YEAR)))
    every = -(-len(years) // _MOST_TIMES)
    yield from (_time(axes, span, is_first=False) for span in years[::every])


def _time(axes: _Axes, span: Span, *, is_first: bool) -> Mark:
    """Return a unit's name at its middle, of what the picture shows of it."""
    left, right = max(axes.x(span.first), axes.left), min(axes.after(span), float(WIDTH - _RIGHT))
    at, year = round((left + right) / 2, 1), str(span.first.year)
    if span.unit is Unit.YEAR:
        return Mark(at, year)
    words = month_name(span.first.month)[:3] if span.unit is Unit.MONTH else f"kv {(span.first.month + 2) // 3}"
    return Mark(at, words, year if is_first or span.first.month == 1 else "")


def _from_to(first: Span, last: Span) -> Iterator[Span]:
    span = first
    while span.first <= last.first:
        yield span
        span = following(span)
