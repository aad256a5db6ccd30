"""The content as meant: periods, their pledges, their updates and their plans.

A catalog is complete and free of faults (``reader`` sees to that). What of it a build for a certain day may know is
decided in one place, ``known``: everything further down sees only the result.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

from foljmed.model import Activity, Area, PeriodFile, PlanFile, PledgeFile, UpdateFile
from foljmed.plan import Occurrence, can_be_added
from foljmed.plan import known as known_occurrences
from foljmed.problems import Problem
from foljmed.prose import Text, is_blank, shorten
from foljmed.source import Source
from foljmed.spans import years_in_words

SUMMARY_LENGTH: Final = 300


class Written(Protocol):
    """What stands in an update's file: as written, as HTML, that in short, and the addresses of its images.

    Only ``source`` may be of a later time than the rest. It is for the lines of problems.
    """

    @property
    def source(self) -> Source: ...  # noqa: D102 - as above
    @property
    def text(self) -> Text: ...  # noqa: D102 - as above
    @property
    def summary(self) -> str: ...  # noqa: D102 - as above
    @property
    def is_blank(self) -> bool: ...  # noqa: D102 - as above
    @property
    def images(self) -> tuple[str, ...]: ...  # noqa: D102 - as above


@dataclass(frozen=True)
class AsRead:
    """What stands in a file that has just been read."""

    source: Source
    text: Text

    @cached_property
    def summary(self) -> str:
        """Return the text in short, plain."""
        return shorten(self.text.plain, SUMMARY_LENGTH)

    @property
    def is_blank(self) -> bool:
        """Whether nobody would see or hear anything of the text."""
        return is_blank(self.source.body, self.text)

    @property
    def images(self) -> tuple[str, ...]:
        """Return the addresses of the images that the text shows."""
        return self.text.images


@dataclass(frozen=True)
class Update:
    """One dated entry, of a pledge or (``pledge`` is empty) of its period as a whole."""

    file: UpdateFile
    id: str
    day: date
    period: str
    pledge: str
    written: Written = field(repr=False, compare=False)

    @property
    def source(self) -> Source:
        """Its file as written."""
        return self.written.source

    @property
    def text(self) -> Text:
        """Its text as HTML."""
        return self.written.text

    @property
    def order(self) -> tuple[date, str]:
        """What updates are sorted by: the day, then the stem."""
        return self.day, self.id

    @cached_property
    def ref(self) -> str:
        """Its name within the site, which never changes: ``2021-2022/trygghetsvandringar/2021-04-15-…``."""
        return "/".join(filter(None, (self.period, self.pledge, self.id)))

    @cached_property
    def page(self) -> str:
        """The address of the page it stands on, within the site."""
        return "/".join(filter(None, (self.period, self.pledge))) + "/"

    @cached_property
    def address(self) -> str:
        """Its own address within the site."""
        return f"{self.page}#{self.id}"

    def problem(self, code: str, *place: str | int, **details: object) -> Problem:
        """Return the problem ``code`` at the value that stands at ``place`` in its file."""
        return self.source.problem(code, *place, **details)

    def is_later(self, today: date) -> bool:
        """Whether it is still to be published."""
        return self.day > today


@dataclass(frozen=True)
class Pledge:
    """One promise, with its updates newest first.

    ``digest`` stands for all that was read of its folder, and how; empty where nothing is kept between builds.
    ``targets`` are then the addresses within the site that its texts' links lead to.
    """

    file: PledgeFile
    source: Source = field(repr=False, compare=False)
    id: str
    period: str
    wording: Text = field(default=Text(), repr=False)
    easy: Text = field(default=Text(), repr=False)
    updates: tuple[Update, ...] = ()
    digest: str = field(default="", repr=False, compare=False)
    targets: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @property
    def ref(self) -> str:
        """Its name within the site: ``2021-2022/trygghetsvandringar``."""
        return f"{self.period}/{self.id}"

    @property
    def address(self) -> str:
        """The address of its page within the site."""
        return f"{self.ref}/"


@dataclass(frozen=True)
class Plan:
    """A communication plan with its occurrences in the order of the file."""

    file: PlanFile
    source: Source = field(repr=False, compare=False)
    adopted: date
    occurrences: tuple[Occurrence, ...] = ()
    purpose: Text = field(default=Text(), repr=False)

    @cached_property
    def activities(self) -> Mapping[str, Activity]:
        """The activities by id."""
        return {activity.id: activity for activity in self.file.activities}

    def has_part(self, party: str) -> bool:
        """Whether anything of the plan is a party's to do, be it only what is ongoing."""
        return any(party in activity.responsible for activity in self.file.activities)

    def can_ever_be_added(self, occurrence: Occurrence) -> bool:
        """Whether there is a small calendar file of an occurrence on some day."""
        since = max(self.adopted, occurrence.activity.added or self.adopted)
        days = (since, *(change.decided for change in occurrence.decisions if change.decided > since))
        return any(can_be_added(each, day) for day in days for each in known_occurrences([occurrence], day))


