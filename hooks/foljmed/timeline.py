"""How a pledge is going on a day: status and since when, what is known, when the next word is due, and silence.

Pure: a pledge as known on the day, the day itself, and nothing else. What an old update says of itself (the status
change, the running total) is computed from what was known on its own day; only withdrawals rewrite it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from foljmed.catalog import Period, Pledge, Update
from foljmed.model import Measure
from foljmed.plan import Standing, standings
from foljmed.spans import Span, Unit, day, whole, within
from foljmed.values import Kind, MeasureKind, Status


@dataclass(frozen=True)
class Count:
    """A value that an update reported about a time. ``total`` is the sum so far within ``room``, for what adds up."""

    measure: Measure
    value: Decimal
    about: Span
    total: Decimal | None = None
    room: Span | None = None


@dataclass(frozen=True)
class Expectation:
    """What ``redovisas_varje`` gives on a day.

    ``due`` is the span that the next update is awaited in; ``overdue`` the last one, if it passed without any and none
    has come since; ``missed`` all that passed without; ``withdrawn`` those of them in which one came that does not
    stand any more.
    """

    due: Span | None = None
    overdue: Span | None = None
    missed: tuple[Span, ...] = ()
    withdrawn: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """A pledge on a day. ``changes`` and ``counts`` are keyed by the updates' ids.

    ``changes`` holds the status before each update that gave another one; None where none was known.
    """

    status: Status | None = None
    since: Update | None = None
    latest_status: Update | None = None
    latest: Update | None = None
    has_word: bool = False
    expectation: Expectation = field(default_factory=Expectation)
    changes: Mapping[str, Status | None] = field(default_factory=dict)
    counts: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Value:
    """A value as it now stands: corrected where it was, gone where it was withdrawn. ``told`` is when it was last."""

    value: Decimal
    about: Span
    told: date


def standing_values(pledge: Pledge) -> Mapping[str, tuple[Value, ...]]:
    """Return, by measure, each value that holds, in the order of the times they are about."""
    oldest_first = pledge.updates[::-1]
    roots, abouts = _roots(oldest_first), times(pledge.updates)
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    for update in oldest_first:
        if update.file.withdrawn is None:
            for id_, value in update.file.values.items():
                found[id_][roots[update.id]] = Value(value, abouts[update.id], update.day)
    return {
        id_: tuple(sorted(values.values(), key=lambda each: (each.about.last, each.about.first)))
        for id_, values in found.items()
    }


def times(newest_first: Sequence[Update]) -> Mapping[str, Span]:
    """Return what time each update is about that is not withdrawn: its own, that of what it corrects, or its day."""
    oldest_first = newest_first[::-1]
    roots, latest, found = _roots(oldest_first), dict[str, Span](), dict[str, Span]()
    for update in oldest_first:
        if update.file.withdrawn is None:
            root = roots[update.id]
            found[update.id] = latest[root] = update.file.happened or latest.get(root) or day(update.day)
    return found


def timeline(pledge: Pledge, period: Period, today: date) -> Timeline:
    """Return how a pledge, as known on ``today``, is going."""
    oldest_first = pledge.updates[::-1]
    told = [update for update in oldest_first if update.file.withdrawn is None]
    words = [update for update in told if update.file.kind is not Kind.BACKGROUND]
    changes, since, latest, closed = _statuses(told)
    status = latest.file.status if latest else None
    return Timeline(
        status=status,
        since=since,
        latest_status=latest,
        latest=words[-1] if words else None,
        has_word=bool(words),
        expectation=expectation(pledge, period, closed, today),
        changes=changes,
        counts=_counts(told, pledge, period),
    )


def _statuses(
    told: Iterable[Update],
) -> tuple[dict[str, Status | None], Update | None, Update | None, list[Span]]:
    """Return the status before each change of it, the first update of the unbroken run, and the latest with a status.

    And the times for which the pledge was closed, whatever the statuses that closed it.
    """
    changes: dict[str, Status | None] = {}
    since: Update | None = None
    latest: Update | None = None
    closed: list[Span] = []
    for update in told:
        if update.file.status is None:
            continue
        before = latest.file.status if latest else None
        if before is not update.file.status:
            since = update
            changes[update.id] = before
        latest = update
        was_closed = before is not None and before.closes
        if update.file.status.closes and not was_closed:
            closed.append(Span(update.day, date.max, Unit.DAY))
        elif was_closed and not update.file.status.closes:
            closed[-1] = replace(closed[-1], last=update.day)
    return changes, since, latest, closed


def expectation(pledge: Pledge, period: Period, closed: Sequence[Span], today: date) -> Expectation:
    """Return what a pledge's ``redovisas_varje`` gives on a day, but for the times for which it was ``closed``."""
    if pledge.file.reported_every is None:
        return Expectation()
    spans = within(period.dated, period.file.last, pledge.file.reported_every.unit)
    spans = [span for span in spans if span.first > period.dated]
    spans = [span for span in spans if not any(each.first < span.first <= each.last for each in closed)]
    days = sorted(update.day for update in pledge.updates if reports(update))
    unmet = [span for span in spans if bisect_left(days, span.first) == bisect_right(days, span.last)]
    missed = tuple(span for span in unmet if span.last < today)
    last = missed[-1] if missed else None
    gone = [update.day for update in pledge.updates if update.file.withdrawn and _is_report(update)]
    is_silent = last is not None and not (days and days[-1] > last.last)
    return Expectation(
        due=next((span for span in unmet if span.last >= today), None),
        overdue=last if is_silent else None,
        missed=missed,
        withdrawn=tuple(span for span in missed if any(span.first <= day <= span.last for day in gone)),
    )


