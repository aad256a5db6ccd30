"""What the files of a catalog must agree on: references, days, places, numbers.

Each check yields problems; none stops another. A file that could not be read is not in the catalog, but in the tree,
so that references to it are not called unknown.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from foljmed.cache import Cache
from foljmed.catalog import Catalog, Period, Plan, Pledge, Update
from foljmed.model import ONGOING, Activity, Change, Measure, Recurrence
from foljmed.plain_yaml import Place
from foljmed.plan import MOST_OCCURRENCES, Occurrence, occurrences
from foljmed.problems import Fault, Problem, suggest, there_is
from foljmed.prose import is_blank
from foljmed.source import Source
from foljmed.spans import Span, Unit, day, day_in_words, in_words, meant_when, parse_when, whole
from foljmed.timeline import times
from foljmed.tree import MANY, RESERVED_ACTIVITIES, RESERVED_AREAS, PeriodFolder, Tree
from foljmed.values import Every, Kind, MeasureKind, Per

_LONG_AFTER = 5  # years after a period; nothing is told of it so late, but a slip in the year of a day may say so
_LONG_AGO = 10  # years before a period; what is told of it is seldom older
_PER_ONE = {Per.MONTH: "en månad", Per.QUARTER: "ett kvartal", Per.YEAR: "ett år", Per.PERIOD: "perioden"}
_NOTHING = {
    Every.MONTH: "ingen hel månad",
    Every.QUARTER: "inget helt kvartal",
    Every.HALF: "inget helt halvår",
    Every.YEAR: "inget helt år",
}


def check(catalog: Catalog, tree: Tree, cache: Cache | None = None) -> Iterator[Problem]:
    """Yield every problem between the files of a catalog; what was found to be right is noted in a cache."""
    folders = {folder.id: folder for folder in tree.periods}
    yield from _overlaps(catalog.periods)
    for period in catalog.periods:
        folder = folders[period.id]
        yield from _period(period)
        around = _around(period, folder)
        for pledge in period.pledges:
            yield from _pledge(pledge, period, catalog, tree)
            is_noted = cache and pledge.digest and len(pledge.updates) >= MANY
            key = cache.key((b"right", around, pledge.digest.encode())) if cache and is_noted else ""
            if cache and cache.has(key):
                continue
            found = tuple(updates(pledge.updates, period, folder, pledge))
            yield from found
            if cache and key and not found:
                cache.put(key, b"")
        yield from _numbers(period.pledges)
        yield from updates(period.updates, period, folder, None)
        if period.plan:
            yield from _plan(period.plan, period, folder)


def _around(period: Period, folder: PeriodFolder) -> bytes:
    """Return a digest of all but a pledge's own folder that its updates are compared with.

    No check looks at a file once more: it may be another one by then.
    """
    plan = period.plan.source.yaml if period.plan else ""
    pledges = [pledge.id for pledge in folder.pledges]
    around = (period.source.yaml, plan, period.plan is None, folder.plan is None, pledges)
    return hashlib.sha256(repr(around).encode()).digest()


_PARTS = re.compile(r"\s*,\s*|\s+och\s+")


def _as_list(parts: list[str]) -> str:
    return f"Skriv dem som en lista: [{', '.join(parts)}]."


def _reference(
    source: Source | Update, value: str, known: Collection[str], what: str, *place: str | int
) -> Iterator[Problem]:
    """Yield the problem of a reference to what is not there."""
    if value not in known:
        choices = list(known)
        parts = _PARTS.split(value)
        own = re.split("[/#]", value.rstrip("/"))[-1].removesuffix(".md")  # of the site's address, or a command's name
        several = len(parts) > 1 and all(part in choices for part in parts)
        hint = _as_list(parts) if several else suggest(own if own in choices else value, choices)
        yield source.problem("unknown-reference", *place, about=[value], value=value, what=what, hint=hint)


def _occurrence(
    source: Source | Update, key: str, known: Mapping[str, Occurrence], id_: str, *place: str | int
) -> Iterator[Problem]:
    """Yield the problem of a reference to a time at which an activity does not take place."""
    if key not in known:
        details = {"value": key, "what": f"tillfällena för {id_}", "hint": _other_time(key, known)}
        yield source.problem("unknown-reference", *place, about=[key], **details)


def _other_time(key: str, known: Mapping[str, Occurrence]) -> str:
    """Return what to write instead of a time: another is not meant because its figures are much the same."""
    with suppress(Fault):
        wanted = parse_when(meant_when(key))
        for name, each in known.items():
            if str(wanted) in map(str, each.times[1:]):
                return f"Tillfället som är flyttat dit heter {name}."
        spans = {name: each.first_written for name, each in known.items()}
        near = [name for name, span in spans.items() if span.contains(wanted) or wanted.contains(span)]
        if len(near) == 1:
            return f"Menade du ”{near[0]}”?"
    return there_is(list(known))


def _references(
    source: Source | Update, values: Sequence[str], known: Iterable[str], what: str, *place: str | int
) -> Iterator[Problem]:
    choices = list(known)
    for index, value in enumerate(values):
        if value in values[:index]:
            yield source.problem("doubled-value", *place, index, value=value)
        else:
            yield from _reference(source, value, choices, what, *place, index)


def _doubled(source: Source, ids: list[str], what: str, *place: str | int) -> Iterator[Problem]:
    seen = set[str]()
    for index, id_ in enumerate(ids):
        if id_ in seen:
            yield source.problem("doubled-id", *place, index, "id", id=id_, what=what)
        seen.add(id_)


# --- Periods


def _overlaps(periods: tuple[Period, ...]) -> Iterator[Problem]:
    for before, after in pairwise(periods):
        if after.file.first <= before.file.last:
            first, last = day_in_words(after.file.first), day_in_words(before.file.last)
            yield after.source.problem("overlapping-periods", "börjar", first=first, last=last, other=before.id)


def _period(period: Period) -> Iterator[Problem]:
    file, source = period.file, period.source
    if file.last < file.first:
        first, last = day_in_words(file.first), day_in_words(file.last)
        yield source.problem("reversed-period", "slutar", first=first, last=last)
    yield from _doubled(source, [area.id for area in file.areas], "område", "områden")
    for index, area in enumerate(file.areas):
        if area.id in RESERVED_AREAS:
            yield source.problem("reserved-id", "områden", index, "id", id=area.id)
        yield from _doubled(source, [goal.id for goal in area.goals], "mål", "områden", index, "mål")
    yield from _shared_ids(period)
    for index, signature in enumerate(file.signatures):
        yield from _reference(source, signature.party, file.parties, "parterna", "underskrifter", index, "part")


def _shared_ids(period: Period) -> Iterator[Problem]:
    """Yield goals named as an area, or as a goal of another area: a pledge's ``mål`` must lead to one place."""
    owner = {area.id: area.id for area in period.file.areas}
    for index, area in enumerate(period.file.areas):
        for number, goal in enumerate(area.goals):
            if owner.setdefault(goal.id, area.id) != area.id or goal.id == area.id:
                place = ("områden", index, "mål", number, "id")
                yield period.source.problem("doubled-id", *place, id=goal.id, what="område och mål")


