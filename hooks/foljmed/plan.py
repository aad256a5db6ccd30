"""The communication plan: what was to be told, when, and whether it was.

An occurrence's key is its date as first written, at its own precision. It never changes, whatever is moved: calendars
and the updates that report it know it by that name. Everything is judged by day, on the date that now holds, and from
what is known on ``today`` – the plan and the updates handed in hold nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from foljmed.model import ONGOING, Activity, Change, Recurrence
from foljmed.spans import Span, Unit, whole, within

MOST_OCCURRENCES: Final = 500
# Wider spans stand on the page only: nobody wants a month-long bar in a calendar.
MOST_DAYS: Final = 14


class State(StrEnum):
    """How it went with an occurrence, in the order it may pass through. *Flyttad* is a mark, no state."""

    PLANNED = "planerad"
    UNDER_WAY = "pågår"
    WAITING = "väntar på uppdatering"
    MISSING = "uppdatering saknas"
    PASSED = "datumet har passerat"
    DONE = "genomförd"
    CANCELLED = "inställd"


@dataclass(frozen=True)
class Occurrence:
    """One time an activity takes place, with every decision about it that is known."""

    activity: Activity
    first_written: Span

    @property
    def key(self) -> str:
        """Its name within the activity."""
        return str(self.first_written)

    @property
    def ref(self) -> str:
        """Its name within the plan, as updates write it."""
        return f"{self.activity.id}@{self.key}"

    @property
    def anchor(self) -> str:
        """Its id on the plan's page, and its small file's name: it never changes."""
        return f"{self.activity.id}-{self.key.replace('/', '--')}"

    @cached_property
    def decisions(self) -> tuple[Change, ...]:
        """What was decided about it, oldest first; of one day, in the order written.

        A decision about a whole activity does not reach what had already been when it was taken.
        """
        found: list[Change] = []
        last = self.first_written.last
        for change in sorted(self.activity.changes, key=lambda change: change.decided):
            if change.occurrence == self.key or (change.occurrence is None and change.decided <= last):
                found.append(change)
                last = change.moved_to.last if change.moved_to else last
        return tuple(found)

    @cached_property
    def times(self) -> tuple[Span, ...]:
        """Every time that it was set for, the one that now holds last."""
        return (self.first_written, *(change.moved_to for change in self.decisions if change.moved_to))

    @property
    def span(self) -> Span:
        """When it takes place, as it now stands."""
        return self.times[-1]

    @cached_property
    def former(self) -> tuple[Span, ...]:
        """Every time that it was set for and is not now; "June" is still true of what takes place on a day in June."""
        others = (each for each in dict.fromkeys(self.times) if each != self.span)
        return tuple(each for each in others if not (each == whole(each.first, each.unit) and each.contains(self.span)))

    @property
    def moved_from(self) -> Span | None:
        """The time that was first written, or where that is still true the last one before this; None if not moved."""
        if not self.former or self.span == self.first_written:
            return None
        return self.first_written if self.first_written in self.former else self.former[-1]

    @property
    def cancelled(self) -> str:
        """Why it is cancelled; empty where it is not: of what moves or cancels it, the latest decision alone holds."""
        found = (change.cancelled or "" for change in reversed(self.decisions) if change.moved_to or change.cancelled)
        return next(found, "")

    @property
    def title(self) -> str:
        """What it is called, as it now stands."""
        return next((change.title for change in reversed(self.decisions) if change.title), self.activity.title)

    @property
    def place(self) -> str:
        """Where it takes place, as it now stands; empty where that is not said."""
        return next((change.place for change in reversed(self.decisions) if change.place), self.activity.place or "")

    def state(self, today: date, waiting_days: int, *, is_reported: bool) -> State:
        """Return how it went, on a day. ``is_reported``: whether an update that is known fulfils it."""
        if self.cancelled:
            return State.CANCELLED
        if is_reported:
            return State.DONE
        if today < self.span.first:
            return State.PLANNED
        if today <= self.span.last:
            return State.UNDER_WAY
        if not self.activity.reported:
            return State.PASSED
        return State.WAITING if today <= self.deadline(waiting_days) else State.MISSING

    def deadline(self, waiting_days: int) -> date:
        """Return the last day on which its update is not late."""
        return self.span.last + timedelta(days=waiting_days)


def occurrences(activity: Activity) -> tuple[Occurrence, ...]:
    """Return an activity's occurrences in the order of the plan; none for what is ongoing."""
    when = activity.when
    if when == ONGOING:
        return ()
    if isinstance(when, Recurrence):
        return tuple(Occurrence(activity, span) for span in within(when.start.first, when.until.last, when.every.unit))
    return tuple(Occurrence(activity, span) for span in when)