@dataclass(frozen=True)
class Period:
    """A signed document and all that belongs to it."""

    file: PeriodFile
    source: Source = field(repr=False, compare=False)
    id: str
    text: Text = field(default=Text(), repr=False)
    situations: Mapping[str, Text] = field(default_factory=dict, repr=False)
    afterwards: Text = field(default=Text(), repr=False)
    pledges: tuple[Pledge, ...] = ()
    updates: tuple[Update, ...] = ()
    plan: Plan | None = None

    @property
    def address(self) -> str:
        """The address of its page within the site."""
        return f"{self.id}/"

    @property
    def calendar(self) -> str:
        """The address of its plan's page within the site."""
        return f"{self.id}/kalender/"

    @property
    def ways(self) -> str:
        """The address of the ways in to its pledges within the site."""
        return f"{self.id}/loften/"

    def part_address(self, party: str) -> str:
        """Return the address of a party's part of its plan within the site."""
        return f"{self.id}/parter/{party}/"

    @property
    def years(self) -> str:
        """Its years, to tell it from the others in names."""
        return years_in_words(self.file.first, self.file.last)

    @property
    def dated(self) -> date:
        """The document's day: before it nobody knew of the period."""
        document = self.file.document
        if document and document.date:
            return document.date
        return max((signature.date for signature in self.file.signatures), default=self.file.first)

    @property
    def first_place(self) -> str:
        """The id of the place itself; the others are wider areas."""
        return next(iter(self.file.places))

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """The area of each goal's id, and of each area's own."""
        return {id_: area for area in self.file.areas for id_ in (area.id, *(goal.id for goal in area.goals))}

    def all_updates(self) -> Iterator[Update]:
        """Yield the period's own updates and its pledges'."""
        yield from self.updates
        for pledge in self.pledges:
            yield from pledge.updates