# --- Pledges


def _numbers(pledges: tuple[Pledge, ...]) -> Iterator[Problem]:
    for before, after in pairwise(pledges):
        if before.file.number == after.file.number:
            yield after.source.problem("doubled-number", "nummer", number=after.file.number, other=before.id)


def _pledge(pledge: Pledge, period: Period, catalog: Catalog, tree: Tree) -> Iterator[Problem]:
    file, source = pledge.file, pledge.source
    if is_blank(source.body, pledge.wording):
        expected = "Skriv löftets ordalydelse, ord för ord ur dokumentet, under nycklarna."
        yield source.body_problem(Fault("no-text", expected=expected))
    yield from _reference(source, file.goal, period.areas, "periodens områden och mål", "mål")
    yield from _references(source, file.responsible, period.file.parties, "parterna", "ansvariga")
    if file.leads:
        yield from _reference(source, file.leads, period.file.parties, "parterna", "leder")
        if file.leads in period.file.parties and file.leads not in file.responsible:
            yield source.problem("leads-without-being-responsible", "leder", value=file.leads)
    yield from _doubled(source, [measure.id for measure in file.measures], "mått", "mått")
    for index, measure in enumerate(file.measures):
        if measure.place:
            yield from _reference(source, measure.place, period.file.places, "platserna", "mått", index, "gäller")
        if measure.target is not None and measure.kind is MeasureKind.LEVEL:
            yield source.problem("target-for-level", "mått", index, "målvärde")
        elif measure.target is not None and measure.target < 0:
            yield source.problem("negative-count", "mått", index, "målvärde", measure=measure.name)
    if file.continues:
        yield from _continues(pledge, file.continues, catalog, tree)


