"""What has been published stays: the content now against the content at a commit of git.

Published is what a build for ``today`` shows of the commit's content: no drafts, nothing dated later. It is compared
by what readers see and know it by, ids and addresses, not by files. What can't be read, then or now, is not compared;
now it is a problem of its own, then a warning.
"""

import difflib
import os
import posixpath
import re
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from foljmed.catalog import Catalog, Period, Plan, Pledge, Update, known
from foljmed.model import ONGOING, Activity
from foljmed.plan import occurrences
from foljmed.problems import Fault, InvalidContent, Problem
from foljmed.prose import Text, plain
from foljmed.reader import read
from foljmed.settings import Project, read_project
from foljmed.source import Source, read_settings
from foljmed.tree import PERIOD_FILE, PLAN_FILE, PLEDGE_FILE

# A reader may notice more than that; a slip of the pen is less.
_SMALL_CHANGE: Final = 40
_LONG: Final = 20  # times that: no slip of the pen, and slow to compare letter by letter
# What an update says in keys: any change of these is a change of what was told.
_FACTS: Final = {
    "status": "status",
    "happened": "hände",
    "place": "gäller",
    "values": "värden",
    "kind": "typ",
    "by": "av",
    "corrects": "rättar",
}


# --- From git


def since(project: Project, revision: str, today: date) -> tuple[Problem, ...]:
    """Return what in a project breaks with what was published at a commit, sorted.

    Nothing was published where the commit has no such project. Raises InvalidContent where git can't tell.
    """
    commit = _commit(project, revision)
    with tempfile.TemporaryDirectory() as folder:
        laid = _lay_settings(project, commit, Path(folder))
        if laid is None:
            return ()
        try:
            old = read_project(laid)
            _lay_content(project, commit, Path(folder), old)
            found, _ = read(old)
        except InvalidContent:
            return (Fault("unreadable-then", revision=revision).at(project.config.name, 1),)
        unread = sorted(set(_files(old)) - {source.path for source in _sources(found)})
    problems = [Fault("unreadable-then", revision=revision).at(path, 1) for path in unread]
    problems += _authority(old, project)
    problems += _Comparison(project, known(found, today), read(project)[0], today).problems()
    return tuple(sorted(set(problems)))


def _git(project: Project, *arguments: str, given: bytes = b"") -> bytes:
    """Return what git prints. Raises InvalidContent where there is no git, CalledProcessError where it refuses."""
    env = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
    command = ["git", *arguments]
    try:
        return subprocess.run(command, cwd=project.root, input=given, capture_output=True, check=True, env=env).stdout  # noqa: S603 - git, with what a commit holds
    except FileNotFoundError:
        raise InvalidContent([Fault("no-git").at(project.config.name, 1)]) from None


def _commit(project: Project, revision: str) -> str:
    """Return the id of the commit that a revision names. Raises InvalidContent."""
    try:
        _git(project, "rev-parse", "--git-dir")
    except subprocess.CalledProcessError:
        raise InvalidContent([Fault("no-repository").at(project.config.name, 1)]) from None
    name = f"{revision}^{{commit}}"
    try:
        return _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", name).decode().strip()
    except subprocess.CalledProcessError:
        raise InvalidContent([Fault("unknown-revision", value=revision).at(project.config.name, 1)]) from None


def _lay_settings(project: Project, commit: str, folder: Path) -> Path | None:
    """Write a commit's mkdocs.yml and what it inherits as they lay in the repository; return where it is now."""
    prefix = _git(project, "rev-parse", "--show-prefix").decode().strip()
    first = path = f"{prefix}{project.config.name}"
    while path and not path.startswith("../"):
        try:
            text = _git(project, "cat-file", "blob", f"{commit}:{path}")
        except subprocess.CalledProcessError:
            break
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
        parent = re.search(r"""^INHERIT:\s*['"]?([^'"\s]+)""", text.decode("utf-8", "replace"), re.MULTILINE)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), parent[1])) if parent else ""
    return folder / first if (folder / first).is_file() else None


