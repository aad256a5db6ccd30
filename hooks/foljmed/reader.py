"""The content folder → a catalog, or every problem of every file.

``tree`` finds what lies where, this module reads it and turns its texts to HTML, ``checks`` compares the files with
each other, ``guard`` looks for what must not be public. Nothing is skipped: a file that has no place in the folder is
a problem too.
"""

import hashlib
import html
import os
import pickle
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from foljmed import checks, guard, handwritten
from foljmed.cache import Cache
from foljmed.catalog import AsRead, Catalog, Period, Plan, Pledge, Update
from foljmed.links import Links
from foljmed.model import PeriodFile, PlanFile, PledgeFile, UpdateFile
from foljmed.plan import occurrences
from foljmed.problems import Fault, InvalidContent, Problem
from foljmed.prose import HERE, Picture, Prose, Surroundings, Text, domain_of
from foljmed.settings import Project
from foljmed.shelf import Part, pack, unpacked
from foljmed.source import Source, as_markdown, decoded, read_markdown, read_yaml
from foljmed.tree import (
    IMAGE_TYPES,
    MANY,
    PERIOD_FILE,
    PLEDGE_FILE,
    PeriodFolder,
    PledgeFolder,
    Tree,
    UpdateName,
    read_tree,
)
from foljmed.validation import F, partly, validate
from foljmed.workers import Workers

_IMAGE_LINK = re.compile(rf'<a href="{HERE}([^"]+(?i:{"|".join(map(re.escape, IMAGE_TYPES))}))"')
# Where headings inside a text begin. Page: h1. Section: h2. Year of a timeline: h3. Update: h4.
_BODY_LEVEL = 3
_UPDATE_LEVEL = 5


