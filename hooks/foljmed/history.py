"""What has been published stays: the content now against the content at a commit of git.

Published is what a build for ``today`` shows of the commit's content: no drafts, nothing dated later. It is compared
by what readers see and know it by, ids and addresses, not by files. What can't be read, then or now, is not compared;
now it is a problem of its own, then a warning. Free to change are links and markup, pictures, what an update fulfils,
and the texts about a period and a pledge that are not its wording.
"""

import posixpath
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from foljmed import differences
from foljmed.catalog import Catalog, Period, Plan, Pledge, Update, known
from foljmed.guard import TEMPLATE_MARK
from foljmed.model import ONGOING, Activity
from foljmed.past import read_past
from foljmed.plain_yaml import quoted
from foljmed.plan import Occurrence, occurrences
from foljmed.problems import Fault, InvalidContent, Problem, first_of
from foljmed.rewritten import (
    answered_for,
    body_line,
    changed_promises,
    changed_sources,
    dates,
    holds_decision,
    promised,
    raw,
    seen,
    update_problems,
)
from foljmed.settings import Project
from foljmed.source import Source, read_markdown, read_settings
from foljmed.spans import Span, day_in_words, in_words
from foljmed.timeline import expectation
from foljmed.tree import PERIOD_FILE, PLAN_FILE, PLEDGE_FILE
from foljmed.values import slug

_MOST_NAMED: Final = 3
# From writing to publishing; a day before that is another than the one of publication.
_SOON: Final = timedelta(days=7)
# How it is told of a file or a folder that nobody reads, because of its name or place.
_MISNAMED: Final = ("bad-id", "bad-update-name", "stray-file", "stray-folder")
# The content as ``reader.read`` gives it: what can be read of it, and what is wrong with it by itself.
Now = tuple[Catalog, tuple[Problem, ...]]


# --- From git


