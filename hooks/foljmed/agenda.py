"""The communication plan as shown: an agenda, a month grid, and the events of the calendars to subscribe to."""

from calendar import Calendar
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from foljmed.catalog import Period, Plan
from foljmed.model import ONGOING, Activity
from foljmed.plan import Occurrence, Standing, State, can_be_added, figure, fits
from foljmed.shown import (
    DayCell,
    Group,
    Link,
    MonthGrid,
    OccurrenceView,
    PlanView,
    StatusView,
    capital,
    dated,
)
from foljmed.spans import Span, Unit, day_in_words, in_words, month_name, whole, with_weekday
from foljmed.views import Views

NEXT = 5
# What is planned may be under way or not, also on its day: only the time is known.
_NOW = {
    Unit.DAY: "I dag",
    Unit.WEEK: "Den här veckan",
    Unit.MONTH: "Den här månaden",
    Unit.QUARTER: "Det här kvartalet",
    Unit.HALF: "Det här halvåret",
    Unit.YEAR: "I år",
}
_STATES = {
    State.PLANNED: StatusView("planned", "Planerad", "○"),
    State.UNDER_WAY: StatusView("under-way", "Just nu", "◑"),
    State.WAITING: StatusView("waiting", "Väntar på uppdatering", "…"),
    State.MISSING: StatusView("missing", "Uppdatering saknas", "!"),
    State.PASSED: StatusView("passed", "Datumet har passerat", "–"),
    State.DONE: StatusView("kept", "Genomförd", "✓"),
    State.CANCELLED: StatusView("not-kept", "Inställd", "✕"),
}


def notes(occurrence: Occurrence) -> tuple[str, ...]:
    """Return what has become of an occurrence since the plan was adopted, oldest first, each with its day."""
    found, activity = list(_added(occurrence.activity)), occurrence.activity
    span, place, title = occurrence.first_written, activity.place or "", activity.title
    is_off = False
    for change in occurrence.decisions:
        said = ["Blir av"] if is_off and change.moved_to else []
        if change.moved_to and change.moved_to != span:
            is_narrower = span == whole(span.first, span.unit) and span.contains(change.moved_to)
            said.append(f"{'Bestämd tid, tidigare' if is_narrower else 'Flyttad från'} {in_words(span)}")
        if change.cancelled and not is_off:
            said.append("Inställd")
        if change.place and change.place != place:
            said.append(f"Ny plats, tidigare ”{place}”" if place else "Ny plats")
        if change.title and change.title != title:
            said.append(f"Ny titel, tidigare ”{title}”")
        span, place, title = change.moved_to or span, change.place or place, change.title or title
        is_off = not change.moved_to and bool(is_off or change.cancelled)
        if change.note:
            said.append(change.note)
        if said:
            found.append(f"{'. '.join(said)} (beslutat {day_in_words(change.decided)})")
    return tuple(found)


def _added(activity: Activity) -> Iterator[str]:
    if activity.added:
        yield f"Tillagd i planen {day_in_words(activity.added)}"