@dataclass
class _Reader:
    """Reads files and collects what is wrong on the way."""

    tree: Tree
    links: Links
    prose: Prose
    domains: tuple[str, ...]
    images: Mapping[Path, list[Path]]
    problems: list[Problem] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    unread: list[Path] = field(default_factory=list)
    targets: dict[tuple[str, str], str | Picture] = field(default_factory=dict)
    texts: dict[str, list[Text]] = field(default_factory=dict)
    # What has been read already: the bytes of a folder's files, by their names, and updates that an earlier build has
    # read: nothing is wrong in them.
    read: Mapping[str, bytes] = field(default_factory=dict)
    known: Mapping[str, Update] = field(default_factory=dict)

    def file(self, file: Path, model: type[F]) -> tuple[Source, F] | None:
        """Return a file as written and as meant, or None when there is a problem in it."""
        source = self.source(file.parent, file.name, is_yaml=model is PlanFile)
        found = self.meaning(source, model) if source else None
        if source and found is None:
            self.text(source, _UPDATE_LEVEL)  # so that faults of the text are told at the same time
        return (source, found) if source and found is not None else None

    def source(self, folder: Path, name: str, *, is_yaml: bool = False) -> Source | None:
        """Return a file as written, or None when it can't be read."""
        path = self.tree.shown(folder, name)
        try:
            if (content := self.read.get(name)) is not None:
                source = as_markdown(decoded(content, path), path)
            else:
                source = read_yaml(folder / name, path) if is_yaml else read_markdown(folder / name, path)
        except InvalidContent as invalid:
            self.problems.extend(invalid.problems)
            self.unread.append(folder / name)
            return None
        self.sources.append(source)
        return source

    def meaning(self, source: Source, model: type[F]) -> F | None:
        """Return what a file means, or None when there is a problem in it."""
        found, problems = validate(model, source)
        self.problems.extend(problems)
        return found

    def text(self, source: Source, level: int, text: str | None = None) -> Text:
        """Return a file's body, or another text of it, as HTML."""
        return self.every_text([(source, source.body if text is None else text)], level)[0]

    def every_text(self, texts: Sequence[tuple[Source, str]], level: int) -> list[Text]:
        """Return several files' texts as HTML."""
        places = [self.around(source.path) for source, _ in texts]
        found = self.prose.every([(text, around) for (_, text), around in zip(texts, places, strict=True)], level)
        for (source, _), around, result in zip(texts, places, found, strict=True):
            self.problems.extend(source.body_problem(fault, near) for fault, near in around.faults)
            self.texts.setdefault(source.path, []).append(result)
            for address in map(unquote, map(html.unescape, _IMAGE_LINK.findall(result.html))):
                if address not in result.images:
                    name = posixpath.basename(address)
                    self.problems.append(source.body_problem(Fault("linked-image", target=name), name))
        return found

    def around(self, path: str) -> Surroundings:
        """Return what links and images mean in a file, and note what was looked up."""
        around = self.links.around(path)

        def link(target: str) -> str:
            found = self.targets[path, target] = around.link(target)
            return found

        def image(target: str) -> Picture:
            found = self.targets[path, target] = around.image(target)
            return found

        return Surroundings(link, image)

    def part(self, folder: PledgeFolder, period: str) -> Part:
        """Return all that a pledge's folder holds, and every problem in it."""
        pledge = self.pledge(folder, period)
        problems = (*self.problems, *_guard(self, folder.file.parent))
        return Part(pledge, problems, tuple((*place, found) for place, found in self.targets.items()))

    def period(self, folder: PeriodFolder, pledges: Iterable[Pledge]) -> Period | None:
        """Return a period with all that belongs to it; None without a readable period.md."""
        plan = self.file(folder.plan, PlanFile) if folder.plan else None
        updates = self.updates(folder.updates, folder.id, "")
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
                area.id: self.text(source, _BODY_LEVEL + 1, area.situation) for area in file.areas if area.situation
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
        """Return updates newest first, without those whose front matter has a problem."""
        new = (name for name in names if name.id not in self.known)
        written = [(name, source) for name in new if (source := self.source(name.folder, name.name))]
        meant = [self.meaning(source, UpdateFile) for _, source in written]
        texts = self.every_text([(source, source.body) for _, source in written], _UPDATE_LEVEL)
        found = [
            Update(file, name.id, name.day, period, pledge, AsRead(source, text))
            for (name, source), file, text in zip(written, meant, texts, strict=True)
            if file is not None
        ]
        return tuple(sorted((*found, *self.known.values()), key=lambda update: update.order, reverse=True))

    def plan(self, read: tuple[Source, PlanFile], period: Period) -> Plan | None:
        """Return the plan with its occurrences; None when nothing says since when it holds."""
        source, file = read
        document = period.file.document
        adopted = file.adopted or (document.date if document else None)
        if adopted is None:
            self.problems.append(source.problem("plan-not-dated"))
            return None
        every = tuple(each for activity in file.activities for each in occurrences(activity))
        return Plan(file, source, adopted, every, self.text(source, _BODY_LEVEL, file.purpose or ""))


def read_catalog(
    project: Project, cache: Cache | None = None, workers: Workers | None = None, tree: Tree | None = None
) -> Catalog:
    """Return the content of a project. Raises InvalidContent with every problem of every file."""
    catalog, problems = read(project, cache, workers, tree)
    if any(problem.is_error for problem in problems):
        raise InvalidContent(problems)
    return replace(catalog, warnings=problems)


