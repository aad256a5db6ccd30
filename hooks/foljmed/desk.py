"""The communicator's desk: what is found by name, what a new file holds, and how it gets into the content folder.

New files are written all or none, and stay only if the content is no worse with them than it was. What a file still
lacks is marked in it (``guard.TEMPLATE_MARK``), so that nobody publishes a template by mistake.
"""

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

from foljmed.catalog import Catalog, Period, Pledge, Update
from foljmed.guard import TEMPLATE_MARK, check_file
from foljmed.model import Area
from foljmed.plain_yaml import write
from foljmed.plan import Standing
from foljmed.problems import Fault, InvalidContent, Problem, did_you_mean, suggest
from foljmed.prose import Text, domain_of
from foljmed.reader import read
from foljmed.settings import Project
from foljmed.source import Source
from foljmed.spans import Unit, within
from foljmed.timeline import plan_standings
from foljmed.tree import CORRECTION, PERIOD_FILE, PLAN_FILE, PLEDGE_FILE, update_stem
from foljmed.values import Kind, Status, parse_number

# What a key holds before it is written: texts, lists, mappings.
Values = Mapping[str, object]


# --- Finding things


@dataclass(frozen=True)
class Desk:
    """What there is when the communicator sits down: the content, the day, and what is wrong with it already."""

    project: Project
    catalog: Catalog
    today: date
    problems: tuple[Problem, ...] = ()

    def current(self) -> Period:
        """Return the period that is running, else the last that was, else the next. Raises Fault when there is none."""
        if found := self.catalog.current(self.today):
            return found
        self._must_be_readable(sorted(self.project.content.glob(f"[!_.]*/{PERIOD_FILE}")))
        raise Fault("no-period")

    def _must_be_readable(self, files: Iterable[Path]) -> None:
        """Raise Fault for a file that is there though nothing of it is known."""
        for file in files:
            if file.is_file() and file.resolve().is_relative_to(self.project.content.resolve()):
                raise Fault("not-readable", path=_shown(self.project, file))

    def find_period(self, name: str) -> Period:
        """Return a period by its folder's name. Raises Fault."""
        for period in self.catalog.periods:
            if period.id == name:
                return period
        self._must_be_readable([self.project.content / name / PERIOD_FILE])
        hint = suggest(name, [period.id for period in self.catalog.periods])
        raise Fault("unknown-period", value=name, hint=hint)

    def find_pledge(self, name: str) -> Pledge:
        """Return a pledge by ``period/pledge``, or by its folder's name alone, rather of the current period.

        Of another period where only one has it: an update may be needed when the next period has begun. Raises Fault.
        """
        content = self.project.content
        period_name, _, id_ = name.strip("/").rpartition("/")
        period = self.find_period(period_name) if period_name else self.current()
        every = [pledge for each in self.catalog.periods for pledge in each.pledges if pledge.id == id_]
        if here := next((pledge for pledge in every if pledge.period == period.id), None):
            return here
        self._must_be_readable([content / period.id / id_ / PLEDGE_FILE])
        if not period_name:
            if found := _only(every, name):
                return found
            self._must_be_readable([folder / id_ / PLEDGE_FILE for folder in sorted(content.iterdir())])
        hint = suggest(id_, [each.id for each in period.pledges])
        raise Fault("unknown-pledge", value=name, period=period.id, hint=hint)

    def find_update(self, name: str) -> Update:
        """Return an update by its file's path, by ``period/pledge/stem``, or without the period, as ``find_pledge``.

        Raises Fault.
        """
        ref = posixpath.normpath(name.replace("\\", "/").removesuffix(".md"))
        every = list(self.catalog.all_updates())
        here = Path(f"{ref}.md").resolve()
        for update in every:
            if (self.project.root / update.source.path).resolve() == here:
                return update
        for update in every:
            if ref == update.ref or ref.endswith(f"/{update.ref}"):
                return update
        period = self.current()
        alike = [update for update in every if update.ref == f"{update.period}/{ref}"]
        if found := _only([each for each in alike if each.period == period.id] or alike, name):
            return found
        if posixpath.basename(ref).removesuffix(".yml") in _NO_UPDATES:
            raise Fault("not-an-update", value=name)
        content = self.project.content
        folders = [content, content / period.id, *sorted(content.iterdir())]
        self._must_be_readable([here, *(folder / f"{ref}.md" for folder in folders)])
        raise Fault("unknown-update", value=name, hint=did_you_mean(ref, [update.ref for update in every]))


Found = TypeVar("Found", Pledge, Update)


def _only(found: Sequence[Found], name: str) -> Found | None:
    """Return what was found by a name that leaves out the period, if anything was. Raises Fault for several."""
    if len(found) > 1:
        raise Fault("in-several-periods", value=name, choices=" eller ".join(f"”{each.ref}”" for each in found))
    return next(iter(found), None)


