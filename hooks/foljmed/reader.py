"""The content folder → a catalog, or every problem of every file.

``tree`` finds what lies where, this module reads it and turns its texts to HTML, ``checks`` compares the files with
each other, ``guard`` looks for what must not be public. Nothing is skipped: a file that has no place in the folder is
a problem too.
"""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from foljmed import checks, guard
from foljmed.catalog import Catalog, Period, Plan, Pledge, Update
from foljmed.links import Links
from foljmed.model import F, PeriodFile, PlanFile, PledgeFile, UpdateFile, validate
from foljmed.plan import occurrences
from foljmed.problems import Fault, InvalidContent, Problem
from foljmed.prose import Prose, Text
from foljmed.settings import Project
from foljmed.source import Source, read_markdown, read_yaml
from foljmed.tree import PERIOD_FILE, PLEDGE_FILE, PeriodFolder, PledgeFolder, Tree, UpdateName, read_tree

# Where headings inside a text begin. Page: h1. Section: h2. Year of a timeline: h3. Update: h4.
_BODY_LEVEL = 3
_UPDATE_LEVEL = 5


@dataclass
class _Reader:
    """Reads one content folder and collects what is wrong on the way."""

    tree: Tree
    links: Links
    prose: Prose
    problems: list[Problem]
    sources: list[Source] = field(default_factory=list)

    def file(self, file: Path, model: type[F]) -> tuple[Source, F] | None:
        """Return a file as written and as meant, or None when there is a problem in it."""
        path = self.tree.shown(file)
        try:
            source = read_yaml(file, path) if file.suffix == ".yml" else read_markdown(file, path)
        except InvalidContent as invalid:
            self.problems.extend(invalid.problems)
            return None
        self.sources.append(source)
        found, problems = validate(model, source)
        self.problems.extend(problems)
        if found is None:
            self.text(source, _UPDATE_LEVEL)  # so that faults of the text are told at the same time
        return (source, found) if found is not None else None

    def text(self, source: Source, level: int, text: str | None = None) -> Text:
        """Return a file's body, or another text of it, as HTML."""
        around = self.links.around(source.path)
        result = self.prose.convert(source.body if text is None else text, level, around)
        self.problems.extend(source.body_problem(fault, near) for fault, near in around.faults)
        return result

    def period(self, folder: PeriodFolder) -> Period | None:
        """Return a period with all that belongs to it; None without a readable period.md."""
        plan = self.file(folder.plan, PlanFile) if folder.plan else None
        updates = self.updates(folder.updates, folder.id, "")
        pledges = [pledge for each in folder.pledges if (pledge := self.pledge(each, folder.id))]
        found = self.file(folder.file, PeriodFile)
        if found is None:
            return None
        source, file = found
        period = Period(
            file=file,
            source=source,
            id=folder.id,
            text=self.text(source, _BODY_LEVEL - 1),
            situations={
                area.id: self.text(source, _BODY_LEVEL, area.situation) for area in file.areas if area.situation
            },
            afterwards=self.text(source, _BODY_LEVEL, file.afterwards.text) if file.afterwards else Text(),
            pledges=tuple(sorted(pledges, key=lambda pledge: (pledge.file.number, pledge.id))),
            updates=updates,
        )
        return replace(period, plan=self.plan(plan, period)) if plan else period

    def pledge(self, folder: PledgeFolder, period: str) -> Pledge | None:
        """Return a pledge with its updates; None without a readable lofte.md."""
        updates = self.updates(folder.updates, period, folder.id)
        found = self.file(folder.file, PledgeFile)
        if found is None:
            return None
        source, file = found
        wording, easy = self.text(source, _BODY_LEVEL), self.text(source, _BODY_LEVEL, file.easy or "")
        return Pledge(file, source, folder.id, period, wording, easy, updates)

    def updates(self, names: Iterable[UpdateName], period: str, pledge: str) -> tuple[Update, ...]:
        """Return updates newest first."""
        found = [update for name in names if (update := self.update(name, period, pledge))]
        return tuple(sorted(found, key=lambda update: update.order, reverse=True))

    def update(self, name: UpdateName, period: str, pledge: str) -> Update | None:
        """Return one update, or None when there is a problem in its front matter."""
        found = self.file(name.file, UpdateFile)
        if found is None:
            return None
        source, file = found
        return Update(file, source, name.id, name.day, period, pledge, self.text(source, _UPDATE_LEVEL))

    def plan(self, read: tuple[Source, PlanFile], period: Period) -> Plan | None:
        """Return the plan with its occurrences; None when nothing says since when it holds."""
        source, file = read
        adopted = file.adopted or _document_day(period)
        if adopted is None:
            self.problems.append(source.problem("plan-not-dated"))
            return None
        every = tuple(each for activity in file.activities for each in occurrences(activity))
        return Plan(file, source, adopted, every, self.text(source, _BODY_LEVEL, file.purpose or ""))


def _document_day(period: Period) -> date | None:
    document = period.file.document
    return document.date if document else None


def read_catalog(project: Project) -> Catalog:
    """Return the content of a project. Raises InvalidContent with every problem of every file."""
    catalog, problems = read(project)
    if any(problem.is_error for problem in problems):
        raise InvalidContent(problems)
    return replace(catalog, warnings=problems)


def read(project: Project) -> tuple[Catalog, tuple[Problem, ...]]:
    """Return what of a project's content can be read, and what is wrong, sorted. Raises InvalidContent without any."""
    tree = read_tree(project)
    reader = _Reader(tree, Links(tree), Prose(), list(tree.problems))
    periods = [period for folder in tree.periods if (period := reader.period(folder))]
    periods.sort(key=lambda period: (period.file.first, period.id))
    catalog = Catalog(tuple(periods), tree.images)
    problems = [*reader.problems, *checks.check(catalog, tree), *_guard(reader)]
    return catalog, tuple(sorted(set(problems)))


def _guard(reader: _Reader) -> Iterator[Problem]:
    """Yield what may be personal data, in every file that can be read, in names, and in images."""
    # Whatever else is wrong with a period's file: its parties' addresses are known from how they are written.
    domains = dict.fromkeys(domain for source in reader.sources for domain in _domains(source))
    allowed: dict[str, list[str]] = {}
    for source in reader.sources:
        allowed.setdefault(posixpath.dirname(source.path), []).extend(guard.allowed_in(source))
        yield from guard.check_file(source, domains)
        yield from guard.check_template(source)
    for source in reader.sources:
        folder, name = posixpath.split(source.path)
        yield from guard.check_name(name, source.path, allowed[folder])
        if name in (PERIOD_FILE, PLEDGE_FILE):
            yield from guard.check_name(posixpath.basename(folder), source.path, allowed[folder])
    for image in reader.tree.images.values():
        path = reader.tree.shown(image)
        yield from _guard_image(image, path, allowed.get(posixpath.dirname(path), []))


def _guard_image(image: Path, path: str, allowed: list[str]) -> Iterator[Problem]:
    from foljmed.images import has_position  # most content has no images, and Pillow's import costs 50 ms

    name = posixpath.basename(path)
    yield from guard.check_name(name, path, allowed)
    if name not in allowed and has_position(image):
        yield Fault("image-position", name=name).at(path, 1)


def _domains(source: Source) -> Iterator[str]:
    parties = source.values.get("parter")
    for party in parties.values() if isinstance(parties, dict) else ():
        url = party.get("url") if isinstance(party, dict) else None
        if isinstance(url, str) and (domain := guard.domain_of(url)):
            yield domain