def _lay_content(project: Project, commit: str, folder: Path, old: Project) -> None:
    """Write the texts below a commit's content folder; images are not compared."""
    inside = old.content.relative_to(folder.resolve()).as_posix()
    listed = _git(project, "ls-tree", "-r", "-z", "--full-tree", commit, "--", f"{inside}/").decode(
        "utf-8", "surrogateescape"
    )
    blobs: dict[str, str] = {}
    for entry in filter(None, listed.split("\0")):
        (mode, _, blob), path = entry.partition("\t")[0].split(" "), entry.partition("\t")[2]
        if mode.startswith("100") and path.endswith((".md", ".yml")):
            blobs[path] = blob
    content = _git(project, "cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs.values()).encode())
    old.content.mkdir(parents=True, exist_ok=True)
    start = 0
    for path in blobs:
        head, start = content[start:].partition(b"\n")[0], start + content[start:].index(b"\n") + 1
        size = int(head.split(b" ")[2])
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content[start : start + size])
        start += size + 1


def _files(project: Project) -> Iterator[str]:
    """Yield the content's texts by their paths from the project's root."""
    for file in project.content.rglob("*"):
        path = file.relative_to(project.content)
        if file.is_file() and not any(part.startswith(("_", ".")) for part in path.parts):
            yield unicodedata.normalize("NFC", file.relative_to(project.root).as_posix())


def _sources(catalog: Catalog) -> Iterator[Source]:
    for period in catalog.periods:
        yield period.source
        if period.plan:
            yield period.plan.source
        yield from (pledge.source for pledge in period.pledges)
        yield from (update.source for update in period.all_updates())


def _authority(before: Project, after: Project) -> Iterator[Problem]:
    old, new = before.settings.id_authority, after.settings.id_authority
    if old != new:
        source = Source(after.config.name, *read_settings(after.config))
        yield source.problem("changed-authority", "extra", "foljmed", "id_authority", was=old)


# --- Then and now


@dataclass(frozen=True)
class _Comparison:
    """What was published, and what there is now."""

    project: Project
    before: Catalog
    after: Catalog
    today: date

    def problems(self) -> Iterator[Problem]:
        """Yield all that breaks with what was published."""
        now = {period.id: period for period in self.after.periods}
        for period in self.before.periods:
            if period.id in now:
                yield from self._period(period, now[period.id])
            elif not self._is_there(period.id, PERIOD_FILE):
                yield Fault("gone-period", value=period.id).at(period.source.path, 1)

    def _is_there(self, *steps: str) -> bool:
        """Whether a file lies where it lay, though it may not be readable."""
        return self.project.content.joinpath(*steps).is_file()

    def _period(self, before: Period, after: Period) -> Iterator[Problem]:
        for what, key, old, new in (
            ("Parten", "parter", before.file.parties, after.file.parties),
            ("Platsen", "platser", before.file.places, after.file.places),
            ("Området eller målet", "områden", before.areas, after.areas),
        ):
            yield from _gone_ids(after.source, what, key, old, new)
        pledges = {pledge.id: pledge for pledge in after.pledges}
        for pledge in before.pledges:
            if pledge.id in pledges:
                yield from self._pledge(pledge, pledges[pledge.id])
            elif not self._is_there(before.id, pledge.id, PLEDGE_FILE):
                yield Fault("gone-pledge", value=pledge.id).at(pledge.source.path, 1)
        yield from self._updates(before.updates, after.updates)
        if before.plan:
            yield from self._plan(before, before.plan, after.plan)

    def _pledge(self, before: Pledge, after: Pledge) -> Iterator[Problem]:
        if _words(before.wording) != _words(after.wording):
            yield after.source.body_problem(Fault("changed-wording"))
        old, new = ([measure.id for measure in pledge.file.measures] for pledge in (before, after))
        yield from _gone_ids(after.source, "Måttet", "mått", old, new)
        yield from self._updates(before.updates, after.updates)

    def _updates(self, before: tuple[Update, ...], after: tuple[Update, ...]) -> Iterator[Problem]:
        old, now = {update.id for update in before}, {update.id: update for update in after}
        added = [update for update in after if update.id not in old]
        for update in before:
            if update.id in now:
                yield from _update(update, now[update.id])
            elif not self._is_there(*filter(None, (update.period, update.pledge, f"{update.id}.md"))):
                yield _gone_update(update, added)

    def _plan(self, period: Period, before: Plan, after: Plan | None) -> Iterator[Problem]:
        if after is None:
            if not self._is_there(period.id, PLAN_FILE):
                yield Fault("gone-plan").at(before.source.path, 1)
            return
        now = {activity.id: (index, activity) for index, activity in enumerate(after.file.activities)}
        for activity in before.file.activities:
            if activity.id in now:
                yield from self._activity(after.source, activity, *now[activity.id])
            else:
                yield Fault("gone-activity", value=activity.id).at(after.source.path, 1)
        old = {activity.id for activity in before.file.activities}
        for id_, (index, activity) in now.items():
            if id_ not in old and activity.added is None:
                yield after.source.problem("added-missing", "aktiviteter", index, value=id_, today=self.today)

    def _activity(self, source: Source, before: Activity, index: int, after: Activity) -> Iterator[Problem]:
        old, new = ([each.key for each in occurrences(activity)] for activity in (before, after))
        dropped = [key for key in old if key not in new] or ([ONGOING] if not old and new else [])
        added = [key for key in new if key not in old]
        if dropped:
            yield source.problem("dropped-occurrence", "aktiviteter", index, "när", value=dropped[0], id=before.id)
        elif added:
            yield source.problem("added-occurrence", "aktiviteter", index, "när", value=added[0], id=before.id)
        if any(change not in after.changes for change in before.changes if change.decided <= self.today):
            yield source.problem("gone-decision", "aktiviteter", index, id=before.id)