# The other files of the content, without their endings.
_NO_UPDATES: Final = {posixpath.splitext(name)[0] for name in (PERIOD_FILE, PLEDGE_FILE, PLAN_FILE)}


# --- Updates


@dataclass(frozen=True)
class NewUpdate:
    """An update to be written: of a pledge, or of a period as a whole (then ``pledge`` is None).

    ``values`` are the keys that were answered, in the order of the file. An update without ``text`` becomes a draft.
    """

    period: Period
    pledge: Pledge | None
    day: date
    values: Values
    text: str = ""
    words: str = ""

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        if self.words:
            return update_stem(str(self.day), self.words)
        return update_stem(str(self.day), str(self.values["titel"]), len(CORRECTION))

    def file(self, project: Project) -> Path:
        """Return where it is to lie."""
        folder = project.content / self.period.id
        return (folder / self.pledge.id if self.pledge else folder) / f"{self.stem}.md"

    def content(self) -> str:
        """Return the file's text, with what is optional as comments."""
        draft = {} if self.text else {"utkast": "true"}
        values = {**self.values, **draft}
        hints = [f"# {key}: {example}" for key, example in self._optional() if key not in self.values]
        optional = ["# Valfritt. Ta bort # och mellanslaget på raden för att använda den:", *hints] if hints else []
        note = [] if self.text else ["# Ett utkast publiceras inte. Ta bort raden utkast när texten är skriven."]
        lines = ["---", write(values).rstrip("\n"), *note, *optional, "---", "", self.text or _ASK_FOR_TEXT, ""]
        return "\n".join(lines)

    def _optional(self) -> Iterator[tuple[str, str]]:
        """Yield each key that is not asked for and would make sense here, with an example of what it may hold."""
        yield "hände", str(self.day)
        is_background = self.values.get("typ") == Kind.BACKGROUND
        if self.pledge and not is_background:
            yield "status", Status.UNDER_WAY
        places = list(self.period.file.places)
        if len(places) > 1:
            yield "gäller", places[1]
        every = self.pledge.file.measures if self.pledge else ()
        if measures := [each.id for each in every if not (is_background and each.adds_up_over_period)]:
            values = ", ".join(f"{id_}: {TEMPLATE_MARK}" for id_ in measures)
            yield "värden", f"{{{values}}}"
        yield "källor", f"[{{titel: {TEMPLATE_MARK} vad källan heter, url: {TEMPLATE_MARK} adressen}}]"
        if not is_background and (waiting := awaited(self.period, self.pledge, self.day)):
            yield "uppfyller", waiting[0].occurrence.ref
        if self.text:
            yield "utkast", "true"


_ASK_FOR_TEXT = f"{TEMPLATE_MARK} vad som har hänt, med egna ord."


def awaited(period: Period, pledge: Pledge | None, today: date) -> list[Standing]:
    """Return the occurrences of a plan that wait for an update about a pledge, or about none, latest first."""
    found = [
        each
        for each in plan_standings(period, today)
        if each.is_awaited and each.occurrence.span.first <= today and _is_about(each, pledge)
    ]
    return sorted(found, key=lambda each: each.deadline, reverse=True)


def _is_about(standing: Standing, pledge: Pledge | None) -> bool:
    pledges = standing.occurrence.activity.pledges
    return pledge.id in pledges if pledge else not pledges


def parse_value(text: str) -> tuple[str, str]:
    """Return the measure and the number of ``deltagare=12``. Raises Fault."""
    measure, sign, number = (part.strip() for part in text.partition("="))
    if not (sign and measure):
        raise Fault("bad-value", value=text)
    parse_number(number)
    return measure, number


def parse_source(text: str) -> dict[str, str]:
    """Return a source as keys: a title, and the address that stands last in it, if there is one."""
    title, _, last = text.strip().rpartition(" ")
    if title and last.startswith(("https://", "http://")):
        return {"titel": title.rstrip(" ,|–-"), "url": last}
    return {"titel": text.strip()}


def correction_of(update: Update) -> Values:
    """Return the keys that a correction takes over from the update it corrects."""
    return {"hände": str(update.day), **_taken(update, "av", "typ", "hände", "gäller", "källor")}


def _taken(update: Update, *keys: str) -> dict[str, object]:
    """Return keys as they are written in an update, those that are."""
    return {key: update.source.values[key] for key in keys if key in update.source.values}


def is_published(update: Update, today: date) -> bool:
    """Whether readers know of an update."""
    return not update.file.draft and not update.is_later(today)