def read(
    project: Project, cache: Cache | None = None, workers: Workers | None = None, tree: Tree | None = None
) -> tuple[Catalog, tuple[Problem, ...]]:
    """Return what of a project's content can be read, and what is wrong, sorted. Raises InvalidContent without any."""
    tree = tree or read_tree(project)
    parts = _Parts(tree, _all_domains(tree), cache)
    found = parts.read([(period, pledge) for period in tree.periods for pledge in period.pledges], workers or Workers())
    problems = [*tree.problems, *(problem for part in found.values() for problem in part.problems)]
    periods = []
    for folder in tree.periods:
        reader = parts.reader()
        pledges = (found[folder.id, each.id].pledge for each in folder.pledges)
        if period := reader.period(folder, [each for each in pledges if each]):
            periods.append(period)
        problems += [*reader.problems, *_guard(reader, folder.file.parent)]
    for file in tree.misnamed:
        problems += _guard_unread(file, tree.shown(file), parts.domains)
    periods.sort(key=lambda period: (period.file.first, period.id))
    catalog = Catalog(tuple(periods), tree.images)
    problems += checks.check(catalog, tree, cache if tree.is_large else None)
    problems += _of_left_out(catalog, tree, {(each.path, each.line) for each in problems})
    hard = (pledge for period in periods for pledge in period.pledges if not pledge.file.easy)
    missing = frozenset(f"{pledge.ref}/#lattlast" for pledge in hard)
    parts.links.know(catalog.addresses, are_all=not any(problem.is_error for problem in problems))
    problems += handwritten.check(project, tree, parts.links, parts.domains, missing)
    # Of a line that asks for an address, only that it asks is told.
    asking = {(each.path, each.line) for each in problems if each.code == "template-text"}
    told = {each for each in problems if each.code != "bad-url" or (each.path, each.line) not in asking}
    return catalog, tuple(sorted(told))


# What an update with a wrong value is read with instead, so that it can be seen what its other values refer to. No id
# of a party holds an "ä".
_INSTEAD: Final = {"titel": "okänd", "av": "okänd", "typ": "information"}


def _of_left_out(catalog: Catalog, tree: Tree, told: set[tuple[str, int]]) -> Iterator[Problem]:
    """Yield what is referred to and is not there in updates that are not in the catalog, since a value is wrong."""
    folders = {folder.id: folder for folder in tree.periods}
    for period in catalog.periods:
        folder = folders[period.id]
        names = {each.id: each.updates for each in folder.pledges}
        for pledge in (None, *period.pledges):
            known = {update.id for update in (pledge or period).updates}
            left_out = (each for each in (names[pledge.id] if pledge else folder.updates) if each.id not in known)
            for update in filter(None, (_partly(each, period, pledge, tree) for each in left_out)):
                for problem in checks.updates((update,), period, folder, pledge):
                    is_known = (problem.path, problem.line) in told or _INSTEAD["av"] in problem.about
                    if problem.code == "unknown-reference" and not is_known:
                        yield problem


def _partly(name: UpdateName, period: Period, pledge: Pledge | None, tree: Tree) -> Update | None:
    """Return an update without its wrong values; None for one that can't be read at all."""
    with suppress(InvalidContent):
        source = read_markdown(name.file, tree.shown(name.file))
        if file := partly(UpdateFile, source, _INSTEAD):
            return Update(file, name.id, name.day, period.id, pledge.id if pledge else "", AsRead(source, Text()))
    return None