def _gone_ids(source: Source, what: str, key: str, before: Iterable[str], after: Iterable[str]) -> Iterator[Problem]:
    now = set(after)
    yield from (source.problem("gone-id", key, what=what, value=id_, key=key) for id_ in before if id_ not in now)


def _words(text: Text) -> str:
    return " ".join(plain(text.html).split())


def _gone_update(update: Update, added: Iterable[Update]) -> Problem:
    """Return that an update is gone, or under which other name it is found."""
    for other in added:
        if (other.file.title, _words(other.text)) == (update.file.title, _words(update.text)):
            old = update.source.path.rpartition("/")[2]
            return Fault("renamed-update", name=old).at(other.source.path, 1)
    return Fault("gone-update", ref=f"{update.ref}").at(update.source.path, 1)


def _update(before: Update, after: Update) -> Iterator[Problem]:
    old, new, source = before.file, after.file, after.source
    if old.withdrawn and not new.withdrawn:
        yield Fault("unwithdrawn").at(source.path, 1)
    if new.draft:
        yield source.problem("unpublished", "utkast")
    if old.withdrawn or new.withdrawn:
        return
    if any(mending not in new.mended for mending in old.mended):
        yield source.problem("gone-mending", "rättat")
    if any(mending not in old.mended for mending in new.mended):
        return
    facts = [key for name, key in _FACTS.items() if getattr(old, name) != getattr(new, name)]
    if facts:
        yield source.problem("changed-facts", facts[0], keys=", ".join(facts), ref=after.ref)
    elif _differ(_told(before), _told(after)):
        yield Fault("changed-text", ref=after.ref, most=_SMALL_CHANGE).at(source.path, 1)


def _told(update: Update) -> list[str]:
    """Return what an update says in words, one text for each place it says them."""
    file = update.file
    sources = [f"{each.title} {each.url or ''} {each.date or ''}" for each in file.sources]
    return [file.title or "", file.reason or "", _words(update.text), *sources]


def _differ(before: list[str], after: list[str]) -> bool:
    """Whether a reader would be told something else: another digit, or more than a slip of the pen."""
    if re.findall(r"\d", " ".join(before)) != re.findall(r"\d", " ".join(after)):
        return True
    return _changed(" ".join(before).split(), " ".join(after).split()) > _SMALL_CHANGE


def _changed(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many characters were added, removed or replaced by others, word by word and within the words."""
    changed = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            changed += _changed_letters(" ".join(before[a:b]), " ".join(after[c:d]))
    return changed


def _changed_letters(before: str, after: str) -> int:
    if max(len(before), len(after)) > _LONG * _SMALL_CHANGE:
        return max(len(before), len(after))
    codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for tag, a, b, c, d in codes if tag != "equal")
