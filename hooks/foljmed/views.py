"""The content as meant → as shown: a catalog as known on a day, in words, for pages and feeds."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import nlargest
from itertools import accumulate, groupby

from markupsafe import Markup

from foljmed.catalog import Catalog, Period, Pledge, Update, known
from foljmed.measured import measure_views, values_in_words, within
from foljmed.plan import Standing, State, next_awaited, unanswered
from foljmed.prose import Text, ascii_url, domain_of, place
from foljmed.settings import Contact
from foljmed.shown import (
    SILENT,
    UNSTATED,
    AreaView,
    Card,
    ContactView,
    Expected,
    Group,
    Link,
    PeriodNotice,
    PeriodView,
    PledgeView,
    SignatureView,
    StatusCount,
    StatusView,
    UpdateLine,
    UpdateView,
    capital,
    dated,
    joined,
    reason_label,
    source_link,
    status_view,
)
from foljmed.spans import Span, Unit, day_in_words, fills_years, in_words, period_in_words
from foljmed.timeline import Expectation, Timeline, plan_standings, reports, timeline
from foljmed.values import Kind, Status

# Of this site alone: elsewhere the parties may have told it.
UNFINISHED = "Hur löftet slutade har inte redovisats här."
LATEST = 5
# The number for whoever is in danger; it is shown before and above all others.
EMERGENCY = "112"
# From what is done to what is not: the order of a bar of statuses.
GLANCE = (
    Status.KEPT,
    Status.PARTLY,
    Status.ONGOING,
    Status.UNDER_WAY,
    Status.PLANNED,
    Status.NOT_STARTED,
    Status.PAUSED,
    Status.NOT_KEPT,
)
# The least part of a bar, in percent, that has room for a symbol where the window is 320 px wide.
_ROOM = 7
# A pledge's page folds whole years, oldest last, once so many updates stand open.
_OPEN = 60


class Views:
    """Makes the views of one build: a catalog as known on a day."""

    def __init__(self, everything: Catalog, today: date, *, preview: bool = False) -> None:
        """Compute every pledge's timeline once, from what of ``everything`` is known today."""
        catalog = known(everything, today, preview=preview)
        self._every_period = {period.id for period in everything.periods}
        self.catalog = catalog
        self.today = today
        self.preview = preview
        self.periods: Mapping[str, Period] = {period.id: period for period in catalog.periods}
        self.pledges: dict[str, Pledge] = {p.ref: p for period in catalog.periods for p in period.pledges}
        self.timelines = {ref: timeline(each, self.periods[each.period], today) for ref, each in self.pledges.items()}
        self.standings = {period.id: plan_standings(period, today) for period in catalog.periods}
        self.planned: dict[str, list[Standing]] = {}
        for period_id, standings in self.standings.items():
            for standing in standings:
                for pledge in dict.fromkeys(standing.occurrence.activity.pledges):
                    self.planned.setdefault(f"{period_id}/{pledge}", []).append(standing)
        homes: tuple[Period | Pledge, ...] = (*catalog.periods, *self.pledges.values())
        # The updates of each page, by the page's address and their ids.
        self._on_page = {each.address: {update.id: update for update in each.updates} for each in homes}
        plans = (period.calendar for period in catalog.periods if period.plan)
        self._addresses = {*self._on_page, *plans, *catalog.images}
        self._cards: dict[str, Card] = {}
        self._mentions: dict[str, list[Update]] = {}
        self._corrections: dict[str, list[Update]] = {}
        self._continued: dict[str, list[Pledge]] = {}
        self._look_back()

    # --- What leads where

    def _look_back(self) -> None:
        """Note, by pledge, the others' updates that mention it and those that continue it, and updates' corrections."""
        for update in self.catalog.all_updates():
            for other in update.file.also:
                self._mentions.setdefault(f"{update.period}/{other}", []).append(update)
            if update.file.corrects:
                _, *wrong = self.chain(update)  # also what a correction that was wrong corrects
                for each in wrong:
                    self._corrections.setdefault(each.ref, []).append(update)
        for pledge in self.pledges.values():
            if pledge.file.continues:
                self._continued.setdefault(pledge.file.continues, []).append(pledge)

    def is_known(self, address: str) -> bool:
        """Whether an address within the site leads somewhere in this build."""
        page, _, anchor = address.partition("#")
        if anchor in self._on_page.get(page, ()) if anchor else page in self._addresses:
            return True
        return address.split("/", 1)[0] not in self._every_period

    def html(self, text: Text, root: str) -> Markup:
        """Return a converted text for a page from which ``root`` leads to the site's root."""
        return Markup(place(text.html, root, self.is_known))  # noqa: S704 - prose.py has made it safe

    # --- Words for parts of an update

    def place_of(self, update: Update) -> str:
        """Return the name of the place an update is about, empty for the place itself."""
        period = self.periods[update.period]
        id_ = update.file.place or period.first_place
        return "" if id_ == period.first_place else period.file.places[id_]

    def names(self, period: str, parties: Iterable[str]) -> str:
        """Return parties by their short names, in running text."""
        return joined(self.periods[period].file.parties[party].short for party in parties)

    def title(self, update: Update) -> str:
        """Return an update's headline, or that it was withdrawn."""
        return update.file.title if update.file.title and not update.file.withdrawn else "Tillbakadragen uppdatering"

    def mark(self, update: Update) -> str:
        """Return what sets an update apart in a preview; empty for what is published."""
        if update.file.draft:
            return "Utkast"
        return f"Publiceras {day_in_words(update.day)}" if update.is_later(self.today) else ""

    def home(self, update: Update) -> Link:
        """Return the pledge, or the period, that an update belongs to; the note says which of the two.

        And of which years a pledge is, where the day does not say: lists hold several periods, which may have pledges
        of one name.
        """
        period = self.periods[update.period]
        if not update.pledge:
            return Link(period.file.title, period.address, "Hela perioden")
        pledge = self.pledges[f"{update.period}/{update.pledge}"]
        is_within = period.file.first <= update.day <= period.file.last
        return Link(pledge.file.title, pledge.address, "Löfte" if is_within else f"Löfte {period.years}")

    def line(self, update: Update) -> UpdateLine:
        """Return an update for a list."""
        return UpdateLine(
            title=self.title(update),
            address=update.address,
            published=dated(update.day),
            kind=capital(update.file.kind),
            by=self.names(update.period, update.file.by),
            home=self.home(update),
            summary=update.written.summary,
            place=self.place_of(update),
            mark=self.mark(update),
            corrected=self._corrected(update),
        )

    def _corrected(self, update: Update) -> str:
        """Return that an update has been corrected, and when last; empty where it was not, or is withdrawn."""
        notes = [each.note for each in self._corrected_by(update)]
        return f"Rättad {notes[0]}" if notes and not update.file.withdrawn else ""

    def _corrected_by(self, update: Update) -> tuple[Link, ...]:
        corrections = self._corrections.get(update.ref, ())
        return tuple(self.link(other) for other in corrections if not other.file.withdrawn)

    def _corrects(self, update: Update) -> Link | None:
        other = self._on_page[update.page].get(update.file.corrects or "")
        return self.link(other) if other else None

    def link(self, update: Update) -> Link:
        """Return where an update stands, and its day: whoever reports late is not on time."""
        return Link(self.title(update), update.address, day_in_words(update.day))

    def update(self, update: Update, root: str, *, home: Link | None = None) -> UpdateView:
        """Return an update for a timeline.

        ``home`` is given where it stands as a guest, on another pledge's page, which shows no more than its summary.
        """
        file, history = update.file, self.timelines.get(f"{update.period}/{update.pledge}", Timeline())
        withdrawn = file.withdrawn
        status, before = None if withdrawn else file.status, history.changes.get(update.id)
        return UpdateView(
            id=update.id,
            address=update.address,
            title=self.title(update),
            published=dated(update.day),
            happened="" if withdrawn else _happened(update),
            kind=capital(file.kind),
            by=self.names(update.period, file.by),
            place="" if withdrawn else self.place_of(update),
            is_changed=update.id in history.changes,
            before=capital(before) if before else "",
            status=status_view(status) if status else None,
            reason_label=reason_label(status),
            reason=file.reason or "" if status else "",
            html=Markup() if withdrawn or home else self.html(update.text, root),
            values=() if withdrawn else self._values(update, history),
            sources=() if withdrawn else tuple(map(source_link, file.sources)),
            corrects=self._corrects(update),
            corrected=self._corrected(update),
            corrected_by=self._corrected_by(update),
            mended=() if withdrawn else tuple(Link(each.what, "", day_in_words(each.date)) for each in file.mended),
            withdrawn=self._withdrawal(update),
            also=self._also(update),
            mark=self.mark(update),
            is_background=file.kind is Kind.BACKGROUND,
            summary=update.written.summary,
            home=home,
        )

    def _values(self, update: Update, history: Timeline) -> tuple[str, ...]:
        counts = history.counts.get(update.id)
        measures = self.pledges[f"{update.period}/{update.pledge}"].file.measures if counts else ()
        return values_in_words(counts or (), update.day, measures)

    def _also(self, update: Update) -> tuple[Link, ...]:
        others = (self.pledges.get(f"{update.period}/{other}") for other in update.file.also)
        return tuple(Link(other.file.title, other.address) for other in others if other)

    def changed(self, update: Update) -> date:
        """Return the day on which an update was last published, mended, corrected or withdrawn, or a correction was."""
        corrections = self._corrections.get(update.ref, ())
        gone = (each.file.withdrawn.date for each in corrections if each.file.withdrawn)
        days = (*(each.day for each in corrections), *(each for each in gone if each <= self.today))
        return max(touched(update, self.today), *days, update.day)

    def chain(self, update: Update) -> Iterator[Update]:
        """Yield an update, what it corrects, what that corrects, and so on."""
        other: Update | None = update
        while other:
            yield other
            other = self._on_page[update.page].get(other.file.corrects or "")

    def _withdrawal(self, update: Update) -> str:
        withdrawn = update.file.withdrawn
        if withdrawn is None:
            return ""
        if withdrawn.date > self.today:
            return "Den här uppdateringen är tillbakadragen."
        since = day_in_words(withdrawn.date)
        return f"Den här uppdateringen drogs tillbaka den {since}. Skäl: {withdrawn.reason}"

    # --- Pledges

    def status(self, pledge: Pledge) -> StatusView:
        """Return a pledge's status, or which kind of silence there is instead."""
        history = self.timelines[pledge.ref]
        if history.status:
            return status_view(history.status)
        return UNSTATED if history.has_word else SILENT

    def is_ended(self, period: Period) -> bool:
        """Whether a period's last day has passed."""
        return period.file.last < self.today

    def card(self, pledge: Pledge) -> Card:
        """Return a pledge in short."""
        if pledge.ref not in self._cards:
            self._cards[pledge.ref] = self._card(pledge)
        return self._cards[pledge.ref]

    def _card(self, pledge: Pledge) -> Card:
        history = self.timelines[pledge.ref]
        told = history.latest_status
        return Card(
            title=pledge.file.title,
            address=pledge.address,
            summary=pledge.file.summary,
            responsible=self.responsible(pledge),
            status=self.status(pledge),
            status_note=self._status_note(pledge, history),
            status_place=self.place_of(told) if told else "",
            reason_label=reason_label(history.status),
            reason=told.file.reason or "" if told else "",
            latest=self.line(history.latest) if history.latest else None,
            expected=self._expected(pledge, history.expectation),
            unfinished=UNFINISHED if history.status and self._is_unfinished(pledge) else "",
        )

    def _is_unfinished(self, pledge: Pledge) -> bool:
        """Whether a pledge's period is over and nobody has told how the pledge ended."""
        status = self.timelines[pledge.ref].status
        return self.is_ended(self.periods[pledge.period]) and not (status and status.closes)

    def _expected(self, pledge: Pledge, said: Expectation) -> Expected:
        """Return what is awaited, from ``redovisas_varje`` or the plan, whichever comes first."""
        planned = self.planned.get(pledge.ref, [])
        words = [update.day for update in pledge.updates if reports(update)]
        days = (said.due.last if said.due else None, next_awaited(planned, self.today))
        due = min((day for day in days if day), default=None)
        overdue, late = said.overdue, unanswered(planned, words)
        if self.is_ended(self.periods[pledge.period]):
            overdue, late = None, None  # it never came
        if overdue and late:  # the first of them is told
            overdue, late = (None, late) if late.deadline < overdue.last else (overdue, None)
        missed = [span for span in said.missed if span != overdue]
        lacking = sum(each.state is State.MISSING for each in planned) - (late is not None)
        plan = _lacking(lacking, " till" if late else "")
        return Expected(
            next=f"Nästa uppdatering väntas senast {day_in_words(due)}." if due else "",
            overdue=_overdue(overdue, late, is_withdrawn=overdue in said.withdrawn),
            missed=tuple(_missed(span, is_withdrawn=span in said.withdrawn) for span in missed),
            lacking=plan,
            gaps=" ".join(filter(None, (*_without(missed, said.withdrawn, " till" if overdue else ""), plan))),
        )

    def responsible(self, pledge: Pledge) -> str:
        """Return who answers for a pledge, as the document says it."""
        lead = pledge.file.leads
        others = [party for party in pledge.file.responsible if party != lead]
        if lead and others:
            return f"{self.names(pledge.period, [lead])} i samverkan med {self.names(pledge.period, others)}"
        return self.names(pledge.period, pledge.file.responsible)

    def _status_note(self, pledge: Pledge, history: Timeline) -> str:
        if not history.has_word and (found := self._instead(pledge)):
            return f"Bara {found}"
        if not (history.since and history.latest_status):
            return ""
        if self.is_ended(self.periods[pledge.period]):
            return f"Senaste uppgift om status, {day_in_words(history.latest_status.day)}"
        return f"Sedan {day_in_words(history.since.day)}"

    def _instead(self, pledge: Pledge) -> str:
        """Return what there is of a pledge of which nobody has told how it is going; empty where there is nothing."""
        others = "sådant som hör till andra löften" if self.mentions(pledge) else ""
        return joined(filter(None, (_without_word(pledge), others)))

    def _silence(self, pledge: Pledge, history: Timeline) -> str:
        """Return that nobody has told how a pledge is going, and what there is instead; empty where somebody has."""
        if history.has_word:
            return ""
        found = self._instead(pledge)
        untold = "Ingen har berättat här hur det går med löftet. Det betyder inte att inget har gjorts."
        return f"Här finns bara {found}. {untold}" if found else f"{SILENT.label}. {untold}"

    def pledge(self, pledge: Pledge, root: str) -> PledgeView:
        """Return a pledge's page."""
        period, history = self.periods[pledge.period], self.timelines[pledge.ref]
        area = period.areas[pledge.file.goal]
        goal = next((goal.title for goal in area.goals if goal.id == pledge.file.goal), "")
        before, after = _neighbours(pledge, period)
        earlier = self.pledges.get(pledge.file.continues or "")
        years, older = self._years(pledge, root)
        return PledgeView(
            card=self.card(pledge),
            period=Link(period.file.title, period.address, period.years),
            area=Link(area.title, f"{period.address}#{area.id}"),
            goal=goal,
            is_ended=self.is_ended(period),
            unfinished=UNFINISHED if self._is_unfinished(pledge) else "",
            silence=self._silence(pledge, history),
            wording=self.html(pledge.wording, root),
            easy=self.html(pledge.easy, root),
            criteria=pledge.file.criteria,
            measures=measure_views(pledge, period, history, self._corrections, self.today),
            years=years,
            older=older,
            before=before,
            after=after,
            continues=self._continuation(earlier) if earlier else None,
            continued_by=tuple(self._continuation(each) for each in self._continued.get(pledge.ref, ())),
        )

    def mentions(self, pledge: Pledge) -> tuple[Update, ...]:
        """Return other pledges' updates that mention a pledge."""
        return tuple(self._mentions.get(pledge.ref, ()))

    def _continuation(self, pledge: Pledge) -> Link:
        return Link(pledge.file.title, pledge.address, self.periods[pledge.period].file.title)

    def _years(self, pledge: Pledge, root: str) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
        """Return a pledge's own updates and those of others that mention it, newest first, by year.

        Whole years until there are ``_OPEN``, and the older ones by themselves.
        """
        every = sorted((*pledge.updates, *self.mentions(pledge)), key=lambda update: update.order, reverse=True)
        homes = (None if update.pledge == pledge.id else self.home(update) for update in every)
        years = _by_year(self.update(update, root, home=home) for update, home in zip(every, homes, strict=True))
        before = accumulate((len(year.items) for year in years), initial=0)
        count = sum(number < _OPEN for number, _ in zip(before, years, strict=False))
        return years[:count], years[count:]

    # --- Periods

    def _glance(self, period: Period) -> str:
        """Return what stands above how many pledges have which status."""
        if not self.is_ended(period):
            return "Så ligger det till"
        is_told = any(self.timelines[pledge.ref].status for pledge in period.pledges)
        return "Senast redovisade status" if is_told else "Ingen status har redovisats här"

    def current(self) -> Period | None:
        """Return the period that the start page tells of: the running one, else the last ended, else the next."""
        return self.catalog.current(self.today)

    def period(self, period: Period, root: str) -> PeriodView:
        """Return a period's page."""
        cards = {pledge.id: self.card(pledge) for pledge in period.pledges}
        document = period.file.document
        return PeriodView(
            title=period.file.title,
            address=period.address,
            plan=period.calendar if period.plan else "",
            state=self._state(period),
            when=self._when(period),
            glance=self._glance(period),
            notice=self.notice(period, root),
            counts=_status_counts(card.status for card in cards.values()),
            pledges=len(cards),
            areas=tuple(self._area(period, index, cards, root) for index in range(len(period.file.areas))),
            text=self.html(period.text, root),
            updates=_by_year(self.update(update, root) for update in period.updates),
            document=source_link(document) if document else None,
            signatures=tuple(
                SignatureView(each.name, each.role, each.place, dated(each.date)) for each in period.file.signatures
            ),
            parties=tuple(Link(party.name, party.url) for party in period.file.parties.values()),
            others=tuple(
                Link(other.file.title, other.address, self._state(other))
                for other in reversed(self.catalog.periods)
                if other.id != period.id
            ),
        )

    def latest(self) -> tuple[UpdateLine, ...]:
        """Return the newest updates of all periods: the next one's begin before the start page tells of it."""
        newest = nlargest(LATEST, self.catalog.all_updates(), key=lambda update: update.order)
        return tuple(map(self.line, newest))

    def _state(self, period: Period) -> str:
        first, last = period.file.first, period.file.last
        begins, ends = (
            map(str, (first.year, last.year)) if fills_years(first, last) else map(day_in_words, (first, last))
        )
        if self.today < first:
            return f"Börjar {begins}"
        return f"Avslutad {ends}" if self.is_ended(period) else f"Pågår till och med {ends}"

    def _when(self, period: Period) -> str:
        """Return a period's time in a sentence; empty once it is over, which its notice says."""
        if self.is_ended(period):
            return ""
        will = "kommer att gälla" if self.today < period.file.first else "gäller"
        return f"Löftena {will} {period_in_words(period.file.first, period.file.last)}."

    def notice(self, period: Period, root: str) -> PeriodNotice | None:
        """Return that a period is over, for every page of it; None before."""
        if not self.is_ended(period):
            return None
        text = f"Den här perioden är avslutad. Löftena gällde {period_in_words(period.file.first, period.file.last)}."
        after = period.file.afterwards
        url = ascii_url(after.url) if after and after.url else ""
        return PeriodNotice(text, self.html(period.afterwards, root), url, domain_of(url))

    def period_after(self, period: Period) -> Period | None:
        """Return the period that follows another, if it is known."""
        later = (each for each in self.catalog.periods if each.file.first > period.file.last)
        return next(later, None)

    def _area(self, period: Period, index: int, cards: Mapping[str, Card], root: str) -> AreaView:
        area = period.file.areas[index]
        own = [(area.id, ""), *((goal.id, goal.title) for goal in area.goals)]
        groups = (
            Group(title, tuple(cards[pledge.id] for pledge in period.pledges if pledge.file.goal == id_))
            for id_, title in own
        )
        return AreaView(
            id=area.id,
            title=area.title,
            situation=self.html(period.situations.get(area.id, Text()), root),
            goals=tuple(group for group in groups if group.items or group.title),
        )