def since(project: Project, revision: str, now: Now, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with a project, and what in it breaks with what was published at a commit, sorted.

    Of what comes of something being gone, only that it is gone is told. Raises InvalidContent where git can't tell.
    """
    try:
        past = read_past(project, revision)
    except Fault as fault:
        raise InvalidContent([fault.at(project.config.name, 1)]) from None
    before = known(past.catalog, today)
    told = list(past.problems)
    told += _authority(past.authority, project) if before.periods else ()
    unread = {problem.path for problem in past.problems}
    found = compare(before, now, project, today, revision)
    told += (each for each in found if not (each.code == "old-day" and each.path in unread))
    periods = {period.id for period in (*before.periods, *now[0].periods)}
    gone = {name for problem in told for name in _about(problem, periods)}
    told += (each for each in now[1] if not gone & {each.path, *_about(each, periods)})
    return tuple(sorted(set(told)))


def _about(problem: Problem, periods: Collection[str]) -> set[str]:
    """Return what a problem misses: paths and refs as they are, ids with the period that they belong to."""
    period = next((step for step in problem.path.split("/") if step in periods), "")
    return {name if "/" in name else f"{period}:{name}" for name in problem.about}


def _authority(old: str, project: Project) -> Iterator[Problem]:
    if old not in ("", project.settings.id_authority):
        source = read_settings(project.config)
        yield source.problem("changed-authority", "extra", "foljmed", "id_authority", was=old)


# --- Then and now


def compare(before: Catalog, now: Now, project: Project, today: date, revision: str = "HEAD") -> Iterator[Problem]:
    """Yield all in ``now`` that breaks with ``before``, which is what was known of it on ``today``.

    The project's folder is asked only whether a file that is not in ``now`` is gone or can't be read, or lies under a
    name that none may have. ``revision`` is where git has what is gone.
    """
    after, problems = now
    misnamed = tuple(problem.path for problem in problems if problem.code in _MISNAMED)
    yield from _Comparison(before, after, project, today, revision, misnamed).problems()


@dataclass(frozen=True)
class _Comparison:
    """What was published, and what there is now."""

    before: Catalog
    after: Catalog
    project: Project
    today: date
    revision: str
    misnamed: tuple[str, ...]

    @cached_property
    def new_updates(self) -> Mapping[str, Update]:
        """Updates that were not published, by their words: perhaps others' under a new name."""
        old = {update.ref for update in self.before.all_updates()}
        return {raw(update.source): update for update in self.after.all_updates() if update.ref not in old}

    @cached_property
    def old_words(self) -> frozenset[str]:
        """What was published, word for word."""
        return frozenset(raw(update.source) for update in self.before.all_updates())

    def problems(self) -> Iterator[Problem]:
        """Yield all that breaks with what was published."""
        now = {period.id: period for period in self.after.periods}
        for period in self.before.periods:
            if period.id in now:
                yield from self._period(period, now.pop(period.id))
            elif not self._is_there(period.id, PERIOD_FILE):
                yield self._gone_period(period, now.values())

    def _is_there(self, *steps: str) -> bool:
        """Whether a file lies where it lay, though it may not be readable."""
        return self.project.content.joinpath(*filter(None, steps)).is_file()

    def _hidden(self, source: Source, until: date | None, what: str, *place: str | int) -> Iterator[Problem]:
        if until and until > self.today:
            yield source.problem("hidden-again", *place, what=what, day=day_in_words(until))

    def _period(self, before: Period, after: Period) -> Iterator[Problem]:
        yield from self._hidden(after.source, after.dated, "Perioden", "källa", "datum")
        if before.dated < after.dated <= self.today:  # reports are awaited from then on
            yield after.source.problem("changed-promise", "källa", "datum", key="datum under källa", value=before.dated)
        yield from changed_promises(after.source, dates(before), dates(after))
        parties = [{id_: party.name for id_, party in period.file.parties.items()} for period in (before, after)]
        yield from _gone_ids(after.source, "Parten", "parter", *parties)
        yield from _gone_ids(after.source, "Platsen", "platser", before.file.places, after.file.places)
        if before.first_place in after.file.places and after.first_place != before.first_place:
            key, was = "den första av platser", before.first_place  # which all is about that names no other
            yield after.source.problem("changed-promise", "platser", key=key, value=was)
        yield from _gone_ids(after.source, "Området eller målet", "områden", _areas(before), _areas(after))
        now = {pledge.id: pledge for pledge in after.pledges}
        for pledge in before.pledges:
            if pledge.id in now:
                yield from self._pledge(pledge, now.pop(pledge.id))
            elif not self._is_there(before.id, pledge.id, PLEDGE_FILE):
                yield self._gone_pledge(pledge, now.values())
        yield from self._new_pledges(before, after)
        yield from self._updates(before.updates, after.updates)
        yield from self._plan(before, after)

    def _new_pledges(self, before: Period, after: Period) -> Iterator[Problem]:
        """Yield those that would be said to have been silent before they were there."""
        old = {each.id for each in before.pledges} | {raw(each.source) for each in before.pledges}
        for pledge in after.pledges:
            missed = expectation(pledge, after, (), self.today).missed
            if missed and not old & {pledge.id, raw(pledge.source)}:
                details = {"day": day_in_words(after.dated), "value": _several([in_words(each) for each in missed])}
                yield pledge.source.problem("silent-before", "redovisas_varje", today=self.today, **details)

    def _pledge(self, before: Pledge, after: Pledge) -> Iterator[Problem]:
        old, new = before.source.body, after.source.body
        if old != new and (old := seen(before.source)) != (new := seen(after.source)):
            fault = Fault("changed-wording", change=differences.in_words(old, new))
            yield fault.at(after.source.path, body_line(before.source, after.source))
        if differences.is_another(before.file.title, after.file.title):
            yield after.source.problem("other-name", "titel", what="Löftet", value=after.id, was=before.file.title)
        # Of two with one id, which is told of itself, the first.
        measures = [{each.id: each.name for each in reversed(pledge.file.measures)} for pledge in (before, after)]
        yield from _gone_ids(after.source, "Måttet", "mått", *measures)
        yield from changed_sources(before, after)
        yield from changed_promises(after.source, promised(before, before, after), promised(after, before, after))
        for criterion in before.file.criteria:
            if all(differences.matter(criterion, other) for other in after.file.criteria):
                yield after.source.problem("changed-promise", "kriterier", key="kriterier", value=criterion)
        yield from self._updates(before.updates, after.updates)

    def _updates(self, before: tuple[Update, ...], after: tuple[Update, ...]) -> Iterator[Problem]:
        now = {update.id: update for update in after}
        for update in before:
            if update.id in now:
                yield from update_problems(update, now[update.id], self.today)
            elif not self._is_there(update.period, update.pledge, f"{update.id}.md"):
                yield self._gone_update(update)
        published = {update.id for update in before}
        for update in after:
            is_new = update.id not in published and raw(update.source) not in self.old_words
            if is_new and update.day < self.today - _SOON and not update.file.draft:
                yield Fault("old-day", day=update.day).at(update.source.path, 1)

    def _gone_update(self, update: Update) -> Problem:
        """Return that an update is gone, or under which other name it is found."""
        was, other = update.source.path, self.new_updates.get(raw(update.source)) if raw(update.source) else None
        misnamed = self._misnamed(update.source, update.id)
        if now := other.source.path if other else misnamed:
            way = self._way_back(now, was)
            return Fault("renamed-update", about=[update.id, was, misnamed], name=was, way=way).at(now, 1)
        command = self._restore(was)
        return Fault("gone-update", about=[update.id, was], ref=update.ref, command=command).at(was, 1)

    def _gone_period(self, period: Period, left: Iterable[Period]) -> Problem:
        days = (period.file.first, period.file.last)
        other = next((each.source for each in left if (each.file.first, each.file.last) == days), None)
        names = [period.id, *(pledge.ref for pledge in period.pledges)]
        return self._gone_folder("gone-period", period.source, names, other)

    def _gone_pledge(self, pledge: Pledge, left: Iterable[Pledge]) -> Problem:
        other = next((each.source for each in left if raw(each.source) == raw(pledge.source)), None)
        return self._gone_folder("gone-pledge", pledge.source, [pledge.id, pledge.ref], other)

    def _gone_folder(self, code: str, source: Source, names: list[str], other: Source | None) -> Problem:
        """Return that a folder, known by ``names``, is gone, or that its file is found in another folder."""
        was, name = posixpath.split(source.path)
        misnamed = self._misnamed(source, names[0], name)
        about = [*names, was, source.path, misnamed]
        if now := posixpath.dirname(other.path) if other else misnamed:
            place = other.path if other else misnamed
            return Fault("renamed-folder", about=about, name=was, way=self._way_back(now, was)).at(place, 1)
        return Fault(code, about=about, value=names[0], command=self._restore(was)).at(source.path, 1)

    def _misnamed(self, source: Source, id_: str, within: str = "") -> str:
        """Return the path under which something lies that is gone, but that nobody reads; empty where there is none.

        It is known by its name, in the same folder, or by what stands in it, in a folder in its file ``within``.
        """
        home = posixpath.dirname(posixpath.dirname(source.path) if within else source.path)
        for path in self.misnamed:
            folder, name = posixpath.split(path)
            file = self.project.root / path / within
            is_same = folder == home and slug(name.partition(".")[0]) == id_
            if file.is_file() and (is_same or _holds(file, source)):
                return path
        return ""

    def _way_back(self, now: str, was: str) -> str:
        """Return how a file or a folder gets its name back, whether git knows of the new one or not."""
        there = self.project.root / was
        if there.name in {each.name for each in there.parent.glob("*")}:  # what is moved there would end up inside it
            here = shlex.quote(now)
            command = f"mv -n {here}/* {shlex.quote(was)} && rmdir {here}"
            return f"Den mappen finns också. Flytta allt dit, och ta bort den här. I terminalen: {command}"
        return f"Byt tillbaka det, i filhanteraren eller i terminalen med: {shlex.join(('mv', now, was))}"

    def _restore(self, path: str) -> str:
        return shlex.join(("git", "restore", f"--source={self.revision}", "--", path))

    def _plan(self, period: Period, now: Period) -> Iterator[Problem]:
        before, after = period.plan, now.plan
        if before is None:
            return
        if after is None:
            if not self._is_there(period.id, PLAN_FILE):
                command = self._restore(before.source.path)
                yield Fault("gone-plan", command=command).at(before.source.path, 1)
            return
        yield from self._hidden(after.source, after.adopted, "Kommunikationsplanen", "antagen")
        is_said = before.file.adopted or after.file.adopted  # or it is the document's day, which the period tells of
        if is_said and before.adopted != after.adopted <= self.today:
            yield after.source.problem("changed-promise", "antagen", key="antagen", value=before.adopted)
        yield from self._activities(before, after)

    def _activities(self, before: Plan, after: Plan) -> Iterator[Problem]:
        now = {activity.id: (index, activity) for index, activity in enumerate(after.file.activities)}
        ids = Counter(activity.id for activity in after.file.activities)
        left = {id_: each for id_, each in now.items() if ids[id_] == 1}  # of two, nobody knows which was published
        for activity in before.file.activities:
            if activity.id in left:
                yield from self._activity(after.source, activity, *left.pop(activity.id))
        for activity in before.file.activities:
            if activity.id not in now:
                yield _gone_activity(after.source, activity, left)
        if any(self._is_excused(each, before, after) for each in before.file.activities):
            key, was = "vänta_dagar", before.file.waiting_days
            yield after.source.problem("changed-promise", key, key=key, value=was)
        for index, activity in left.values():
            place = ("aktiviteter", index)
            passed = [each for each in occurrences(activity) if each.first_written.last < self.today - _SOON]
            if passed and activity.added and all(each.first_written.first >= activity.added for each in passed):
                yield after.source.problem(
                    "added-occurrence", *place, "när", value=_several([each.key for each in passed]), id=activity.id
                )
            if activity.added is None and before.adopted < self.today:
                yield after.source.problem("added-missing", *place, value=activity.id, today=self.today)

    def _activity(self, source: Source, before: Activity, index: int, after: Activity) -> Iterator[Problem]:
        place = ("aktiviteter", index)
        yield from self._hidden(source, after.added, f"Aktiviteten ”{after.id}”", *place, "tillagd")
        if before.added and after.added != before.added:
            yield source.problem("changed-added", *place, "tillagd", id=before.id, day=before.added)
        yield from (each.at(source.path, source.line(*place, "när")) for each in self._when(before, after))
        if before.reported and not after.reported and before.when != ONGOING:  # of which none could be awaited
            yield source.problem("gone-report", *place, "redovisas", id=before.id)
        # A decision that is still to be announced was never published.
        if any(not holds_decision(after.changes, each) for each in before.changes if each.decided <= self.today):
            yield source.problem("gone-decision", *place, "ändringar", id=before.id)
        if any(each.span.last < self.today for each in occurrences(before)):
            was, now = (answered_for(before, each, index) for each in (before, after))
            yield from changed_promises(source, was, now, "changed-answerable", id=before.id)
        if any(each.span.last >= self.today for each in occurrences(after)):
            yield from self._event(source, before, after, *place)
        elif differences.is_another(before.title, after.title):
            yield source.problem("other-name", *place, "titel", what="Aktiviteten", value=after.id, was=before.title)

    def _event(self, source: Source, before: Activity, after: Activity, *place: str | int) -> Iterator[Problem]:
        """Yield what of an event is not as published: calendars learn of it by decisions alone."""
        for key, was, now in (("titel", before.title, after.title), ("plats", before.place, after.place)):
            if now != was:
                change = f"{key}: {quoted(now)}" if now else f"not: {TEMPLATE_MARK} VAD SOM ÄR ÄNDRAT"
                where = (*place, key) if now else place
                details = {"key": key, "was": was or "(inget)", "id": after.id, "today": self.today, "change": change}
                yield source.problem("changed-event", *where, **details)

    def _when(self, before: Activity, after: Activity) -> Iterator[Fault]:
        """Yield what is wrong with when an activity takes place: only decisions change that."""
        old, new = ({each.key: each for each in occurrences(activity)} for activity in (before, after))
        if before.when == ONGOING != after.when:
            yield Fault("changed-ongoing", id=before.id)
            return
        dropped = [each for key, each in old.items() if key not in new]
        added = [each for key, each in new.items() if key not in old]
        yield from self._late_decisions(before, after, old, new)
        if dropped:
            is_paired = len(added) == len(dropped)
            to = sorted(each.first_written for each in added) if is_paired else [None] * len(dropped)
            pairs = list(zip(sorted(dropped, key=lambda each: each.first_written), to, strict=True))
            keys, instead = [each.key for each in dropped], self._instead(pairs)
            yield Fault("dropped-occurrence", about=keys, value=_several(keys), id=before.id, instead=instead)
        elif passed := [each for each in added if each.first_written.last < self.today]:
            yield Fault("added-occurrence", value=_several([each.key for each in passed]), id=before.id)
        elif decided := [each for each in added if _is_decided_before(each, before, self.today)]:
            yield Fault("added-decided", value=_several([each.key for each in decided]), id=before.id)
        for was, now in ((each, new[key]) for key, each in old.items() if key in new):
            if was.first_written != now.first_written:
                instead = self._instead([(was, now.first_written)])
                yield Fault("changed-clock", value=_written(was.first_written), id=before.id, instead=instead)

    def _late_decisions(
        self, before: Activity, after: Activity, old: Mapping[str, Occurrence], new: Mapping[str, Occurrence]
    ) -> Iterator[Fault]:
        """Yield new decisions to move or cancel what was to be reported long ago: that it was not stays told."""
        if not before.reported or any(not holds_decision(after.changes, each) for each in before.changes):
            return
        for key, was in old.items():
            decisions = new[key].decisions if key in new else ()
            late = [each for each in decisions if not holds_decision(before.changes, each)]
            if was.span.last < self.today - _SOON and any(each.moved_to or each.cancelled for each in late):
                yield Fault("late-decision", value=in_words(was.span), id=after.id)

    def _is_excused(self, activity: Activity, before: Plan, after: Plan) -> bool:
        """Whether something of an activity is over, was to be reported, and would not be late for a while now."""
        wait = timedelta(days=after.file.waiting_days)
        is_longer = after.file.waiting_days > before.file.waiting_days
        spans = (each.span for each in occurrences(activity)) if activity.reported and is_longer else ()
        return any(span.last < self.today <= span.last + wait for span in spans)

    def _instead(self, every: Sequence[tuple[Occurrence, Span | None]]) -> str:
        """Return what to do instead of changing when something takes place, which is to be at another time or None."""
        ahead = [(was, to) for was, to in every if was.span.last >= self.today]
        if not ahead:
            return "Låt när vara som det var: det som redan har varit kan inte ändras."
        moved = [(was, to) for was, to in ahead if to and to.last >= self.today]
        if len(moved) == len(ahead):
            what = "beslutet" if len(moved) == 1 else "besluten"
            rows = [self._decision(was, f"flyttad_till: {_written(to)}") for was, to in moved]
            return f"Låt när vara som det var, och skriv {what} under ändringar: {' och på nästa rad: '.join(rows)}"
        what = "beslutet" if len(ahead) == 1 else "ett beslut för varje tillfälle"
        moving, cancelling = f"flyttad_till: {TEMPLATE_MARK} NÄR", f"inställd: {TEMPLATE_MARK} VARFÖR"
        row = self._decision(ahead[0][0], moving)
        return f"Låt när vara som det var, och skriv {what} under ändringar: {row} – eller {cancelling}"

    def _decision(self, about: Occurrence, what: str) -> str:
        return f"- {{tillfälle: {about.key}, beslutad: {self.today}, {what}}}"


def _is_decided_before(occurrence: Occurrence, before: Activity, today: date) -> bool:
    """Whether a published decision about the whole activity, which can't have meant it, moves or cancels it."""
    published = [each for each in before.changes if each.occurrence is None and each.decided <= today]
    decisions = (each for each in occurrence.decisions if each.moved_to or each.cancelled)
    return any(holds_decision(published, each) for each in decisions)


# --- What is gone


def _holds(file: Path, source: Source) -> bool:
    """Whether a file holds the keys or the text of another."""
    with suppress(InvalidContent):
        found = read_markdown(file, file.name)
        return found.values == source.values or raw(found) == raw(source) != ""
    return False


def _gone_activity(source: Source, activity: Activity, left: dict[str, tuple[int, Activity]]) -> Problem:
    """Return that an activity is gone; one that has only got another id is taken out of ``left``."""
    for id_, (index, other) in left.items():
        if (other.title, other.when) == (activity.title, activity.when):
            del left[id_]
            place = ("aktiviteter", index, "id")
            return source.problem("renamed-id", *place, about=[activity.id], value=id_, was=activity.id)
    return source.problem("gone-activity", "aktiviteter", about=[activity.id], value=activity.id)


def _gone_ids(
    source: Source, what: str, key: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Problem]:
    new = {name: id_ for id_, name in after.items() if id_ not in before}
    for id_, name in before.items():
        if id_ not in after:
            hint = f"Byt tillbaka ”{new[name]}” till ”{id_}”." if name in new else "Lägg tillbaka det."
            yield source.problem("gone-id", key, about=[id_], what=what, value=id_, hint=hint)
        elif differences.is_another(name, after[id_]):
            yield source.problem("other-name", key, what=what, value=id_, was=name)


def _areas(period: Period) -> dict[str, str]:
    """Return the titles of areas and goals by their ids, which are one space of names."""
    areas = {area.id: area.title for area in reversed(period.file.areas)}  # of two with one id, the first
    return areas | {goal.id: goal.title for area in period.file.areas for goal in area.goals}


# --- In words


def _several(names: Sequence[str]) -> str:
    return first_of(names, _MOST_NAMED)


def _written(span: Span) -> str:
    """Return a span as it is written in the plan, with its clock."""
    clock = "-".join(f"{each:%H:%M}" for each in (span.start, span.end) if each)
    return f"{span} {clock}".strip()