def known(every: Iterable[Occurrence], today: date) -> tuple[Occurrence, ...]:
    """Return the occurrences that are known on a day, with the decisions taken by then."""
    found: dict[str, Activity] = {}
    for each in every:
        activity = each.activity
        if activity.id not in found:
            changes = tuple(change for change in activity.changes if change.decided <= today)
            found[activity.id] = activity.model_copy(update={"changes": changes})
    return tuple(
        replace(each, activity=found[each.activity.id])
        for each in every
        if each.activity.added is None or each.activity.added <= today
    )


def fits(span: Span) -> bool:
    """Return whether a span is narrow enough for a calendar: told by days or weeks, and at most 14 days long."""
    return span.unit in (Unit.DAY, Unit.WEEK) and span.days <= MOST_DAYS


def can_be_added(occurrence: Occurrence, today: date) -> bool:
    """Return whether there is a small calendar file of an occurrence: anyone may come to it, and still can."""
    span = occurrence.span
    return occurrence.activity.open and not occurrence.cancelled and span.last >= today and fits(span)


@dataclass(frozen=True)
class Standing:
    """An occurrence on a day: its state, and the updates that fulfil it by their references."""

    occurrence: Occurrence
    state: State
    deadline: date
    reports: tuple[str, ...] = ()

    @property
    def is_awaited(self) -> bool:
        """Whether an update was promised that has not come."""
        return self.occurrence.activity.reported and self.state not in (State.DONE, State.CANCELLED)


def standings(
    every: Iterable[Occurrence], fulfilled: Iterable[tuple[str, str]], today: date, waiting_days: int
) -> tuple[Standing, ...]:
    """Return how each occurrence stands on a day.

    ``fulfilled`` pairs what an update says it fulfils (``aktivitet`` or ``aktivitet@2021-04``) with the update's own
    reference. One update may fulfil several occurrences, several may fulfil one.
    """
    found = tuple(every)
    only = {each.activity.id: each.ref for each in found}
    reports: dict[str, list[str]] = {}
    for name, update in fulfilled:
        reports.setdefault(only.get(name, name), []).append(update)
    return tuple(
        Standing(
            each,
            each.state(today, waiting_days, is_reported=each.ref in reports),
            each.deadline(waiting_days),
            tuple(reports.get(each.ref, ())),
        )
        for each in found
    )


def figure(every: Iterable[Standing]) -> tuple[int, int]:
    """Return how many of the updates that the plan promised by now were published, and how many it promised.

    Of occurrences with ``redovisas`` those count that are late or fulfilled; the cancelled do not.
    """
    states = [each.state for each in every if each.occurrence.activity.reported]
    published = states.count(State.DONE)
    return published, published + states.count(State.MISSING)


def next_awaited(every: Iterable[Standing], today: date) -> date | None:
    """Return the earliest day by which a promised update is still to come."""
    return min((each.deadline for each in every if each.is_awaited and each.deadline >= today), default=None)


def unanswered(every: Iterable[Standing], words: Iterable[date]) -> Standing | None:
    """Return what should have been told first of what is late, unless an update came since its deadline.

    ``words`` are the days of updates.
    """
    last = max(words, default=date.min)
    late = (each for each in every if each.state is State.MISSING and each.deadline >= last)
    return min(late, key=lambda each: each.deadline, default=None)