def _by_year(updates: Iterable[UpdateView]) -> tuple[Group, ...]:
    """Return updates that are in order by year of publication."""
    years = groupby(updates, lambda each: each.published.iso[:4])
    return tuple(Group(year, tuple(found)) for year, found in years)


def _overdue(said: Span | None, planned: Standing | None, *, is_withdrawn: bool) -> str:
    """Return which update is late and since when: one that the parties said would come, or one of the plan's."""
    if said and is_withdrawn:
        return f"Uppdateringen för {in_words(said)} är tillbakadragen, och ingen ny har kommit."
    if said:
        which, deadline = f"för {in_words(said)}", said.last
    elif planned:
        occurrence = planned.occurrence
        which, deadline = f"om ”{occurrence.title}” ({in_words(occurrence.span)})", planned.deadline
    else:
        return ""
    return f"Uppdateringen {which} är försenad. Den skulle ha kommit senast {day_in_words(deadline)}."


def _lacking(count: int, more: str) -> str:
    """Return how many of the plan's updates have not come; ``more`` is " till" beside one that is told of by itself."""
    if count == 1:
        return f"En planerad uppdatering{more} saknas."
    return f"{count} planerade uppdateringar{more} saknas." if count else ""


def _missed(span: Span, *, is_withdrawn: bool) -> str:
    """Return that a time passed without the update that was said to come, or that it does not stand any more."""
    # A correction or background may have come, and stand.
    if is_withdrawn:
        return f"Den utlovade uppdateringen för {in_words(span)} är tillbakadragen."
    return f"{capital(within(span).strip())} kom ingen utlovad uppdatering."


