"""The values of measures as shown: in an update's words, and a pledge's in sentences, tables and pictures."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from foljmed.catalog import Period, Pledge, Update
from foljmed.charts import chart
from foljmed.model import Measure, Reference
from foljmed.shown import Link, MeasureView, ValueRow, amount, number, source_link
from foljmed.spans import Span, Unit, day, day_in_words, in_words
from foljmed.timeline import Count, Timeline, Value, room_of, standing_values
from foljmed.values import MeasureKind, Per

_OWN = re.compile(r"^Egen uppgift: ")
_PER = {Per.MONTH: " per månad", Per.QUARTER: " per kvartal", Per.YEAR: " per år"}


def values_in_words(counts: Sequence[Count], told: date, measures: Sequence[Measure]) -> tuple[str, ...]:
    """Return an update's values; the name of the measure is said where the unit alone would not do.

    ``told`` is the day of publication, ``measures`` are all of the pledge's.
    """
    if not counts:
        return ()
    units = Counter(measure.unit.casefold() for measure in measures)
    return tuple(_count(count, told, is_named=units[count.measure.unit.casefold()] > 1) for count in counts)


def measure_views(
    pledge: Pledge, period: Period, history: Timeline, corrections: Mapping[str, Sequence[Update]], today: date
) -> tuple[MeasureView, ...]:
    """Return every measure of a pledge; ``corrections`` are those of each update, by its ref."""
    told = [(update, count) for update in reversed(pledge.updates) for count in history.counts.get(update.id, ())]
    standing = standing_values(pledge) if told else {}
    found = []
    for measure in pledge.file.measures:
        values = standing.get(measure.id, ())
        own = [(update, count) for update, count in told if count.measure is measure]
        in_time = sorted(own, key=lambda each: (each[1].about.last, each[1].about.first))
        rows = tuple(_value_row(update, count, corrections.get(update.ref, ())) for update, count in in_time)
        target = ""
        if measure.target is not None:
            target = f"Målet är {amount(measure.target, measure)}{_PER.get(measure.per or Per.PERIOD, '')}."
        place_id = measure.place or period.first_place
        where = "" if place_id == period.first_place else f"Gäller: {period.file.places[place_id]}."
        found.append(
            MeasureView(
                name=measure.name,
                unit=measure.unit,
                sentence=_latest(
                    measure, values, period, today, is_over=bool(history.status and history.status.closes)
                ),
                note=" ".join(filter(None, (target, where))),
                source=_measure_source(measure.source) if measure.source else None,
                rows=rows,
                has_totals=any(row.total not in ("", row.value) for row in rows),
                has_sources=any(row.sources for row in rows),
                id=measure.id,
                place=where,
                chart=chart(measure, values, period.file.first, period.file.last, today),
            )
        )
    return tuple(found)


def _value_row(update: Update, count: Count, corrections: Sequence[Update]) -> ValueRow:
    """Return a value as told, and the day of the first correction that gives another for the same, or its time."""
    id_, told = count.measure.id, (count.value, count.about)
    corrected = [
        other.day
        for other in corrections
        if not other.file.withdrawn
        and id_ in other.file.values
        and (other.file.values[id_], other.file.happened or count.about) != told
    ]
    note = f"rättad {day_in_words(min(corrected))}" if corrected else ""
    return ValueRow(
        published=day_in_words(update.day),
        address=update.address,
        about=in_words(count.about),
        value=number(count.value),
        total=_total(count),
        corrected=note or ("rättelse" if update.file.corrects else ""),
        sources=tuple(map(source_link, update.file.sources)),
    )


def _count(count: Count, told: date, *, is_named: bool) -> str:
    """Return "3 trygghetsvandringar, 7 av 10 hittills", the name of the measure before it if asked or needed.

    ``told`` is the day of publication.
    """
    measure = count.measure
    text = amount(count.value, measure)
    if is_named or count.total is None or text == number(count.value):
        text = f"{measure.name}: {text}"
    if count.total is None or count.room is None:
        return text
    until = f"{_so_far(count.room, told)}{within(count.room) if count.room.unit is not Unit.DAY else ''}"
    if measure.target is not None and count.total > measure.target:
        return f"{text}, {number(count.total)} {until}. Målet är {number(measure.target)}."
    if measure.target is not None:
        return f"{text}, {number(count.total)} av {number(measure.target)} {until}"
    return text if count.total == count.value else f"{text}, {number(count.total)} {until}"


def _so_far(room: Span, on: date) -> str:
    """Return how a sum is told on a day that may be within its time or after it."""
    return "hittills" if on <= room.last else "sammanlagt"


def within(room: Span) -> str:
    """Return " i februari 2021", " första kvartalet 2021", " 2021": the time that a sum is of, after the sum."""
    return f"{' i' if room.unit is Unit.MONTH else ''} {in_words(room)}"


def _measure_source(source: Reference) -> Link:
    shown = source_link(source)
    return shown._replace(title=_OWN.sub("egen uppgift från ", shown.title))


def _latest(measure: Measure, values: Sequence[Value], period: Period, today: date, *, is_over: bool) -> str:
    """Return the newest fact in a sentence: the one about the latest time, which need not be the last published.

    ``values`` are what now stands, in the order of time, as in the picture. ``is_over``: no more will come.
    """
    if not values:
        return "Ingen uppgift publicerad."
    newest = values[-1]
    if measure.kind is MeasureKind.LEVEL:
        about = "" if newest.about == day(newest.told) else f", för {in_words(newest.about)}"
        return f"Senaste uppgift {day_in_words(newest.told)}{about}: {amount(newest.value, measure)}."
    room = room_of(measure, newest.about, period)
    within_room = [value for value in values if room_of(measure, value.about, period) == room]
    total = sum((value.value for value in within_room), Decimal())
    # Perhaps not all of that time, nor all that was done in it.
    of = "sammanlagt" if is_over or room.last < today else "hittills"
    if room.unit is not Unit.DAY:
        of = f"{'hittills ' if of == 'hittills' else ''}för {in_words(room)}"
    told = max(value.told for value in within_room)
    return f"Senaste uppgift {day_in_words(told)}. Redovisat {of}: {amount(total, measure)}."


def _total(count: Count) -> str:
    """Return the sum so far, and of what time where sums begin anew and the value is about a part of it."""
    if count.total is None or count.room is None:
        return ""
    is_plain = count.room.unit is Unit.DAY or count.room == count.about
    return number(count.total) + ("" if is_plain else f" ({in_words(count.room)})")