def _continues(pledge: Pledge, value: str, catalog: Catalog, tree: Tree) -> Iterator[Problem]:
    every = (f"{folder.id}/{each.id}" for folder in tree.periods for each in folder.pledges)
    known = [ref for ref in every if ref != pledge.ref]
    unknown = list(_reference(pledge.source, value, known, "löftena", "fortsätter"))
    yield from unknown
    order = [period.id for period in catalog.periods]
    earlier = value.split("/", 1)[0]
    if not unknown and earlier in order and order.index(earlier) >= order.index(pledge.period):
        yield pledge.source.problem("continues-later", "fortsätter", value=value)


# --- Updates


def updates(
    every: tuple[Update, ...], period: Period, folder: PeriodFolder, pledge: Pledge | None
) -> Iterator[Problem]:
    """Yield every problem between a pledge's updates, or the period's own, and the other files."""
    taken: dict[object, str] = {}
    room, abouts = _room_for_days(period), times(every)
    for update in reversed(every):
        yield from _update(update, period, room)
        yield from _status(update)
        yield from _place_and_values(update, period, pledge, abouts.get(update.id) or day(update.day))
        yield from _connections(update, period, folder, pledge)
        if update.file.status and not update.file.withdrawn and not update.file.draft:
            if update.day in taken:
                yield update.problem("two-statuses", "status", other=taken[update.day])
            taken.setdefault(update.day, f"{update.id}.md")


def _update(update: Update, period: Period, room: tuple[date, date]) -> Iterator[Problem]:
    file = update.file
    if not room[0] <= update.day <= room[1]:
        code = "too-early" if update.day < room[0] else "far-ahead"
        first, last = day_in_words(period.file.first), day_in_words(period.file.last)
        yield Fault(code, day=day_in_words(update.day), first=first, last=last).at(update.source.path, 1)
    happened = file.happened
    if happened and happened.first > update.day and file.kind is not Kind.INFORMATION:
        on, first = day_in_words(update.day), day_in_words(happened.first)
        yield update.problem("looks-ahead", "hände", first=first, day=on)
    if happened and file.kind is not Kind.BACKGROUND and happened.last.year < period.file.first.year - _LONG_AGO:
        yield update.problem("old-happened", "hände", value=in_words(happened))
    yield from _references(update, file.by, period.file.parties, "parterna", "av")
    yield from _withdrawal_or_text(update)
    if file.kind is Kind.RESULT and not file.sources and not file.withdrawn:
        yield update.problem("source-missing", "typ")
    dates: list[tuple[str, str | int, date]] = [("rättat", index, each.date) for index, each in enumerate(file.mended)]
    dates += [("tillbakadraget", "datum", file.withdrawn.date)] if file.withdrawn else []
    for key, step, on_day in dates:
        if on_day < update.day:
            published = day_in_words(update.day)
            yield update.problem("before-publication", key, step, day=day_in_words(on_day), published=published)