def _without(missed: Sequence[Span], withdrawn: Container[Span], more: str) -> Iterator[str]:
    """Yield how many times passed without the update that was said to come, and for how many it is gone.

    ``more`` as above.
    """
    gone = sum(span in withdrawn for span in missed)
    if never := len(missed) - gone:
        yield f"{_times(never)}{more} kom ingen utlovad uppdatering."
    if gone:
        yield f"{_times(gone)} är den utlovade uppdateringen tillbakadragen."


def _times(count: int) -> str:
    return "En gång" if count == 1 else f"{count} gånger"


def _without_word(pledge: Pledge) -> str:
    """Return what there is of a pledge of which nothing is told: background, or what has been withdrawn."""
    gone = sum(update.file.withdrawn is not None for update in pledge.updates)
    withdrawn = "en tillbakadragen uppdatering" if gone == 1 else "tillbakadragna uppdateringar"
    return joined(filter(None, ("bakgrund" if len(pledge.updates) > gone else "", withdrawn if gone else "")))


def _happened(update: Update) -> str:
    """Return when it happened that an update tells of; empty where that is the day of publication."""
    span = update.file.happened
    is_new = span is not None and not (span.unit is Unit.DAY and span.first == span.last == update.day)
    return in_words(span) if span and is_new else ""