@dataclass(frozen=True)
class Catalog:
    """All periods, in the order of time, where the images lie that their texts show, and what may be amiss."""

    periods: tuple[Period, ...] = ()
    images: Mapping[str, Path] = field(default_factory=dict, repr=False)
    warnings: tuple[Problem, ...] = field(default=(), repr=False)

    @cached_property
    def parties(self) -> Mapping[str, str]:
        """The parties' names by id; of a party of several periods, its name in the last."""
        return {id_: party.name for period in self.periods for id_, party in period.file.parties.items()}

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Where, within the site, there is on some day a page, a feed, a calendar or an image made from the content.

        Drafts are yet to come. Left out is ``aldre/`` below a pledge's page, which has the same to tell and is the one
        to link to.
        """
        lists = {(update.file.by, update.day.year) for update in self.all_updates()}
        of_years = (f"{first}{year}/" for by, year in lists for first in (UPDATES, *map(party_updates, by)))
        parties = map(party_updates, self.parties)
        return frozenset(
            (
                *("", "feed.xml", "kalender.ics", "kalender/", "prenumerera/", UPDATES, *of_years),
                *(address for party in parties for address in (party, f"{party}feed.xml", f"{party}kalender.ics")),
                *(address for period in self.periods for address in (*_addresses(period), *_images(period))),
            )
        )

    def current(self, today: date) -> Period | None:
        """Return the period that is running, else the last that was, else the next; None when there is none."""
        begun = [period for period in self.periods if period.file.first <= today]
        return begun[-1] if begun else next(iter(self.periods), None)

    def all_updates(self) -> Iterator[Update]:
        """Yield every update of every period."""
        for period in self.periods:
            yield from period.all_updates()


UPDATES: Final = "uppdateringar/"


def party_updates(party: str) -> str:
    """Return the address of a party's updates within the site."""
    return f"parter/{party}/"


def _addresses(period: Period) -> Iterator[str]:
    """Yield the addresses of what is made of a period."""
    yield from (period.address, period.ways, f"{period.address}feed.xml")
    yield from (f"{period.id}/omraden/{area.id}/feed.xml" for area in period.file.areas)
    for pledge in period.pledges:
        yield from (pledge.address, f"{pledge.address}feed.xml", f"{pledge.address}kalender.ics")
    if plan := period.plan:
        yield period.calendar
        yield from (period.part_address(party) for party in period.file.parties if plan.has_part(party))
        added = filter(plan.can_ever_be_added, plan.occurrences)
        yield from (f"{period.calendar}{each.anchor}.ics" for each in added)


def known(catalog: Catalog, today: date, *, preview: bool = False) -> Catalog:
    """Return what a build for ``today`` may know: nothing dated later, no drafts.

    A preview knows updates that are drafts or still to come; they stay recognisable by ``draft`` and their day.
    One exception to the rule of days: a withdrawal always hides, also before its own date.
    """
    periods = tuple(_known_period(each, today, preview=preview) for each in catalog.periods if each.dated <= today)
    shown = {image for period in periods for image in _images(period)}
    images = {address: file for address, file in catalog.images.items() if address in shown}
    return replace(catalog, periods=periods, images=images)


def _known_period(period: Period, today: date, *, preview: bool) -> Period:
    ended = period.file.last < today
    plan = period.plan
    return replace(
        period,
        file=period.file if ended else period.file.model_copy(update={"afterwards": None}),
        afterwards=period.afterwards if ended else Text(),
        updates=_known_updates(period.updates, today, preview=preview),
        pledges=tuple(
            replace(pledge, updates=_known_updates(pledge.updates, today, preview=preview)) for pledge in period.pledges
        ),
        plan=_known_plan(plan, today) if plan and plan.adopted <= today else None,
    )


def _known_updates(updates: tuple[Update, ...], today: date, *, preview: bool) -> tuple[Update, ...]:
    return tuple(
        _known_update(update, today)
        for update in updates
        if preview or not (update.file.draft or update.is_later(today))
    )


def _known_update(update: Update, today: date) -> Update:
    mended = tuple(each for each in update.file.mended if each.date <= max(today, update.day))
    return replace(update, file=update.file.model_copy(update={"mended": mended})) if update.file.mended else update


def _known_plan(plan: Plan, today: date) -> Plan:
    activities = tuple(each for each in plan.file.activities if each.added is None or each.added <= today)
    file = plan.file.model_copy(update={"activities": activities})
    return replace(plan, file=file, occurrences=known_occurrences(plan.occurrences, today))


def _images(period: Period) -> Iterator[str]:
    texts = [period.text, period.afterwards, *period.situations.values()]
    texts += [text for pledge in period.pledges for text in (pledge.wording, pledge.easy)]
    for text in texts:
        yield from text.images
    for update in period.all_updates():
        yield from update.written.images