def reports(update: Update) -> bool:
    """Whether an update meets what the parties said about reporting."""
    return _is_report(update) and update.file.withdrawn is None


def _is_report(update: Update) -> bool:
    return update.file.kind is not Kind.BACKGROUND and update.file.corrects is None


def _roots(oldest_first: Iterable[Update]) -> dict[str, str]:
    """Return, for each update, the one that it corrects in the end, also across corrections that were withdrawn."""
    roots: dict[str, str] = {}
    for update in oldest_first:
        corrected = update.file.corrects
        roots[update.id] = roots.get(corrected, corrected) if corrected else update.id
    return roots


def _counts(told: Iterable[Update], pledge: Pledge, period: Period) -> dict[str, tuple[Count, ...]]:
    by_id = {measure.id: measure for measure in pledge.file.measures}
    roots, abouts = _roots(pledge.updates[::-1]), times(pledge.updates)
    totals: dict[tuple[str, Span], Decimal] = defaultdict(Decimal)
    standing: dict[tuple[str, str], tuple[Decimal, Span]] = {}
    counts: dict[str, tuple[Count, ...]] = {}
    for update in told:
        root, about = roots[update.id], abouts[update.id]
        found = []
        for id_, value in update.file.values.items():
            measure = by_id[id_]
            if measure.kind is MeasureKind.LEVEL:
                found.append(Count(measure, value, about))
                continue
            old, old_room = standing.get((root, id_), (Decimal(), None))
            room = room_of(measure, about, period)
            totals[id_, old_room or room] -= old
            totals[id_, room] += value
            standing[root, id_] = (value, room)
            found.append(Count(measure, value, about, totals[id_, room], room))
        if found:
            counts[update.id] = tuple(found)
    return counts


def room_of(measure: Measure, about: Span, period: Period) -> Span:
    """Return the time within which a value adds up with others: what the measure is per, or the period."""
    unit = measure.per.unit if measure.per else None
    if unit is None:
        return Span(period.file.first, period.file.last, Unit.DAY)
    return whole(about.first, unit)


def plan_standings(period: Period, today: date) -> tuple[Standing, ...]:
    """Return how each occurrence of a period's plan stands on a day; none without a plan."""
    if period.plan is None:
        return ()
    told = (update for update in period.all_updates() if update.file.withdrawn is None)
    fulfilled = ((name, update.ref) for update in told for name in update.file.fulfils)
    return standings(period.plan.occurrences, fulfilled, today, period.plan.file.waiting_days)