class _Parts:
    """Reads the folders of pledges, each by itself: from what was kept, or anew, and then by several processes."""

    def __init__(self, tree: Tree, domains: tuple[str, ...], cache: Cache | None) -> None:
        self._tree = tree
        self.domains = domains
        self.links = Links(tree)
        self._prose = Prose()
        self._cache = cache if tree.is_large else None
        self._images: dict[Path, list[Path]] = {}
        for image in tree.images.values():
            self._images.setdefault(image.parent, []).append(image)

    def reader(self, read: Mapping[str, bytes] | None = None) -> _Reader:
        """Return a reader that has not read anything, or only bytes."""
        return _Reader(self._tree, self.links, self._prose, self.domains, self._images, read=read or {})

    def read(self, folders: list[tuple[PeriodFolder, PledgeFolder]], workers: Workers) -> dict[tuple[str, str], Part]:
        """Return each pledge's part by the ids of its period and itself."""
        ids = [(period.id, pledge.id) for period, pledge in folders]
        if not self._tree.is_large:
            parts = (self.reader().part(pledge, period.id) for period, pledge in folders)
            return dict(zip(ids, parts, strict=True))
        jobs = [partial(self._packed, pledge, period.id) for period, pledge in folders]
        found = {}
        # All at once: among what conversion leaves behind they would lie far apart, and each look at them take longer.
        for number, (key, packed) in list(workers.results(jobs, "Läser löftenas mappar")):
            folder = folders[number][1]
            part = found[ids[number]] = (
                unpacked(key, packed, self._tree, folder) if packed or not self._cache else self._cache.remembered(key)
            )
            if self._cache and key:
                self._cache.remember(key, part)
                self._cache.use([self._last(folder)])
        return found

    def _packed(self, folder: PledgeFolder, period: str) -> tuple[str, bytes]:
        """Return what a part is kept under, if it may be, and the part as it is kept, if it is not in memory."""
        home = str(folder.file.parent)
        names = (folder.file.name, *(update.name for update in folder.updates))
        read = {name: _bytes(f"{home}{os.sep}{name}") for name in names}
        images = self._read_images(folder)
        key = self._key(self._tree.shown(folder.file.parent), {**read, **images})
        if self._cache:
            part = self._cache.remembered(key)
            if part and all(self._still(*each) for each in part.targets):
                return key, b""
            kept = self._cache.get(key)
            if kept and all(self._still(*each) for each in pickle.loads(kept)):  # noqa: S301 - by us, checked to be whole
                return key, bytes(kept)
        digests = {each.id: hashlib.sha256(read[each.name] or b"").digest() for each in folder.updates}
        reader = self.reader({name: content for name, content in read.items() if content is not None})
        reader.known, reader.targets = self._known(folder, digests)
        part = reader.part(folder, period)
        packed = pack(part, digests)
        # An image that was saved meanwhile may be in the part and not in the key, or the other way round.
        is_same = self._read_images(folder) == images
        if part.pledge is None or not is_same or any(problem.is_error for problem in part.problems):
            return "", packed
        if self._cache:
            self._cache.put(key, packed)
            if len(folder.updates) >= MANY:
                self._cache.put(self._last(folder), key.encode())
        return key, packed

    def _last(self, folder: PledgeFolder) -> str:
        """Return the name under which the key of a folder's latest part is kept."""
        return self._key(self._tree.shown(folder.file.parent), {"": b"last"})

    def _known(
        self, folder: PledgeFolder, digests: Mapping[str, bytes]
    ) -> tuple[dict[str, Update], dict[tuple[str, str], str | Picture]]:
        """Return the updates of a folder that are the same as when it was read last, by id, and their targets."""
        last = self._cache.get(self._last(folder)) if self._cache else None
        key = bytes(last).decode() if last else ""
        kept = self._cache.get(key) if self._cache and key else None
        part = unpacked(key, kept, self._tree, folder) if kept else None
        if part is None or part.pledge is None:
            return {}, {}
        home = self._tree.shown(folder.file.parent)
        before = part.digests()
        others = {problem.path for problem in part.problems}
        others |= {each[0] for each in part.targets if not self._still(*each)}
        known = {
            each.id: each
            for each in part.pledge.updates
            # What a file allows of personal data counts for the names of all others.
            if f"{home}/{each.id}.md" not in others and not each.file.allowed
            if digests.get(each.id) == before.get(each.id)
        }
        paths = {f"{home}/{id_}.md" for id_ in known}
        return known, {(path, target): found for path, target, found in part.targets if path in paths}

    def _read_images(self, folder: PledgeFolder) -> dict[str, bytes]:
        return {file.name: _bytes(str(file)) or b"" for file in self._images.get(folder.file.parent, ())}

    def _key(self, folder: str, files: Mapping[str, bytes | None]) -> str:
        """Return the name of what is kept of a folder's files: they and all else that decides how they are read."""
        if self._cache is None:
            return ""
        written = (
            part
            for name, content in files.items()
            for part in (os.fsencode(name), b"" if content is None else b"+", content or b"")
        )
        return self._cache.key((*(domain.encode() for domain in self.domains), b"", folder.encode(), *written))

    def _still(self, path: str, target: str, found: str | Picture) -> bool:
        """Whether a link or an image still means what it meant."""
        look_up = self.links.image if isinstance(found, Picture) else self.links.link
        try:
            return found == look_up(path, target)
        except Fault:
            return False