class Agenda:
    """Shows the plan of one period."""

    def __init__(self, views: Views, period: Period, plan: Plan) -> None:
        """Take the plan as it stands on the views' day."""
        self._views = views
        self._period = period
        self._plan = plan
        self.standings = views.standings[period.id]
        self._updates = {update.ref: update for update in period.all_updates()}

    def page(self, party: str | None, title: str, root: str) -> PlanView:
        """Return the plan, or one party's part of it."""

        def chosen(activity: Activity) -> bool:
            return party is None or party in activity.responsible

        standings = [each for each in self.standings if chosen(each.occurrence.activity)]
        rows = sorted(self._rows(standings), key=lambda row: (row[0].first, row[0].last, row[1].title, row[1].id))
        today = self._views.today
        now = sorted((row for row in rows if row[0].first <= today <= row[0].last), key=lambda row: row[0].last)
        file, period = self._plan.file, self._period
        return PlanView(
            title=title,
            period=Link(period.file.title, period.address),
            whole=Link("Hela planen", period.calendar) if party else None,
            purpose=self._views.html(self._plan.purpose, root),
            message=file.message or "",
            adopted=dated(file.adopted) if file.adopted else None,
            waiting=_waiting(standings, file.waiting_days),
            figure=_figure(standings),
            missing=tuple(
                Link(each.occurrence.title, f"#{each.occurrence.anchor}", in_words(each.occurrence.span))
                for each in standings
                if each.state is State.MISSING
            ),
            untold=_untold(standings),
            now=tuple(row for _, row in now),
            coming=_by_time(row for row in rows if row[0].first > today),
            past=_by_time(row for row in reversed(rows) if row[0].last < today)[::-1],
            ongoing=tuple(self._ongoing(each) for each in file.activities if each.when == ONGOING and chosen(each)),
            ongoing_note=self._ongoing_note(),
            grids=tuple(self._grids(standings)),
            parties=self._parties(but=party),
            pledges=self._pledges(),
        )

    def _parties(self, but: str | None) -> tuple[Link, ...]:
        every = self._period.file.parties.items()
        return tuple(
            Link(each.name, self._period.part_address(id_))
            for id_, each in every
            if self._plan.has_part(id_) and id_ != but
        )

    def _pledges(self) -> tuple[Link, ...]:
        planned = {id_ for activity in self._plan.file.activities for id_ in activity.pledges}
        return tuple(
            Link(each.file.title, f"{each.address}#planerat") for each in self._period.pledges if each.id in planned
        )

    @cached_property
    def changed(self) -> date:
        """The day on which what the plan's page tells last changed but for the passing of time."""
        return self._last_change(self.standings, self._plan.file.activities) or self._plan.adopted

    def changed_of(self, pledge: str) -> date | None:
        """Return the day as ``changed``, of a pledge's part of the plan; None where it has none."""
        return self._last_change(self._views.planned.get(f"{self._period.id}/{pledge}", ()), self._ongoing_of(pledge))

    def changed_next(self) -> date | None:
        """Return the day as ``changed``, of what comes next; None where nothing does."""
        return self._last_change(self._next())

    def _last_change(self, standings: Sequence[Standing], ongoing: Iterable[Activity] = ()) -> date | None:
        activities = (*(each.occurrence.activity for each in standings), *ongoing)
        days = [each.added or self._plan.adopted for each in activities]
        days += [decision.decided for each in standings for decision in each.occurrence.decisions]
        days += [self._views.changed(self._updates[ref]) for each in standings for ref in each.reports]
        return max((day for day in days if day <= self._views.today), default=None)

    def _ongoing_note(self) -> str:
        """Return that the ongoing is meant to be done all the time: the plan does not know whether it is."""
        if self._views.is_ended(self._period):
            return "Det här skulle göras hela tiden och hade inget datum."
        return "Det här ska göras hela tiden och har inget datum."

    def has_days(self, pledge: str = "") -> bool:
        """Whether a calendar holds anything of the plan, or of a pledge's part of it."""
        every = (each.occurrence for each in self.standings)
        return any(fits(span) for each in every if not pledge or pledge in each.activity.pledges for span in each.times)

    def next_ones(self) -> tuple[OccurrenceView, ...]:
        """Return what comes next, for the start page, and what until then was open to anyone and is cancelled.

        Whoever read there of a meeting looks there again, and must not find it gone without a word.
        """
        return tuple(map(self._row, self._next()))

    def _next(self) -> list[Standing]:
        coming = self._coming(self.standings)[:NEXT]
        last = self._when_next(coming[-1]) if len(coming) == NEXT else (date.max, date.max, "")
        off = [each for each in self.standings if self._is_off(each) and self._when_next(each) <= last]
        off = sorted(off, key=self._when_next)[:NEXT]
        return sorted([*coming, *off], key=self._when_next)

    def _is_off(self, standing: Standing) -> bool:
        occurrence = standing.occurrence
        is_near = occurrence.span.last >= self._views.today and fits(occurrence.span)
        return standing.state is State.CANCELLED and occurrence.activity.open and is_near

    def awaited(self) -> str:
        """Return how many of the plan's updates are still awaited, in words; empty where none is."""
        count = sum(each.is_awaited and each.deadline >= self._views.today for each in self.standings)
        if count == 1:
            return "En uppdatering väntas fortfarande."
        return f"{count} uppdateringar väntas fortfarande." if count else ""

    def _coming(self, standings: Iterable[Standing]) -> list[Standing]:
        coming = (each for each in standings if each.state in (State.PLANNED, State.UNDER_WAY))
        return sorted(coming, key=self._when_next)

    def _when_next(self, standing: Standing) -> tuple[date, date, str]:
        """Return a key that puts what has begun at its last day: a year under way must not hide tomorrow's meeting."""
        span = standing.occurrence.span
        return (span.first if span.first >= self._views.today else span.last), span.last, standing.occurrence.title

    def next_of_pledge(self, pledge: str) -> Link | None:
        """Return what comes next in a pledge's part of the plan, for its page's top; the note says when."""
        for each in self._coming(self._views.planned.get(f"{self._period.id}/{pledge}", ())):
            occurrence, lead = each.occurrence, "Härnäst"
            if each.state is State.UNDER_WAY:
                lead = "I dag" if occurrence.span.days == 1 else "Nu"
            when = f"{lead} i planen, {with_weekday(occurrence.span)}"
            return Link(occurrence.title, f"{self._period.calendar}#{occurrence.anchor}", when)
        return None

    def of_pledge(self, pledge: str) -> tuple[Group, ...]:
        """Return a pledge's part of the plan: what is coming, then what lies behind, then what is ongoing."""
        standings = sorted(
            self._views.planned.get(f"{self._period.id}/{pledge}", ()),
            key=lambda each: (each.occurrence.span.first, each.occurrence.span.last, each.occurrence.title),
        )
        today = self._views.today
        coming = [self._row(each) for each in standings if each.occurrence.span.last >= today]
        past = [self._row(each) for each in reversed(standings) if each.occurrence.span.last < today]
        groups = (
            Group("Kommer", tuple(coming)),
            Group("Tidigare", tuple(past)),
            Group("Löpande", tuple(map(self._ongoing, self._ongoing_of(pledge)))),
        )
        return tuple(group for group in groups if group.items)

    def _ongoing_of(self, pledge: str) -> list[Activity]:
        return [each for each in self._plan.file.activities if each.when == ONGOING and pledge in each.pledges]

    # --- Rows

    def _rows(self, standings: Iterable[Standing]) -> Iterable[tuple[Span, OccurrenceView]]:
        """Yield a row for each occurrence, and a struck one where a moved one used to stand."""
        for each in standings:
            occurrence = each.occurrence
            yield occurrence.span, self._row(each)
            for number, span in enumerate(occurrence.former, 1):
                yield span, self._struck(occurrence, span, number)

    def _row(self, standing: Standing) -> OccurrenceView:
        occurrence, activity = standing.occurrence, standing.occurrence.activity
        anchor = occurrence.anchor
        return self._shown(
            activity,
            anchor,
            id=anchor,
            when=with_weekday(occurrence.span),
            title=occurrence.title,
            place=occurrence.place,
            state=_state(standing),
            moved_from=in_words(occurrence.moved_from) if occurrence.moved_from else "",
            cancelled=occurrence.cancelled,
            notes=notes(occurrence),
            reports=tuple(self._views.link(self._updates[ref]) for ref in standing.reports),
            file=f"{self._period.calendar}{anchor}.ics" if can_be_added(occurrence, self._views.today) else "",
        )

    def _struck(self, occurrence: Occurrence, former: Span, number: int) -> OccurrenceView:
        return self._shown(
            occurrence.activity,
            occurrence.anchor,
            id=f"{occurrence.anchor}-tidigare" + (f"-{number}" if number > 1 else ""),
            when=with_weekday(former),
            title=occurrence.title,
            moved_to=in_words(occurrence.span),
        )

    def _ongoing(self, activity: Activity) -> OccurrenceView:
        return self._shown(
            activity,
            activity.id,
            id=activity.id,
            when="Löpande",
            title=activity.title,
            place=activity.place or "",
            notes=tuple(_added(activity)),
        )

    def _shown(self, activity: Activity, anchor: str, **own: Any) -> OccurrenceView:
        """Return a row with what it shares with its activity's others, and what is its own; it leads to ``anchor``."""
        pledges = (self._views.pledges[f"{self._period.id}/{id_}"] for id_ in activity.pledges)
        return OccurrenceView(
            kind=capital(activity.kind),
            message=activity.message or "",
            audiences=", ".join(activity.audiences),
            channels=", ".join(activity.channels),
            responsible=self._views.names(self._period.id, activity.responsible),
            pledges=tuple(Link(pledge.file.title, pledge.address) for pledge in pledges),
            is_open=activity.open,
            address=f"{self._period.calendar}#{anchor}",
            **own,
        )

    # --- The grid

    def _grids(self, standings: Iterable[Standing]) -> Iterable[MonthGrid]:
        """Yield each month that holds something told by the day."""
        days: dict[date, list[Link]] = {}
        for each in standings:
            occurrence = each.occurrence
            if not fits(occurrence.span):
                continue
            link = Link(occurrence.title, f"#{occurrence.anchor}", "Inställd" if occurrence.cancelled else "")
            for day in (occurrence.span.first + timedelta(days=number) for number in range(occurrence.span.days)):
                begins = day == occurrence.span.first or day.weekday() == 0 or day.day == 1
                days.setdefault(day, []).append(link if begins else link._replace(address=""))
        months = sorted({(each.year, each.month) for each in days})
        today = self._views.today
        shown_first = next((month for month in months if month >= (today.year, today.month)), None)
        for year, month in months:
            weeks = Calendar().monthdatescalendar(year, month)
            yield MonthGrid(
                title=f"{capital(month_name(month))} {year}",
                is_open=(year, month) == shown_first,
                weeks=tuple(
                    (week[0].isocalendar().week, tuple(self._cell(each, month, days) for each in week))
                    for week in weeks
                ),
            )

    def _cell(self, of: date, month: int, days: dict[date, list[Link]]) -> DayCell:
        if of.month != month:
            return DayCell(0, is_today=False, items=())
        return DayCell(of.day, is_today=of == self._views.today, items=tuple(days.get(of, ())))