def must_be_published(update: Update, today: date) -> None:
    """Raise Fault for an update that is withdrawn already, or that nobody has read yet."""
    if update.file.withdrawn:
        raise Fault("already-withdrawn", value=update.ref, since=update.file.withdrawn.date)
    if not is_published(update, today):
        raise Fault("not-yet-published", value=update.ref, path=update.source.path)


# --- Withdrawing


@dataclass(frozen=True)
class Removal:
    """What withdrawing an update does: its file's new text, the images that nothing else shows, what is to be told.

    ``corrections`` of it remain published.
    """

    file: Path
    content: str
    images: tuple[Path, ...]
    warnings: tuple[Problem, ...] = ()
    corrections: tuple[Update, ...] = ()


def withdrawal(work: Desk, update: Update, reason: str) -> Removal:
    """Return what withdrawing a published update does.

    Raises Fault for one that is withdrawn or not published, and InvalidContent for a reason that must not be public.
    """
    must_be_published(update, work.today)
    # What it said lapses with it and may be the reason why it goes: titles of sources, reasons, notes of mendings.
    kept = _taken(update, "av", "typ", "rättar", "även")
    values = {**kept, "tillbakadraget": {"datum": str(work.today), "skäl": reason}}
    file, images = work.project.root / update.source.path, work.catalog.images
    others = {image for text in _texts(work.catalog, update) for image in text.images}
    shown = (images[image] for image in update.text.images if image not in others and image in images)
    alone = [image for image in shown if not _is_named(image, apart_from=file)]
    front = write(values)
    period = work.find_period(update.period)
    domains = [domain for party in period.file.parties.values() if (domain := domain_of(str(party.url or "")))]
    found = tuple(check_file(Source(update.source.path, front, 2, dict(values)), (), domains))
    if any(problem.is_error for problem in found):
        raise InvalidContent(found)
    every = _corrections(work.catalog, update)
    corrections = tuple(each for each in every if not (each.file.withdrawn or each.file.draft))
    return Removal(file, f"---\n{front}---\n", tuple(dict.fromkeys(alone)), found, corrections)


def _corrections(catalog: Catalog, update: Update) -> Iterator[Update]:
    """Yield the corrections of an update, and theirs, oldest first."""
    ids = {update.id}
    beside = [each for each in catalog.all_updates() if (each.period, each.pledge) == (update.period, update.pledge)]
    for each in sorted(beside, key=lambda each: each.order):
        if each.file.corrects in ids:
            ids.add(each.id)
            yield each


def _is_named(image: Path, apart_from: Path) -> bool:
    """Whether another file beside an image names it: one that can't be read yet may show it all the same."""
    names = {unicodedata.normalize("NFC", each) for each in (image.name, quote(image.name))}
    texts = (file.read_bytes().decode("utf-8", "replace") for file in image.parent.glob("*.md") if file != apart_from)
    return any(name in unicodedata.normalize("NFC", text) for text in texts for name in names)


def _texts(catalog: Catalog, without: Update) -> Iterator[Text]:
    for period in catalog.periods:
        yield from (period.text, period.afterwards, *period.situations.values())
        yield from (text for pledge in period.pledges for text in (pledge.wording, pledge.easy))
        yield from (update.text for update in period.all_updates() if update.ref != without.ref)


def withdraw(removal: Removal) -> None:
    """Write the notice in the place of the text, then delete the images."""
    _put(removal.file, removal.content)
    for image in removal.images:
        image.unlink(missing_ok=True)


# --- Pledges and periods


def pledge_content(values: Values, wording: str) -> str:
    """Return a ``lofte.md``. What is missing is asked for in it."""
    return f"---\n{write(values)}{_PLEDGE_HINTS}---\n\n{wording or _ASK_FOR_WORDING}\n"


ASK_FOR_SUMMARY = f"{TEMPLATE_MARK} löftet på vanlig svenska, i en eller två meningar."
_ASK_FOR_WORDING = f"{TEMPLATE_MARK} löftets ordalydelse, ord för ord ur dokumentet."
_PLEDGE_HINTS = f"""\
# Valfritt. Ta bort # och mellanslaget på raden för att använda den:
# leder: {TEMPLATE_MARK} den part som dokumentet säger leder
# redovisas_varje: {TEMPLATE_MARK} månad, kvartal, halvår eller år
# kriterier: [{TEMPLATE_MARK} vad som ska vara gjort för att löftet ska räknas som genomfört]
# mått: [{{id: deltagare, namn: {TEMPLATE_MARK} vad som räknas, enhet: {TEMPLATE_MARK}, typ: antal}}]
"""


def is_under_way(period: Period, today: date) -> bool:
    """Whether a pledge of a period may be said to have been silent: a month has passed since its document's."""
    months = within(period.dated, min(today, period.file.last), Unit.MONTH)
    return any(period.dated < each.first and each.last < today for each in months)