def touched(update: Update, today: date) -> date:
    """Return the day on which an update's file was last published, mended or withdrawn."""
    mended, withdrawn = update.file.mended, update.file.withdrawn
    since = (withdrawn.date,) if withdrawn and withdrawn.date <= today else ()
    return max(update.day, *(each.date for each in mended), *since) if mended or since else update.day


def _neighbours(pledge: Pledge, period: Period) -> tuple[Link | None, Link | None]:
    """Return the pledges before and after one, as the document has them."""
    row = (None, *(Link(each.file.title, each.address) for each in period.pledges), None)
    at = [each.id for each in period.pledges].index(pledge.id)
    return row[at], row[at + 2]


def _status_counts(statuses: Iterable[StatusView]) -> tuple[StatusCount, ...]:
    """Return a bar's parts: what is done, what is under way, what has stopped, and last what nobody has told of."""
    found = Counter(statuses)
    order = [each for each in (*map(status_view, GLANCE), UNSTATED, SILENT) if each in found]
    widths = [100 * found[each] / found.total() for each in order]
    starts = accumulate(widths, initial=0.0)
    return tuple(
        StatusCount(each, found[each], f"{start:.4g}", f"{width:.4g}", width >= _ROOM)
        for each, start, width in zip(order, starts, widths, strict=False)
    )


def contact_view(contact: Contact) -> ContactView:
    """Return a way to reach somebody as shown."""
    phone, url = contact.phone or "", ascii_url(contact.url) if contact.url else ""
    return ContactView(
        title=contact.title,
        text=contact.text,
        phone=phone,
        tel=re.sub(r"[^\d+]", "", phone),
        url=url,
        site=re.sub(r"^https?://(www\.)?|/$", "", contact.url or ""),
        is_urgent=phone == EMERGENCY,
    )
