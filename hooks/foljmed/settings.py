"""What whoever runs the site decides: ``extra.foljmed`` in mkdocs.yml, checked like the content, and the day."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from foljmed.plain_yaml import EMPTY, Place
from foljmed.problems import Fault, InvalidContent, Problem, suggest
from foljmed.prose import Prose, ascii_url, nowhere
from foljmed.source import Source, read_settings
from foljmed.spans import STOCKHOLM, parse_day
from foljmed.validation import validate
from foljmed.values import Line, Many, Text, Url, found


def _authority(text: str) -> str:
    """Return a tagging authority: a domain and the year it was held (RFC 4151)."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?,\d{4}(-\d\d(-\d\d)?)?", text):
        raise Fault(
            "setting", key="id_authority", reason=f"”{text}” ska vara en domän och ett år: foljmed.example,2021"
        )
    return text


def _at_least_one(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[1-9]\d{0,3}", value):
        raise Fault("setting", key="feed_items", reason=f"”{value}” ska vara ett heltal från 1 till 9999.")
    return int(value) if isinstance(value, str) else value


def _phone(text: str) -> str:
    """Return a telephone number as people write it."""
    if not re.fullmatch(r"\+?\d[\d -]{1,20}", text):
        raise Fault("setting", key="phone", reason=f"”{text}” är inget telefonnummer. Skriv så här: 08-123 456 78.")
    return text


class Contact(BaseModel):
    """A way to reach somebody, or to take part. ``phone`` is shown large, and can be called."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Line
    text: Line
    phone: Annotated[Line, AfterValidator(_phone)] | None = None
    url: Url | None = None


class Settings(BaseModel):
    """``extra.foljmed``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    content: Line = "pledges"
    id_authority: Annotated[Line, AfterValidator(_authority)]
    feed_items: Annotated[int, BeforeValidator(_at_least_one)] = 50
    disclaimer: Text | None = None
    contacts: tuple[Contact, ...] = ()
    # In Swedish, since it is what the messages say to write.
    allowed: Many[Line] = Field(default=(), alias="tillåt")


# Of which a compressed file's time, such as the sitemap's, can tell (RFC 1952: seconds from 1970 in 32 bits).
_YEARS: Final = range(1970, 2106)


class _Extra(BaseModel):
    model_config = ConfigDict(extra="ignore")
    foljmed: Settings


class _Theme(BaseModel):
    model_config = ConfigDict(extra="ignore")
    # What every page says its words are in (WCAG 3.1.1), and what the theme's own are in.
    language: Literal["sv"]


class _MkDocsFile(BaseModel):
    """The part of mkdocs.yml that is read here; MkDocs reads the rest."""

    model_config = ConfigDict(extra="ignore")
    extra: _Extra
    docs_dir: str = "docs"
    site_dir: str = "site"
    theme: _Theme
    site_name: Line
    site_url: Url


@dataclass(frozen=True)
class Project:
    """A site's folders and settings. ``root`` is the folder of mkdocs.yml; the others lie below it.

    ``site_url`` ends with a slash; ``disclaimer`` is HTML, empty where there is none.
    """

    root: Path
    config: Path
    docs: Path
    site_name: str
    site_url: str
    settings: Settings
    disclaimer: str = ""

    @cached_property
    def address(self) -> str:
        """``site_url`` in ASCII, as feeds and calendars have it."""
        return ascii_url(self.site_url)

    def absolute(self, address: str) -> str:
        """Return the whole address, in ASCII, of one within the site."""
        return self.address + quote(address, safe="/#")

    @property
    def content(self) -> Path:
        """The folder of the periods."""
        return self.root / self.settings.content

    def would_lose_content(self, site: Path) -> bool:
        """Whether MkDocs, which empties the folder that it builds into, would remove the content."""
        return self.content.resolve().is_relative_to(site.resolve())


def read_project(config_file: Path) -> Project:
    """Return the project that a mkdocs.yml describes. Raises InvalidContent."""
    if not config_file.is_file():  # then there is no project whose folder its path could be told from
        raise InvalidContent([Fault("missing-file", expected="").at(config_file.as_posix(), 1)])
    root = config_file.resolve().parent
    source = read_settings(config_file)
    file, problems = validate(_MkDocsFile, source)
    if file is None:
        raise InvalidContent(problems)
    if problems := list(_check_lists(source)):
        raise InvalidContent(problems)
    settings, around = file.extra.foljmed, nowhere()
    disclaimer = Prose().convert(settings.disclaimer or "", 3, around).html
    if around.faults:
        line = source.line("extra", "foljmed", "disclaimer")
        raise InvalidContent(fault.at(source.path, line) for fault, _ in around.faults)
    project = Project(
        root,
        config_file,
        root / file.docs_dir,
        file.site_name,
        file.site_url.rstrip("/") + "/",
        settings,
        disclaimer,
    )
    if project.would_lose_content(root / file.site_dir):
        raise InvalidContent([source.problem("site-over-content", "site_dir", value=file.site_dir)])
    return project


# Keys that name what MkDocs is to load, and the group that Python lists it in. It tells of what it does not find in
# English, and only once what is to be built has been received.
_ADDITIONS: Final = {"markdown_extensions": "markdown.extensions", "plugins": "mkdocs.plugins"}


def _check_lists(source: Source) -> Iterator[Problem]:
    """Yield what is wrong with the lists of what to load, which may also be keys with settings, and with the menu."""
    for key in (*_ADDITIONS, "nav"):
        written = source.values.get(key, EMPTY)
        if isinstance(written, dict) and key in _ADDITIONS:
            yield from _check_named(source, (key,), written)
        elif written is not EMPTY:
            yield from _check_parts(source, (key,), written, _check_named if key in _ADDITIONS else _check_menu)


def _check_menu(source: Source, place: Place, entry: Mapping[str, object]) -> Iterator[Problem]:
    """Yield what is wrong with an entry of the menu: a title, with a page or with entries of its own."""
    for title, inside in entry.items():
        if inside is EMPTY:
            yield source.problem("empty-value", *place, title, key=title)
        elif not isinstance(inside, str):
            yield from _check_parts(source, (*place, title), inside, _check_menu)


_Check = Callable[[Source, Place, Mapping[str, object]], Iterator[Problem]]


def _check_parts(source: Source, place: Place, parts: object, check: _Check) -> Iterator[Problem]:
    """Yield what is wrong with a list whose parts are each a name, or a name with what belongs to it."""
    key = str(place[-1])
    if not isinstance(parts, list):
        first = f"{next(iter(parts), '')}: …" if isinstance(parts, dict) else parts
        hint = f"Börja varje del med ett bindestreck: - {first}"
        yield source.problem("not-list", *place, key=key, found=found(parts), hint=hint)
        return
    for index, part in enumerate(parts):
        here, shown = (*place, index), f"{key}, del {index + 1}"
        if part is EMPTY:
            yield source.problem("empty-value", *here, key=shown)
        elif isinstance(part, list):
            yield source.problem("not-text", *here, key=shown, found=found(part))
        elif isinstance(part, dict) and len(part) > 1:
            first, *others = part
            details = {"key": key, "first": first}
            yield from (source.problem("two-names", *here, each, value=each, **details) for each in others)
        elif isinstance(part, dict):
            yield from check(source, here, part)
        elif check is _check_named:
            yield from check(source, here, {part: EMPTY})


def _check_named(source: Source, place: Place, named: Mapping[str, object]) -> Iterator[Problem]:
    key = str(place[0])
    for name, own in named.items():
        if isinstance(own, list) or (isinstance(own, str) and own != "false"):
            details = {"expected": "inställning: värde", "found": found(own), "hint": ""}
            yield source.problem("not-keys", *place, name, key=name, **details)
        theme = source.values["theme"].get("name", "") if key == "plugins" else ""
        if not _is_at_hand(key, name):
            known = _installed(_ADDITIONS[key])
            if not known & {name.removeprefix("/"), f"{theme}/{name}"}:
                hint = suggest(name, sorted({each.removeprefix(f"{theme}/") for each in known}))
                yield source.problem("not-installed", *place, name, value=name, key=key, hint=hint)


def _is_at_hand(key: str, name: str) -> bool:
    """Whether something to load is there: what Python lists takes time to look up, and this is most of it."""
    if key == "plugins":
        return name == "search"
    module = name.partition(":")[0]
    for each in (f"markdown.extensions.{name}", *({module} - sys.stdlib_module_names)):
        with suppress(ImportError, ValueError):  # of what it lies in, and of what can be no name
            if find_spec(each):
                return True
    return False


def _installed(group: str) -> set[str]:
    from importlib.metadata import entry_points  # only where it is needed: its import takes as long as a small site

    return set(entry_points(group=group).names)


def read_today() -> date:
    """Return the day the site speaks for: ``FOLJMED_TODAY``, else SOURCE_DATE_EPOCH's, else the clock's, in Stockholm.

    Raises InvalidContent when the environment holds something else.
    """
    if text := os.environ.get("FOLJMED_TODAY"):
        try:
            today = parse_day(text)
        except Fault as fault:
            raise InvalidContent([fault.at("FOLJMED_TODAY", 1)]) from None
        if today.year not in _YEARS:
            raise _not_in_time("FOLJMED_TODAY", text)
        return today
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch and not re.fullmatch("[0-9]{1,10}", epoch):
        raise _not_in_time("SOURCE_DATE_EPOCH", epoch)
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    if now.year not in _YEARS:
        raise _not_in_time("SOURCE_DATE_EPOCH", epoch)
    return now.astimezone(STOCKHOLM).date()


def _not_in_time(variable: str, value: str) -> InvalidContent:
    return InvalidContent([Fault("not-in-time", value=value, first=_YEARS[0], last=_YEARS[-1]).at(variable, 1)])


def read_processes(*, is_preview: bool) -> int:
    """Return how many processes may share a build: ``FOLJMED_PROCESSES``, else one for each processor.

    A preview has threads, which do not survive the making of a second process.
    """
    written = os.environ.get("FOLJMED_PROCESSES", "")
    given = int(written) if re.fullmatch(r"[1-9]\d?", written) else os.cpu_count() or 1
    return 1 if is_preview else given