def _room_for_days(period: Period) -> tuple[date, date]:
    """Return the first and the last day that an update is likely to be published on."""
    return period.file.first - relativedelta(years=1), period.file.last + relativedelta(years=_LONG_AFTER)


def _withdrawal_or_text(update: Update) -> Iterator[Problem]:
    file = update.file
    if file.withdrawn:
        if file.title:
            yield update.problem("withdrawn-text", "titel")
        elif update.text.html:
            source = update.source
            yield source.body_problem(Fault("withdrawn-text"), next(iter(source.body.split()), None))
    elif update.written.is_blank:
        yield update.source.body_problem(Fault("no-text", expected="Skriv vad som har hänt, under nycklarna."))


def _status(update: Update) -> Iterator[Problem]:
    file = update.file
    if file.status and not update.pledge:
        yield update.problem("not-on-period", "status", key="status")
    elif file.status and file.kind is Kind.BACKGROUND:
        yield update.problem("status-on-background", "status")
    elif file.status and file.status.needs_reason and not file.reason and not file.withdrawn:
        yield update.problem("reason-missing", "status", status=file.status)
    if file.reason and not file.status:
        yield update.problem("reason-without-status", "skäl")
    if file.fulfils and file.kind is Kind.BACKGROUND:
        yield update.problem("fulfils-by-background", "uppfyller")


def _place_and_values(update: Update, period: Period, pledge: Pledge | None, about: Span) -> Iterator[Problem]:
    file = update.file
    if file.place:
        yield from _reference(update, file.place, period.file.places, "platserna", "gäller")
    if pledge is None:
        if file.values:
            yield update.problem("not-on-period", "värden", key="värden")
        return
    measures = {measure.id: measure for measure in pledge.file.measures}
    for id_, value in file.values.items():
        unknown = list(_reference(update, id_, measures, "löftets mått", "värden", id_))
        yield from unknown
        if not unknown:
            yield from _value(update, period, measures[id_], about, negative=value < 0)


def _value(update: Update, period: Period, measure: Measure, span: Span, *, negative: bool) -> Iterator[Problem]:
    places = period.file.places
    place = ("värden", measure.id)
    right, wrong = (each or period.first_place for each in (measure.place, update.file.place))
    if right != wrong and right in places and wrong in places:
        details = {"expected": places[right], "found": places[wrong], "place": right}
        yield update.problem("value-place", *place, measure=measure.name, **details)
    if measure.per and not _room(measure.per, span, period).contains(span):
        per, per_one = measure.per, _PER_ONE[measure.per]
        yield update.problem("value-span", *place, measure=measure.name, per=per, per_one=per_one, found=in_words(span))
    if negative and measure.kind is MeasureKind.COUNT:
        yield update.problem("negative-count", *place, measure=measure.name)
    yield from _counted(update, period, measure, span)


def _counted(update: Update, period: Period, measure: Measure, span: Span) -> Iterator[Problem]:
    """Yield what would count as done though nobody has told that it was done for the pledge."""
    place = ("värden", measure.id)
    if span.first > update.day:
        details = {"first": in_words(span), "day": day_in_words(update.day)}
        yield update.problem("value-ahead", *place, measure=measure.name, **details)
    elif not measure.adds_up_over_period:
        return
    elif update.file.kind is Kind.BACKGROUND:
        yield update.problem("value-by-background", *place, measure=measure.name)
    elif span.last < period.file.first and measure.per is None:  # else told as too wide
        first = day_in_words(period.file.first)
        yield update.problem("value-before", *place, measure=measure.name, found=in_words(span), first=first)


def _room(per: Per, span: Span, period: Period) -> Span:
    """Return the time that a value must lie within: the month, quarter or year it begins in, or the whole period."""
    if per.unit is None:
        return Span(period.file.first, max(period.file.last, span.last), Unit.DAY)
    return whole(span.first, per.unit)