def _state(standing: Standing) -> StatusView:
    """Return an occurrence's state in words that say no more than is known."""
    span, view = standing.occurrence.span, _STATES[standing.state]
    if standing.state is State.PASSED and (span.unit is not Unit.DAY or span.days > 1):
        return view._replace(label="Tiden har passerat")
    if standing.state is State.UNDER_WAY and span.last == whole(span.first, span.unit).last:
        return view._replace(label=_NOW[span.unit])
    return view


def _figure(standings: Iterable[Standing]) -> str:
    """Return "9 av 12 planerade uppdateringar publicerade", empty where none was promised by now."""
    published, promised = figure(standings)
    if not promised:
        return ""
    what = "planerad uppdatering publicerad" if promised == 1 else "planerade uppdateringar publicerade"
    return f"{published} av {promised} {what}"


def _waiting(standings: Iterable[Standing], days: int) -> str:
    """Return how long the updates that were promised may take, before they are said to be missing."""
    if not any(each.occurrence.activity.reported for each in standings):
        return ""
    when = f"senast {days} {'dag' if days == 1 else 'dagar'} efteråt" if days else "samma dag"
    return f"Är en uppdatering utlovad ska den komma {when}. Annars står det att den saknas."


def _untold(standings: Iterable[Standing]) -> str:
    """Return what it means that the time of something has passed; empty where nothing stands so."""
    if not any(each.state is State.PASSED for each in standings):
        return ""
    return "Där det står att datumet eller tiden har passerat är det inte redovisat här om det blev av."


def _by_time(rows: Iterable[tuple[Span, OccurrenceView]]) -> tuple[Group, ...]:
    """Return rows by month, in the order of the months; what has a longer time by that time, after its months."""
    groups: dict[Span, list[OccurrenceView]] = {}
    for span, row in rows:
        is_within = span.unit in (Unit.DAY, Unit.WEEK)
        groups.setdefault(whole(span.first, Unit.MONTH) if is_within else span, []).append(row)
    in_order = sorted(groups, key=lambda time: (time.last, time.days))
    return tuple(Group(capital(in_words(time)), tuple(groups[time])) for time in in_order)
