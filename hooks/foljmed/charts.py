"""Pictures of numbers: a measure's values → where each line, bar and word of a chart stands, and what it says in words.

What adds up is drawn as the sum so far, in steps, or per month, quarter or year where the pledge counts so. A level is
drawn as a point, joined with its neighbours or over the time that it is about. Every axis begins at zero, or holds it.
A value that stands alone is a sentence and no picture.

A **gap** is a month, quarter or year (what the measure is per) that lies whole within the period or between two values,
has ended, and has no value. It is marked as such, and never looks like a zero. Two levels are joined only when nothing
lies between them: one follows the other in what the measure is per, else day upon day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Final

from foljmed.axes import HEIGHT, LINE, WIDTH, Axes, axes, times, turns
from foljmed.model import Measure
from foljmed.shown import Bar, Chart, Point, Stretch, amount, capital, joined, number
from foljmed.spans import Span, Unit, in_words, period_in_words, whole, within
from foljmed.timeline import Value
from foljmed.values import MeasureKind

_FLAT: Final = 1.5  # a bar lower than this can't be seen
_ABOVE: Final = 5.0  # how far above zero a gap is marked
_CROWD: Final = 40  # so many points are no longer seen one by one
_NAMED: Final = 8  # so many stretches without a value are named one by one
_UNITS = {Unit.MONTH: ("månad", "månader"), Unit.QUARTER: ("kvartal", "kvartal"), Unit.YEAR: ("år", "år")}
_IN_PART: Final = "Staplarna visar det som har redovisats, även när det bara gäller en del av tiden."
_SAID = {
    "sums": "Linje som stiger ett steg för varje uppgift.",
    "per": "Staplar.",
    "levels": "Punkter.",
}


@dataclass(frozen=True)
class _Told:
    """A measure, what is known of it in the order of time, the period, and the day on which this is known.

    ``has_more`` says that a level has older values for the same times.
    """

    measure: Measure
    values: Sequence[Value]
    period: Span
    today: date
    has_more: bool

    @property
    def unit(self) -> Unit | None:
        return self.measure.per.unit if self.measure.per else None

    @property
    def target(self) -> Decimal | None:
        return self.measure.target

    def said(self, value: Decimal, about: Span) -> str:
        return f"{amount(value, self.measure)} ({in_words(about)})"

    def gaps(self) -> list[Span]:
        """Return the units without a value, in order."""
        unit = self.unit
        if unit is None:
            return []
        known = {whole(value.about.first, unit) for value in self.values}
        first = min(self.period.first, *(room.first for room in known))
        last = max(min(self.period.last, self.today - timedelta(days=1)), *(room.last for room in known))
        return [room for room in within(first, last, unit) if room not in known and room.last < self.today]


def chart(measure: Measure, values: Sequence[Value], first: date, last: date, today: date) -> Chart | None:
    """Return the picture of a measure's values within a period, or None where there is too little for one.

    ``values`` are in the order of time, see ``timeline.standing_values``. The time of the picture is the period up to
    its last day, and what lies outside it. Of several levels about one time the last holds.
    """
    shown = values if measure.kind is MeasureKind.COUNT else tuple({value.about: value for value in values}.values())
    told = _Told(measure, shown, Span(first, last, Unit.DAY), today, has_more=len(shown) < len(values))
    if len(shown) < 2:  # noqa: PLR2004 - one value is a sentence
        return None
    if measure.kind is MeasureKind.LEVEL:
        return _levels(told)
    return _sums(told) if told.unit is None else _per(told, told.unit)


# --- The three kinds


def _sums(told: _Told) -> Chart | None:
    sums = list(accumulate(value.value for value in told.values))
    abouts = [value.about for value in told.values]
    on = axes([*sums, told.target or Decimal()], [told.period, *abouts])
    if on is None:
        return None
    spots = [(on.after(about.last), on.y(total)) for about, total in zip(abouts, sums, strict=True)]
    steps = [(on.before(on.first), on.y(Decimal()))]
    for x, y in spots:
        steps += [(x, steps[-1][1]), (x, y)]
    is_crowded = len(spots) > _CROWD
    points = tuple(
        Point(x, y, told.said(total, about)) for (x, y), total, about in zip(spots, sums, abouts, strict=True)
    )
    target = f" Målet är {number(told.target)}." if told.target is not None else ""
    summary = (
        f"Summan av {len(sums)} uppgifter, {_from_until(abouts[0], abouts[-1])}: "
        f"{amount(sums[-1], told.measure)}.{target}"
    )
    lines = (_line(steps),)
    return _chart(told, on, "sums", ", summan hittills", summary, lines=lines, points=() if is_crowded else points)


def _from_until(first: Span, last: Span) -> str:
    return f"alla från {in_words(first)}" if first == last else f"från {in_words(first)} till {in_words(last)}"


def _per(told: _Told, unit: Unit) -> Chart | None:
    rooms: dict[Span, list[Value]] = {}
    for value in told.values:
        rooms.setdefault(whole(value.about.first, unit), []).append(value)
    sums = {room: sum((value.value for value in values), Decimal()) for room, values in rooms.items()}
    # A single value is no more than it says: a week's is not the quarter's.
    about = {room: values[0].about if len(values) == 1 else room for room, values in rooms.items()}
    on = axes([*sums.values(), told.target or Decimal()], [told.period, *sums])
    if on is None or len(sums) == 1:
        return None
    one, several = _UNITS[unit]
    (begin, *_, end), high = sums, max(sums, key=lambda room: (sums[room], room))
    zeros = sum(total == 0 for total in sums.values())
    summary = (
        f"Uppgifter för {len(sums)} {several}. {_ends(told, [(about[room], value) for room, value in sums.items()])}",
        f"Högst är {told.said(sums[high], about[high])}." if sums[high] > max(sums[begin], sums[end]) else "",
        f"Målet är {number(told.target)} per {one}." if told.target is not None else "",
        f"För {zeros} {one if zeros == 1 else several} är uppgiften noll." if zeros else "",
        _silence(told),
        _IN_PART if any(_is_in_part(*each) for each in rooms.items() if each[0].last < told.today) else "",
        *(f"{capital(in_words(room))} är inte slut än (streckad stapel)." for room in sums if told.today <= room.last),
    )
    bars = tuple(_bar(on, room, told.said(sums[room], about[room]), sums[room], told.today) for room in sums)
    return _chart(told, on, "per", f" per {one}", " ".join(filter(None, summary)), bars=bars)


def _is_in_part(room: Span, values: Iterable[Value]) -> bool:
    """Whether there are days of a time that none of its values is about."""
    known = {value.about.first + timedelta(days=day) for value in values for day in range(value.about.days)}
    return len(known) < room.days


def _bar(on: Axes, room: Span, words: str, total: Decimal, today: date) -> Bar:
    left, right, top = on.before(room.first), on.after(room.last), on.y(total)
    gap, height = min(2.0, (right - left) / 5), round(on.y(Decimal()) - top, 1)
    return Bar(
        x=round(left + gap / 2, 1),
        y=top,
        width=max(round(right - left - gap, 1), 0.1),
        height=height,
        words=words,
        is_flat=height < _FLAT,
        is_open=today <= room.last,
    )


def _levels(told: _Told) -> Chart | None:
    values = told.values
    on = axes([value.value for value in values], [told.period, *(value.about for value in values)])
    if on is None:
        return None
    spots = [(on.middle(value.about), on.y(value.value)) for value in values]
    runs = [[0]]
    for place, (before, after) in enumerate(pairwise(values), 1):
        if _follows(before.about, after.about, told.unit):
            runs[-1].append(place)
        else:
            runs.append([place])
    lines = tuple(_line(spots[place] for place in run) for run in runs if len(run) > 1)
    is_broken = "Linjen är bruten där" if lines else "Punkterna är inte förbundna, för"
    summary = (
        f"{len(values)} uppgifter. {_ends(told, [(value.about, value.value) for value in values])}",
        _silence(told) or (f"{is_broken} tiden mellan uppgifterna är okänd." if len(runs) > 1 else ""),
        "Av flera uppgifter för samma tid visas den senaste." if told.has_more else "",
    )
    points = tuple(
        Point(x, y, told.said(value.value, value.about)) for (x, y), value in zip(spots, values, strict=True)
    )
    # The time that a joined one is about would lie across the line that joins it.
    lengths = tuple(_length(on, values[run[0]]) for run in runs if len(run) == 1)
    return _chart(told, on, "levels", "", " ".join(filter(None, summary)), lines=lines, points=points, lengths=lengths)


def _follows(before: Span, after: Span, unit: Unit | None) -> bool:
    """Whether nothing lies between two times, and neither is a part of the other."""
    if unit:
        before, after = whole(before.first, unit), whole(after.first, unit)
        return after.first <= before.last + timedelta(days=1)
    return before.first < after.first <= before.last + timedelta(days=1)


def _length(on: Axes, value: Value) -> Stretch:
    y = on.y(value.value)
    return Stretch(on.before(value.about.first), on.after(value.about.last), y)


# --- Words


def _ends(told: _Told, known: Sequence[tuple[Span, Decimal]]) -> str:
    """Return the first and the last of what is known, each with the time that it is about."""
    (first, before), (last, after) = known[0], known[-1]
    return f"Den första är {told.said(before, first)}, den senaste {told.said(after, last)}."


def _silence(told: _Told) -> str:
    gaps = told.gaps()
    runs = [in_words(run) for run in _unbroken(gaps)]
    if not (gaps and told.unit):
        return ""
    if len(gaps) == 1:
        return f"För {runs[0]} finns ingen uppgift (prickad linje)."
    named = f": {joined(runs)}" if len(runs) <= _NAMED else ""
    return f"För {len(gaps)} {_UNITS[told.unit][1]} finns ingen uppgift (prickad linje){named}."


def _unbroken(gaps: Iterable[Span]) -> list[Span]:
    """Return each unbroken stretch of gaps as one."""
    found: list[Span] = []
    for gap in gaps:
        goes_on = found and found[-1].last + timedelta(days=1) == gap.first
        found.append(Span(found.pop().first if goes_on else gap.first, gap.last, gap.unit))
    return found


def _description(told: _Told, on: Axes, kind: str) -> str:
    """Return what kind of picture it is and how far its axes go; what it shows is said by the summary."""
    low, high = number(on.ticks[0]), number(on.ticks[-1])
    return (
        f"{_SAID[kind]} Den lodräta axeln går från {low} till {high} {told.measure.unit}, "
        f"den vågräta visar {period_in_words(on.first, on.last)}."
    )


# --- The picture


def _line(spots: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in spots)


def _stretches(on: Axes, gaps: Iterable[Span]) -> Iterator[Stretch]:
    """Yield where nothing is known, each unbroken stretch once."""
    y = on.y(Decimal()) - _ABOVE
    for gap in _unbroken(gaps):
        yield Stretch(on.before(gap.first), on.after(gap.last), y)


def _chart(  # noqa: PLR0913 - the parts of a picture
    told: _Told,
    on: Axes,
    kind: str,
    what: str,
    summary: str,
    *,
    bars: tuple[Bar, ...] = (),
    lines: tuple[str, ...] = (),
    points: tuple[Point, ...] = (),
    lengths: tuple[Stretch, ...] = (),
) -> Chart:
    words, years = times(on, told.unit or Unit.MONTH)
    return Chart(
        kind=kind,
        width=WIDTH,
        height=HEIGHT if years else HEIGHT - LINE,
        unit=f"{on.scale} {told.measure.unit}{what}".strip(),
        description=_description(told, on, kind),
        summary=summary,
        left=on.left,
        right=on.right,
        top=on.top,
        base=on.y(Decimal()),
        words=on.words,
        below=on.words + LINE,
        values=tuple(on.values()),
        times=words,
        years=years,
        turns=turns(on),
        bars=bars,
        lines=lines,
        points=points,
        is_dense=len(points) > _CROWD,
        lengths=lengths,
        gaps=tuple(_stretches(on, told.gaps())),
        target=on.y(told.target) if told.target is not None else None,
        target_words=f"Målet: {number(told.target)}" if told.target is not None else "",
    )