def _connections(update: Update, period: Period, folder: PeriodFolder, pledge: Pledge | None) -> Iterator[Problem]:
    file = update.file
    if pledge and pledge.id in file.also:
        yield update.problem("also-itself", "även", file.also.index(pledge.id), value=pledge.id)
    if file.also:
        yield from _references(update, file.also, [each.id for each in folder.pledges], "periodens löften", "även")
    if file.corrects:
        yield from _corrects(update, file.corrects, folder)
        corrected = next((each.file for each in (pledge or period).updates if each.id == file.corrects), None)
        if corrected and corrected.draft and not file.draft:
            yield update.problem("corrects-draft", "rättar", value=file.corrects)
        if corrected and corrected.withdrawn and not file.withdrawn:
            counted = ", och dess värden räknas fortfarande" if file.values else ""
            details = {"value": file.corrects, "counted": counted, "ref": update.ref}
            yield update.problem("corrects-withdrawn", "rättar", **details)
    if period.plan or not folder.plan:
        for index, ref in enumerate(file.fulfils):
            if ref in file.fulfils[:index]:
                yield update.problem("doubled-value", "uppfyller", index, value=ref)
            else:
                yield from _fulfils(update, ref, period.plan, index)


def _corrects(update: Update, value: str, folder: PeriodFolder) -> Iterator[Problem]:
    home = next((each.updates for each in folder.pledges if each.id == update.pledge), folder.updates)
    if value == update.id:
        yield update.problem("corrects-itself", "rättar")
        return
    known = {name.id: name.day for name in home if name.id != update.id}
    what = "löftets uppdateringar" if update.pledge else "periodens egna uppdateringar"
    unknown = list(_reference(update, value, known, what, "rättar"))
    yield from unknown
    if not unknown and (known[value], value) > update.order:
        yield update.problem("corrects-later", "rättar", value=value)


def _fulfils(update: Update, ref: str, plan: Plan | None, index: int) -> Iterator[Problem]:
    activities = plan.activities if plan else {}
    id_, _, key = ref.partition("@")
    parts = _PARTS.split(ref)
    if len(parts) > 1 and all(part.partition("@")[0] in activities for part in parts):
        hint = _as_list(parts)
        yield update.problem("unknown-reference", "uppfyller", index, value=ref, what="planens aktiviteter", hint=hint)
        return
    unknown = list(_reference(update, id_ or ref, activities, "planens aktiviteter", "uppfyller", index))
    yield from unknown
    if unknown:
        return
    if plan and len(activities) < len(plan.file.activities) and _has_twice(plan, id_):  # which is told of the plan
        return
    if activities[id_].when == ONGOING:
        yield update.problem("fulfils-ongoing", "uppfyller", index, value=id_)
        return
    known = {each.key: each for each in occurrences(activities[id_])}
    if key:
        yield from _occurrence(update, key, known, id_, "uppfyller", index)
    elif len(known) > 1:
        yield update.problem("fulfils-which", "uppfyller", index, value=id_, example=next(iter(known)))
    chosen = known.get(key) if key else next(iter(known.values()), None)
    if chosen and chosen.cancelled:
        yield update.problem("fulfils-cancelled", "uppfyller", index, value=ref)
    elif chosen and chosen.span.first > update.day:
        when = in_words(chosen.span)
        yield update.problem("fulfils-later", "uppfyller", index, value=ref, when=when, day=day_in_words(update.day))


def _has_twice(plan: Plan, id_: str) -> bool:
    return sum(activity.id == id_ for activity in plan.file.activities) > 1


# --- The plan


def _plan(plan: Plan, period: Period, folder: PeriodFolder) -> Iterator[Problem]:
    yield from _doubled(plan.source, [activity.id for activity in plan.file.activities], "aktivitet", "aktiviteter")
    taken = {*RESERVED_ACTIVITIES, *(each.anchor for each in plan.occurrences)}
    pledges = [pledge.id for pledge in folder.pledges]
    for index, activity in enumerate(plan.file.activities):
        place = ("aktiviteter", index)
        if activity.id in taken:
            yield plan.source.problem("reserved-id", *place, "id", id=activity.id)
        yield from _references(plan.source, activity.responsible, period.file.parties, "parterna", *place, "ansvariga")
        yield from _references(plan.source, activity.pledges, pledges, "periodens löften", *place, "löften")
        yield from _occurrences(plan, activity, place)
        if activity.reported and activity.when == ONGOING:
            yield plan.source.problem("report-ongoing", *place, "redovisas", id=activity.id)
        for number, change in enumerate(activity.changes):
            yield from _change(plan, activity, change, (*place, "ändringar", number))


