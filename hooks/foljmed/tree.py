"""What lies where in the content folder, and what has no place there."""

import os
import posixpath
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from foljmed.problems import Fault, InvalidContent, Problem, fold
from foljmed.settings import Project
from foljmed.spans import leading_day, parse_day
from foljmed.values import check_id, slug

PERIOD_FILE: Final = "period.md"
PLEDGE_FILE: Final = "lofte.md"
PLAN_FILE: Final = "kommunikationsplan.yml"
IMAGE_TYPES: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif")
# What cameras and screens also save. In docs/ it would be published with all that it tells of when and where.
OTHER_IMAGES: Final = (".jfif", ".jpe", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp")
# Addresses below a period that are the site's own, and those at its root.
RESERVED_PLEDGES: Final = ("loften", "omraden", "parter", "kalender")
# Places on a period's page (overrides/foljmed/period.html), where an area's id is one too.
RESERVED_AREAS: Final = ("innehall", "hela-perioden", "perioder")
# The same on a plan's page (overrides/foljmed/calendar.html), where an ongoing activity's id is one.
RESERVED_ACTIVITIES: Final = ("innehall", "kommer", "lopande", "har-varit", "manader", "om-planen")
RESERVED_PERIODS: Final = (*RESERVED_PLEDGES, "uppdateringar", "prenumerera", "assets", "search")
_UPDATE_NAME = re.compile(r"(\d{4}-\d\d-\d\d)-(.+)")
# What may follow a day in another form: "-3-" could belong to the day.
_WORDS = re.compile(r"[-_., ]+[a-zåäö]", re.IGNORECASE)
# "kommunikationsplan.yaml", "Lofte.md", "2021-04-15-vandring.md.txt", "2021-04-15-vandring"
_OTHER_ENDING = re.compile(
    r"(\d{4}-\d\d-\d\d-[^.]+|period|l[oö]fte|kommunikationsplan)(?:\.(?:md|markdown|txt|ya?ml)(?:\.(?:md|txt))?)?",
    re.IGNORECASE,
)
LARGE: Final = 200  # updates
# Updates of one pledge from which on it pays to note something of it in a file of its own.
MANY: Final = 20
_MOST_WORDS: Final = 49  # of the sixty characters, after the day and its hyphen
# What a correction of the same day adds to the name of what it corrects, so that it comes after it.
CORRECTION: Final = "-rattelse"

_PERIOD_HOLDS = (
    f"En period har {PERIOD_FILE}, {PLAN_FILE}, uppdateringar (ÅÅÅÅ-MM-DD-namn.md), bilder och en mapp per löfte."
)
_PLEDGE_HOLDS = f"Ett löfte har {PLEDGE_FILE}, uppdateringar (ÅÅÅÅ-MM-DD-namn.md) och bilder, men inga mappar."
_ROOT_HOLDS = "Här ligger bara en mapp för varje period."


class UpdateName(NamedTuple):
    """An update's file, its name as it is on the disk, and what that says."""

    folder: Path
    name: str
    id: str
    day: date

    @property
    def file(self) -> Path:
        """The file."""
        return self.folder / self.name


@dataclass
class PledgeFolder:
    """A pledge's folder."""

    id: str
    file: Path
    updates: list[UpdateName] = field(default_factory=list)


@dataclass
class PeriodFolder:
    """A period's folder."""

    id: str
    file: Path
    plan: Path | None = None
    updates: list[UpdateName] = field(default_factory=list)
    pledges: list[PledgeFolder] = field(default_factory=list)


@dataclass
class Tree:
    """Everything below the content folder.

    ``images`` is keyed by address within the site; ``pages`` maps each file that a link may point at, as a path
    relative to the project's root, to its address within the site; ``docs`` names the hand-written among them, and
    ``docs_images`` and ``docs_others`` are the images and other files beside those. ``misnamed`` are texts that would
    be content if they had another name.
    """

    root: Path
    periods: list[PeriodFolder] = field(default_factory=list)
    images: dict[str, Path] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    docs: set[str] = field(default_factory=set)
    docs_folder: Path = Path()
    docs_images: list[Path] = field(default_factory=list)
    docs_others: list[Path] = field(default_factory=list)
    misnamed: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_large(self) -> bool:
        """Whether it pays to keep results, and to share the work between processes."""
        return sum(len(pledge.updates) for period in self.periods for pledge in period.pledges) >= LARGE

    def shown(self, file: Path, *names: str) -> str:
        """Return the path of a file, or of what is in a folder, as it stands in problems.

        That is from the project's root, with ``/``, composed.
        """
        path = str(file).removeprefix(f"{self.root}{os.sep}").replace(os.sep, "/")
        return unicodedata.normalize("NFC", "/".join((path, *names)))

    def complain(self, file: Path, code: str, **details: object) -> None:
        """Note a problem with a file or folder as such."""
        self.problems.append(Fault(code, **details).at(self.shown(file), 1))


def read_tree(project: Project) -> Tree:
    """Return the content folder's tree. Raises InvalidContent when there is no such folder."""
    tree = Tree(project.root, docs_folder=project.docs)
    if not project.content.resolve().is_relative_to(project.root.resolve()):
        reason = f"”{project.settings.content}” ska vara en mapp inom projektets egen mapp."
        raise InvalidContent([Fault("setting", key="content", reason=reason).at("mkdocs.yml", 1)])
    if not project.content.is_dir():
        raise InvalidContent([Fault("no-content").at(tree.shown(project.content), 1)])
    _read_docs(tree)
    taken = {address.split("/", 1)[0]: page for page, address in tree.pages.items()}
    for name, is_folder in _entries(tree, project.content):
        entry = project.content / name
        if not is_folder:
            tree.complain(entry, "stray-file", expected=_ROOT_HOLDS)
        elif _named(tree, entry):
            if entry.name in RESERVED_PERIODS:
                tree.complain(entry, "bad-period-name", name=entry.name, suggestion="2021-2022")
            elif entry.name in taken:
                tree.complain(entry, "taken-address", name=entry.name, page=taken[entry.name])
            tree.periods.append(_period(tree, entry))
    return tree


def _period(tree: Tree, folder: Path) -> PeriodFolder:
    period = PeriodFolder(folder.name, folder / PERIOD_FILE)
    tree.pages[tree.shown(period.file)] = f"{period.id}/"
    entries = list(_entries(tree, folder))
    for entry, is_folder in entries:
        name = _meant_name(tree, folder, entry, entries, PERIOD_FILE, PLAN_FILE)
        if is_folder:
            if entry in RESERVED_PLEDGES:
                tree.complain(folder / entry, "reserved-name", name=entry)
            elif _named(tree, folder / entry):
                period.pledges.append(_pledge(tree, folder / entry, period.id))
        elif name == PLAN_FILE:
            period.plan = folder / entry
            tree.pages |= dict.fromkeys(map(tree.shown, (period.plan, folder / name)), f"{period.id}/kalender/")
        elif name == PERIOD_FILE:
            period.file = folder / entry
            tree.pages[tree.shown(period.file)] = f"{period.id}/"
        elif not _file(tree, folder, entry, f"{period.id}/", period.updates):
            _stray(tree, folder / entry, _PERIOD_HOLDS)
    return period


def _pledge(tree: Tree, folder: Path, period: str) -> PledgeFolder:
    pledge = PledgeFolder(folder.name, folder / PLEDGE_FILE)
    address = f"{period}/{pledge.id}/"
    tree.pages[tree.shown(pledge.file)] = address
    entries = list(_entries(tree, folder))
    for entry, is_folder in entries:
        if is_folder:
            tree.complain(folder / entry, "stray-folder", expected=_PLEDGE_HOLDS)
        elif _meant_name(tree, folder, entry, entries, PLEDGE_FILE) == PLEDGE_FILE:
            pledge.file = folder / entry
            tree.pages[tree.shown(pledge.file)] = address
        elif not _file(tree, folder, entry, address, pledge.updates):
            _stray(tree, folder / entry, _PLEDGE_HOLDS)
    return pledge


def _meant_name(tree: Tree, folder: Path, name: str, entries: list[tuple[str, bool]], *fixed: str) -> str:
    """Return the fixed name that a file is meant to have, though it is written otherwise, else its own.

    What is meant to be ``lofte.md`` is read as that, so that nothing but its name is told of.
    """
    meant = _mended(name)
    if meant == name or meant not in fixed or (meant, False) in entries or (name, False) not in entries:
        return name
    tree.complain(folder / name, "stray-file", expected=_renamed(name))
    return meant


def _file(tree: Tree, folder: Path, entry: str, address: str, updates: list[UpdateName]) -> bool:
    """Note an image or an update, or what is wrong with its name or kind. Return False for what is neither."""
    name = unicodedata.normalize("NFC", entry)
    stem, suffix = posixpath.splitext(name)
    if suffix.lower() in IMAGE_TYPES:
        if address + name in tree.images:
            tree.complain(folder / entry, "twin-images", target=name)
        tree.images[address + name] = folder / entry
    elif suffix == ".md" and name not in (PERIOD_FILE, PLEDGE_FILE):
        try:
            updates.append(UpdateName(folder, entry, stem, _day_of(stem)))
        except Fault as fault:
            tree.problems.append(fault.at(tree.shown(folder / entry), 1))
            tree.misnamed.append(folder / entry)
        else:
            tree.pages[tree.shown(folder, name)] = f"{address}#{stem}"
    elif suffix.lower() in (*OTHER_IMAGES, ".svg"):
        tree.complain(folder / entry, "image-type", target=name)
    else:
        return False
    return True


def _day_of(stem: str) -> date:
    """Return the day that an update's name says. Raises Fault for one that may not be its name."""
    match = _UPDATE_NAME.fullmatch(stem)
    if match is None:
        found = leading_day(stem)
        if found is None or not _WORDS.match(found[1]):
            raise Fault("bad-update-name", hint="Dagen är den då uppdateringen publiceras.")
        mended = f"{update_stem(str(found[0]), found[1])}.md"
        raise Fault("bad-update-name", hint=f"Dagen skrivs ÅÅÅÅ-MM-DD. Byt till {mended}.")
    day = parse_day(match[1])
    try:
        check_id(stem)
    except Fault:
        mended = f"{update_stem(match[1], match[2].removesuffix('.md'))}.md"
        hint = f"Bara a–z, 0–9 och bindestreck, högst 60 tecken. Byt till {mended}."
        raise Fault("bad-update-name", hint=hint) from None
    return day


def update_stem(day: str, words: str, room: int = 0) -> str:
    """Return the name, without its ending, of an update of a day, from a headline; with ``room`` for what is added."""
    name, most = slug(words), _MOST_WORDS - room
    if len(name) > most:
        name = name[: most + 1].rpartition("-")[0] or name[:most]
    return f"{day}-{name}"


def _named(tree: Tree, folder: Path) -> bool:
    """Whether a folder's name may be an address; if not, that is noted."""
    try:
        check_id(folder.name)
    except Fault as fault:
        tree.problems.append(fault.at(tree.shown(folder), 1))
        return False
    return True


def _entries(tree: Tree, folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield the name of what a folder holds and is content, in the order of names, and whether it is a folder.

    Links are noted, not followed.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda each: unicodedata.normalize("NFC", each.name))
    except OSError:
        tree.complain(folder, "missing-file", expected="")
        return
    for entry in entries:
        if entry.name.startswith(("_", ".")):
            continue
        if entry.is_symlink():
            tree.complain(folder / entry.name, "symlink")
        elif not (entry.is_dir() or entry.is_file()):
            tree.complain(folder / entry.name, "missing-file", expected="")
        else:
            yield entry.name, entry.is_dir()


def _stray(tree: Tree, file: Path, holds: str) -> None:
    """Note a file that is no content; ``holds`` says what is, in its folder."""
    renamed = _renamed(file.name)
    tree.complain(file, "stray-file", expected=renamed or holds)
    if renamed:
        tree.misnamed.append(file)


def _renamed(name: str) -> str:
    """Return what to call a file whose name or ending is another than it should be; empty where that is not clear."""
    return f"Byt namn till {meant}." if (meant := _mended(name)) != name else ""


def _mended(name: str) -> str:
    """Return a name with the ending that its beginning asks for, and a fixed name as it is to be written."""
    match = _OTHER_ENDING.fullmatch(unicodedata.normalize("NFC", name))
    if match is None:
        return name
    stem = match[1] if match[1][0].isdigit() else fold(match[1])
    return f"{stem}.{'yml' if stem.startswith('komm') else 'md'}"


def _read_docs(tree: Tree) -> None:
    """Note what lies below docs/."""
    for file in _docs(tree):
        if file.suffix == ".md":
            tree.pages[tree.shown(file)] = _docs_address(file.relative_to(tree.docs_folder))
        elif file.suffix.lower() in IMAGE_TYPES:
            tree.docs_images.append(file)
        else:
            tree.docs_others.append(file)
    tree.docs = set(tree.pages)


def _docs(tree: Tree) -> list[Path]:
    """Return the files below docs/, but for hidden ones. MkDocs would stop in the middle at what it can't read."""
    found = []
    for name, folders, files in os.walk(tree.docs_folder):
        folder = Path(name)
        folders[:] = [each for each in folders if not each.startswith(".")]
        for file in (folder / each for each in (*folders, *files) if not each.startswith(".")):
            if file.is_symlink():
                tree.complain(file, "symlink")
            elif not file.is_dir() and (not file.is_file() or not os.access(file, os.R_OK)):
                tree.complain(file, "missing-file", expected="")
            elif not file.is_dir():
                found.append(file)
    return sorted(found)


def _docs_address(file: Path) -> str:
    """Return the address that MkDocs gives a hand-written page."""
    parts = file.with_suffix("").parts
    if parts[-1] in ("index", "README"):
        parts = parts[:-1]
    return "".join(f"{part}/" for part in parts)