def next_number(period: Period) -> int:
    """Return the number after the highest of a period's pledges."""
    return max((pledge.file.number for pledge in period.pledges), default=0) + 1


def continued_pledge(pledge: Pledge, number: int) -> str:
    """Return the ``lofte.md`` of a pledge that continues another. Its words are a new document's and are asked for."""
    values = {
        "nummer": str(number),
        "titel": pledge.file.title,
        "mål": pledge.file.goal,
        "ansvariga": list(pledge.file.responsible),
        "sammanfattning": ASK_FOR_SUMMARY,
        "fortsätter": pledge.ref,
    }
    return pledge_content(values, "")


def period_content(title: str, first: str, last: str, like: Period | None) -> str:
    """Return a ``period.md``, with the parties, places and areas of an earlier period, which may go on."""
    values = {"titel": title, "börjar": first, "slutar": last}
    taken: Values = {key: like.source.values[key] for key in ("parter", "platser")} if like else _ASKED_PERIOD
    areas = [_area(area) for area in like.file.areas] if like else [_ASKED_AREA]
    front = write({**values, **taken, "områden": areas})
    return f"---\n{front}{_PERIOD_HINTS}---\n\n## Om dokumentet\n\n{_ASK_FOR_DOCUMENT}\n"


def _area(area: Area) -> Values:
    """Return an area and its goals as keys. Its situation belongs to the document it stood in."""
    goals = [{"id": goal.id, "titel": goal.title} for goal in area.goals]
    return {"id": area.id, "titel": area.title, **({"mål": goals} if goals else {})}


_ASKED_PERIOD: Values = {
    "parter": {
        "kommunen": {
            "namn": f"{TEMPLATE_MARK} kommunens namn",
            "kort": "kommunen",
            "url": f"{TEMPLATE_MARK} https-adressen",
        },
        "polisen": {
            "namn": f"{TEMPLATE_MARK} polisens namn på orten",
            "kort": "polisen",
            "url": "https://polisen.se/",
        },
    },
    "platser": {"kommunen": f"{TEMPLATE_MARK} platsens namn"},
}
_ASKED_AREA: Values = {"id": "trygghet", "titel": f"{TEMPLATE_MARK} områdets namn"}
_PERIOD_HINTS = """\
# Valfritt. Ta bort # och mellanslaget på raden för att använda den:
# källa: {titel: * vad dokumentet heter, url: * adressen, datum: ÅÅÅÅ-MM-DD}
# underskrifter: [{part: kommunen, datum: ÅÅÅÅ-MM-DD, ort: *, namn: *, roll: *}]
""".replace("*", TEMPLATE_MARK)
_ASK_FOR_DOCUMENT = f"{TEMPLATE_MARK} det i dokumentet som inte är löften, med dess egna ord."


def new_period(project: Project, id_: str, period_text: str, pledges: Iterable[Pledge]) -> dict[Path, str]:
    """Return the files of a new period, with those pledges that continue."""
    folder = project.content / id_
    continued = {
        folder / pledge.id / PLEDGE_FILE: continued_pledge(pledge, number) for number, pledge in enumerate(pledges, 1)
    }
    return {folder / PERIOD_FILE: period_text, **continued}


# --- Writing


def add(work: Desk, files: Mapping[Path, str]) -> tuple[Problem, ...]:
    """Write new files, all or none, and return what is to be told of them.

    Raises InvalidContent, and leaves the folder as it was, when a file exists or when anything would become wrong that
    is not merely still to be written.
    """
    taken = [Fault("file-exists").at(_shown(work.project, file), 1) for file in files if file.exists()]
    if taken:
        raise InvalidContent(taken)
    made = [folder for file in files for folder in _missing(file.parent)]
    try:
        for file, content in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            _put(file, content)
        found = tuple(problem for problem in read(work.project)[1] if problem not in work.problems)
    except BaseException:
        _remove(files, made)
        raise
    if any(problem.is_error and problem.code != "template-text" for problem in found):
        _remove(files, made)
        raise InvalidContent(problem for problem in found if problem.code != "template-text")
    return found


def _shown(project: Project, file: Path) -> str:
    return file.relative_to(project.root).as_posix()


def _missing(folder: Path) -> list[Path]:
    """Return a folder and those around it that are yet to be made, innermost first."""
    return [each for each in (folder, *folder.parents) if not each.exists()]


def _put(file: Path, content: str) -> None:
    """Write a file whole or not at all; nobody sees it half-written."""
    unfinished = file.with_name(f".{file.name}.new")
    try:
        unfinished.write_text(content, "utf-8", newline="\n")
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _remove(files: Iterable[Path], folders: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
    for folder in sorted(set(folders), key=lambda each: len(each.parts), reverse=True):
        if folder.is_dir():
            folder.rmdir()