def _occurrences(plan: Plan, activity: Activity, place: Place) -> Iterator[Problem]:
    source, found = plan.source, occurrences(activity)
    if not found and isinstance(activity.when, Recurrence):
        when = activity.when
        code = "reversed-recurrence" if when.until.last < when.start.first else "no-occurrence"
        yield source.problem(code, *place, "när", first=when.start, last=when.until, nothing=_NOTHING[when.every])
    if len(found) > MOST_OCCURRENCES:
        yield source.problem("too-many-occurrences", *place, "när", count=len(found), most=MOST_OCCURRENCES)
        return
    for key, count in Counter(each.key for each in found).items():
        if count > 1:
            yield source.problem("doubled-occurrence", *place, "när", value=key)
    yield from _days(plan, activity, found, place)


def _days(plan: Plan, activity: Activity, found: tuple[Occurrence, ...], place: Place) -> Iterator[Problem]:
    """Yield what is wrong with the day an activity was added: a plan can't promise what has been already."""
    added, source = activity.added, plan.source
    if added and added <= plan.adopted:
        on, adopted = day_in_words(added), day_in_words(plan.adopted)
        yield source.problem("added-early", *place, "tillagd", day=on, adopted=adopted)
    for each in found:
        if added and each.first_written.last < added:
            value, on = in_words(each.first_written), day_in_words(added)
            yield source.problem("added-late", *place, "när", value=value, day=on)


def _change(plan: Plan, activity: Activity, change: Change, place: Place) -> Iterator[Problem]:
    source = plan.source
    if not any((change.moved_to, change.cancelled, change.place, change.title, change.note)):
        yield source.problem("change-without-content", *place)
    if change.moved_to and change.cancelled:
        yield source.problem("change-both", *place)
    known = {each.key: each for each in occurrences(activity)}
    if not known:
        if activity.when == ONGOING:
            yield source.problem("change-ongoing", *place)
        return
    if change.occurrence:
        yield from _occurrence(source, change.occurrence, known, activity.id, *place, "tillfälle")
    elif change.moved_to and len(known) > 1:
        yield source.problem("change-which", *place, example=next(iter(known)))
    yield from _decision(plan, activity, change, known, place)


def _decision(
    plan: Plan, activity: Activity, change: Change, known: dict[str, Occurrence], place: Place
) -> Iterator[Problem]:
    """Yield a decision taken after what it decides about, or before that stood in the plan."""
    decided = day_in_words(change.decided)
    since = activity.added or plan.adopted
    if change.decided < since:
        yield plan.source.problem("change-early", *place, "beslutad", decided=decided, known=day_in_words(since))
    if change.moved_to and change.moved_to.last < change.decided:
        moved_to = in_words(change.moved_to)
        yield plan.source.problem("moved-back", *place, "flyttad_till", value=moved_to, decided=decided)
    about = (each.first_written for key, each in known.items() if change.occurrence in (None, key))
    latest = max(about, key=lambda span: span.last, default=None)
    if latest and change.decided > latest.last and not _moved_before(activity, change):
        yield plan.source.problem("change-late", *place, "beslutad", decided=decided, value=in_words(latest))


def _moved_before(activity: Activity, change: Change) -> bool:
    """Whether an earlier decision had moved the occurrence to a day that this one still precedes."""
    return any(
        other.moved_to and other.decided < change.decided <= other.moved_to.last
        for other in activity.changes
        if other.occurrence in (None, change.occurrence)
    )