# Not through a link, where the system can tell; by number, since for ten thousand files a file object costs as much.
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_READING: Final = os.O_RDONLY | _NO_LINKS | getattr(os, "O_BINARY", 0)
_AT_ONCE: Final = 1 << 16  # bytes


def _bytes(file: str) -> bytes | None:
    """Return a file's bytes; what can't be read, or is a link, is a problem that the reader or the tree tells."""
    try:
        if not _NO_LINKS and os.path.islink(file):  # noqa: PTH114 - as above
            return None
        opened = os.open(file, _READING)
        try:
            return b"".join(iter(partial(os.read, opened, _AT_ONCE), b""))
        finally:
            os.close(opened)
    except OSError:
        return None


def _all_domains(tree: Tree) -> tuple[str, ...]:
    """Return the parties' domains, from how they are written: whatever else is wrong with a period's file."""
    found: dict[str, None] = {}
    for folder in tree.periods:
        with suppress(InvalidContent):
            found |= dict.fromkeys(_domains(read_markdown(folder.file, tree.shown(folder.file))))
    return tuple(found)


def read_as_written(project: Project) -> tuple[Catalog, tuple[Problem, ...]]:
    """Return what can be read of content that was published once, and what can't.

    Its texts are left as they were written, in the sources: nothing of it is to be shown, nor judged by today's rules.
    """
    tree = read_tree(project)
    reader = _AsWritten(tree, Links(tree), Prose(), (), {})
    periods = []
    for folder in tree.periods:
        pledges = [pledge for each in folder.pledges if (pledge := reader.pledge(each, folder.id))]
        if period := reader.period(folder, pledges):
            periods.append(period)
    periods.sort(key=lambda period: (period.file.first, period.id))
    return Catalog(tuple(periods)), (*tree.problems, *reader.problems)


class _AsWritten(_Reader):
    """Reads front matter only."""

    def every_text(self, texts: Sequence[tuple[Source, str]], level: int) -> list[Text]:  # noqa: ARG002 - as in _Reader
        """Return nothing: the texts stand in the sources."""
        return [Text()] * len(texts)


def _guard(reader: _Reader, folder: Path) -> Iterator[Problem]:
    """Yield what may be personal data: in every file of a folder, in names, and in images."""
    allowed = [text for source in reader.sources for text in guard.allowed_in(source)]
    for update in reader.known:
        yield from guard.check_name(f"{update}.md", f"{reader.tree.shown(folder)}/{update}.md", allowed)
    for source in reader.sources:
        yield from guard.check_file(source, reader.texts.get(source.path, ()), reader.domains)
        yield from guard.check_template(source)
        name = posixpath.basename(source.path)
        yield from guard.check_name(name, source.path, allowed)
        if name in (PERIOD_FILE, PLEDGE_FILE):
            yield from guard.check_name(folder.name, source.path, allowed)
    for file in reader.unread:
        yield from _guard_unread(file, reader.tree.shown(file), reader.domains)
    for image in reader.images.get(folder, ()):
        yield from _guard_image(image, reader.tree.shown(image), allowed)


def _guard_unread(file: Path, path: str, domains: tuple[str, ...]) -> Iterator[Problem]:
    """Yield the same of a file whose keys or name have a fault, as far as its text can be made out."""
    text = (_bytes(str(file)) or b"").decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    yield from guard.check_unread(text, path, domains)
    yield from guard.check_name(posixpath.basename(path), path, ())


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
        if isinstance(url, str) and (domain := domain_of(url)):
            yield domain
