"""MkDocs' events → calls of the rest. The only module that imports mkdocs.

The content is read and checked in ``on_config``, before MkDocs empties the output folder: a build that fails leaves
the last good site as it was. ``serve`` never raises, since MkDocs then answers no request until the next good build:
it keeps the last good content and shows the problems on every page.
"""

import gc
import logging
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from html import escape, unescape
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal

from jinja2 import Environment, FileSystemLoader
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.theme import Theme
from mkdocs.utils.yaml import yaml_load
from watchdog.utils.dirsnapshot import DirectorySnapshot, EmptyDirectorySnapshot

from foljmed import search
from foljmed.build import MANY_IMAGES, Build, Made, draw_images, write_search
from foljmed.cache import Cache
from foljmed.catalog import Catalog
from foljmed.compiled import Compiled
from foljmed.handwritten import Unlinked, without
from foljmed.links import UPDATE_ANCHOR
from foljmed.pages import START, Page, environment
from foljmed.problems import Fault, InvalidContent, Problem, refused
from foljmed.prose import tables
from foljmed.reader import read_catalog
from foljmed.settings import Project, read_processes, read_project, read_today
from foljmed.shown import Share, dated
from foljmed.spans import day_in_words, kept_together, parse_day
from foljmed.tree import IMAGE_TYPES, read_tree
from foljmed.views import Views
from foljmed.workers import Beside, Workers

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

_log = get_plugin_logger("foljmed")
_SEARCH = {"search", "material/search"}
_NO_PLACE = "”{target}” finns inte i det här bygget. Länkar dit leder överst på sidan."
_NOT_DIRTY = "--dirty går inte att använda: varje sida hänger ihop med de andra. Kör utan --dirty."


@dataclass
class _Build:
    """What one build, or one rebuild of a preview, holds."""

    is_preview: bool = False
    project: Project | None = None
    catalog: Catalog | None = None
    today: date = date.min
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    made: Made = field(default_factory=Made)
    files: dict[str, bytes] = field(default_factory=dict)
    images: dict[str, dict[str, bytes]] = field(default_factory=dict)
    laid: dict[str, Page] = field(default_factory=dict)
    is_large: bool = False
    is_refused: bool = False
    has_begun: bool = False
    parts: Beside[search.Known] | None = None
    searching: Thread | None = None
    end_meanwhile: Callable[[], None] = lambda: None
    memory: dict[str, Any] = field(default_factory=dict)
    cache: Cache = field(default_factory=lambda: Cache(Path(".cache/foljmed")))


_build = _Build()


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Note whether this is a preview."""
    if dirty:
        raise PluginError(_NOT_DIRTY)
    _build.is_preview = command == "serve"
    _build.catalog = None


def on_serve(server: "LiveReloadServer", *, config: MkDocsConfig, builder: Callable[..., None]) -> "LiveReloadServer":
    """Keep showing the site, with what is wrong on every page, while mkdocs.yml can't be read."""
    server.builder = _Rebuilding(config, builder)
    for path in config.watch:  # as MkDocs itself does a moment later
        server.watch(path)
    for emitter in server.observer.emitters:
        emitter._take_snapshot = partial(_snapshot, emitter._take_snapshot)  # type: ignore[attr-defined]  # noqa: SLF001 - it offers no other way
    return server


def _snapshot(take: Callable[[], DirectorySnapshot]) -> DirectorySnapshot | EmptyDirectorySnapshot:
    """Return what lies in a watched folder; nothing while it is gone, as when git fetches another branch.

    Who watches would otherwise give up for good.
    """
    try:
        return take()
    except (FileNotFoundError, NotADirectoryError):
        return EmptyDirectorySnapshot()


class _Rebuilding:
    """Builds a preview anew, by the last good settings where MkDocs refuses those that are there now.

    MkDocs itself prints a traceback then, and shows nothing of what is saved until they are mended.
    """

    def __init__(self, config: MkDocsConfig, builder: Callable[..., None]) -> None:
        self._first, self._builder = config, builder
        self._good = self._settings()

    def __call__(self) -> None:
        _build.has_begun = False
        try:
            self._builder()
            self._good = self._settings()
        except Exception as error:
            if _build.has_begun:  # the settings are good, and what is wrong is another thing
                raise
            _log.error(str(error))
            _build.is_refused = True
            try:
                if config := self._last_good():
                    self._builder(config)
            finally:
                _build.is_refused = False

    def _settings(self) -> dict[str, Any]:
        """Return what stands in mkdocs.yml, with what it inherits."""
        with Path(self._first.config_file_path).open("rb") as file:
            return yaml_load(file)

    def _last_good(self) -> MkDocsConfig | None:
        """Return the last good settings; None where not even they can be used, as without docs/."""
        first = self._first
        config = MkDocsConfig(config_file_path=first.config_file_path)
        # What is watched is settled when it starts, and may be gone now.
        config.load_dict({**deepcopy(self._good), "site_dir": first.site_dir, "watch": []})
        errors, _ = config.validate()
        config.site_url = first.site_url
        return None if errors else config


@event_priority(100)  # the plugin that makes the search reads a template, and compiled it anew each time
def _ready(config: MkDocsConfig) -> MkDocsConfig:
    """Find what is kept, the theme's templates too."""
    _build.has_begun = True
    kept = Path(config.config_file_path).resolve().parent / ".cache/foljmed"
    _build.cache = Cache(kept, _build.memory if _build.is_preview else None)
    config.markdown_extensions.append(_unlinked)  # type: ignore[arg-type]  # Markdown takes one that is made, too
    config.theme["language"] = "sv"  # where it is another, that is told; one that does not exist ends in a traceback
    config.theme.get_env = partial(_environment, config.theme.get_env)  # type: ignore[method-assign]  # as a subclass would
    return config


def _read(config: MkDocsConfig) -> MkDocsConfig:
    """Read and check all content. Raises PluginError with every problem, unless this is a preview."""
    if _build.searching:
        _build.searching.join()  # it writes where MkDocs empties
    _build.problems, _build.warnings, _build.made, _build.files, _build.laid = (), (), Made(), {}, {}
    _build.parts = None
    try:
        _build.today = read_today()
        _build.project = _project(config)
        tree = read_tree(_build.project)
        _build.is_large = tree.is_large
        _begin_search(config)
        _build.end_meanwhile = _workers(are_worth=_build.is_large).meanwhile(partial(_compile, config.theme))
        _build.catalog = read_catalog(_build.project, _build.cache, _workers(are_worth=_build.is_large), tree)
        _build.warnings = _build.catalog.warnings
        _must_not_be_refused(_build.project)
    except InvalidContent as invalid:
        if not _build.is_preview:
            raise PluginError(_report(invalid.problems)) from None
        _build.problems = tuple(each for each in invalid.problems if each.is_error)
        _build.warnings = tuple(each for each in invalid.problems if not each.is_error)
        _log.error(_report(invalid.problems))
        if not _build.parts:  # not even the folder could be read
            _begin_search(config)
    # The theme puts it into HTML as it is.
    config.site_name = escape(config.site_name)
    config.site_description = config.site_description and escape(config.site_description)
    for warning in _build.warnings if not _build.problems else ():
        _log.info(str(warning))  # as a warning it would stop a strict build
    _render(config)
    return config


def _must_not_be_refused(project: Project) -> None:
    """Raise InvalidContent where MkDocs refuses the settings, and nothing that was read says why."""
    if _build.is_refused:
        raise InvalidContent([Fault("mkdocs-refuses").at(project.config.name, 1)])


def _project(config: MkDocsConfig) -> Project:
    project = read_project(Path(config.config_file_path))
    if project.would_lose_content(Path(config.site_dir)):  # as the command line may say
        raise InvalidContent([Fault("site-over-content", value=config.site_dir).at(project.config.name, 1)])
    # serve puts its own address in the place of the site's.
    return replace(project, site_url=config.site_url or "")


on_config = CombinedEvent(_ready, _read)


class _Loader(FileSystemLoader):
    """The theme's files without what lies in hidden folders: Material's 14,000 icons, which MkDocs leaves out by name.

    To list them all the same took a twentieth of a small site's build.
    """

    def list_templates(self) -> list[str]:
        """Return the names of the others."""
        found: set[str] = set()
        for top in self.searchpath:
            for folder, folders, files in os.walk(top):
                folders[:] = [each for each in folders if not each.startswith(".")]
                found.update(Path(folder, file).relative_to(top).as_posix() for file in files)
        return sorted(found)


def _environment(get_env: Callable[[], Environment]) -> Environment:
    env = get_env()
    if isinstance(env.loader, FileSystemLoader):
        env.loader = _Loader(env.loader.searchpath)
    env.bytecode_cache = Compiled(_build.cache)
    return env


def _report(problems: tuple[Problem, ...]) -> str:
    return "\n".join(["Innehållet går inte att publicera:", *map(str, problems)])


def _render(config: MkDocsConfig) -> None:
    """Make every page of the last good content."""
    if _build.project is None or _build.catalog is None:
        if _build.parts:
            _build.parts.tell([])
        return
    views = Views(_build.catalog, _build.today, preview=_build.is_preview)
    _build.made = Build(
        project=_build.project,
        views=views,
        templates=_templates(config.theme),
        cache=_build.cache,
        workers=_workers(are_worth=_build.is_large),
        is_large=_build.is_large,
    ).make(_build.parts)
    _build.files = {**_images(views.catalog), **_build.made.files}


def _workers(*, are_worth: bool) -> Workers:
    """Return as many as may be where they are worth the trouble, else one that tells nothing."""
    if not are_worth:
        return Workers()
    return Workers(read_processes(is_preview=_build.is_preview), _log.isEnabledFor(logging.INFO))


def _images(catalog: Catalog) -> dict[str, bytes]:
    """Return the files that the images become which are shown."""
    # While the content is broken, a preview shows the last good one: its images may be gone from the disk.
    wanted = {a: file for a, file in catalog.images.items() if not (_build.problems and a in _build.images)}
    _build.images |= draw_images(wanted, _build.cache, _workers(are_worth=len(wanted) >= MANY_IMAGES))
    made: dict[str, bytes] = {}
    for address in catalog.images:
        files = _build.images[address]
        made.update((each, files[each]) for each in files if each == address or each not in catalog.images)
    return made


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and images that are made from the content to those that lie in docs/."""
    _redraw(files, Path(config.docs_dir))
    if _build.is_preview:  # which says on every page what is wrong with these
        for file in files.documentation_pages():
            try:
                _ = file.content_string
            except UnicodeDecodeError:
                file.content_string = ""
    hand_written = {file.url for file in files.documentation_pages()}
    for page in _build.made.pages.values():
        if (page.address or "./") not in hand_written:
            file = File.generated(config, f"{page.address}index.md", content="")
            file.edit_uri = None
            files.append(file)
            _build.laid[file.src_uri] = page
    for address, content in sorted(_build.files.items()):
        files.append(File.generated(config, address, content=content))
    if _build.parts:
        _build.parts.tell(search.share(chain.from_iterable(map(search.records, _others())), undated=""))
    if config.nav:  # without one, MkDocs makes a menu of all that there is
        config.nav = without(config.nav, _is_there) or []
    return files


def on_nav(nav: Navigation, **_: object) -> Navigation:
    """Let the menu's titles be text: the theme puts them into HTML as they are.

    Its pages are no series: Firefox would fetch the next one before anybody asks for it, or be stopped and complain.
    """
    _escape_titles(nav.items)
    for page in nav.pages:
        page.previous_page = page.next_page = None
    return nav


def _escape_titles(items: Iterable[StructureItem]) -> None:
    for item in items:
        if written := vars(item).get("title"):  # a page without one in the menu works it out when it is read
            item.title = escape(written)
        if isinstance(item, Section):
            _escape_titles(item.children)


def _redraw(files: Files, docs: Path) -> None:
    """Put in the place of each image in docs/ one that holds nothing but its pixels."""
    for file in files.media_files():
        source = Path(file.abs_src_path or "")
        if source.suffix.lower() in IMAGE_TYPES and source.is_relative_to(docs):
            from foljmed.images import redraw  # most sites have none here, and Pillow's import costs 50 ms

            try:
                key = _build.cache.key((b"redraw", source.suffix.encode(), source.read_bytes()))
                file.content_bytes = _build.cache.result(key, partial(redraw, source))
            except Fault:
                if not _build.is_preview:  # which shows what is wrong with it, as with the content
                    raise
                file.content_bytes = b""


def on_page_markdown(_: str, page: MkDocsPage, **_others: object) -> None:
    """Give a page the facts that MkDocs and the theme read from its front matter."""
    made = _made(page)
    page.meta["hide"] = ["navigation", "toc"]
    if made:
        page.meta.setdefault("title", made.title)
        page.meta.setdefault("description", made.description)
        if not made.is_searchable or page.file.src_uri in _build.laid:
            page.meta["search"] = {"exclude": True}  # or Material's plugin would parse it: search.py knows it better
    for key in {"title", "description"} & page.meta.keys():
        page.meta[key] = escape(str(page.meta[key]))  # the theme and its search put these into HTML as they are
    written = _written_day(page)
    # A build for a day knows of no later change.
    changes = [each for each in (written, made and made.updated) if each and each <= _build.today]
    updated = max(changes, default=None)
    page.meta["is_updated_by_hand"] = updated == written  # the content's own dates may be of what it tells
    page.meta["updated"] = dated(updated) if updated else None
    page.update_date = str(updated or _build.today)
    _unlinked.page = page.file.src_uri


def _is_there(file: str, place: str = "") -> bool:
    """Whether a file is in this build, or never made of the content; and with it an update that a link leads to."""
    address = file.removesuffix("index.md")
    page = _build.made.pages.get(address)
    if page and UPDATE_ANCHOR.match(place):
        return f' id="{place}"' in page.html
    return bool(page) or file in _build.files or not (_build.catalog and address in _build.catalog.addresses)


_unlinked = Unlinked(_is_there)


def _written_day(page: MkDocsPage) -> date | None:
    """Return when a hand-written page says that it was changed; None where it does not, or a preview can't read it."""
    with suppress(Fault):
        return parse_day(str(page.meta["updated"])) if "updated" in page.meta else None
    return None


class _Anchors(set[str]):
    """The places on a page that MkDocs knows of, and those in what is made, which it does not read.

    It asks for few of them: to find them all took longer than to look. What is made comes and goes with the day, such
    as what is next: a link to what is not there leads to the top of the page, and stops no build in the night.
    """

    def __init__(self, known: Iterable[str], html: str, address: str) -> None:
        super().__init__(known)
        self._html, self._address = html, address

    def __contains__(self, anchor: object) -> bool:
        if not super().__contains__(anchor) and f' id="{anchor}"' not in self._html:
            _log.info(_NO_PLACE.format(target=f"{self._address}#{anchor}"))
        return True


def on_page_content(html: str, page: MkDocsPage, **_: object) -> str:
    """Put what is made from the content below what is written by hand."""
    made = _made(page)
    if not page.is_homepage:
        page.meta.setdefault("title", page.title)  # or the theme would turn what is escaped in it into tags
    if made:
        page.present_anchor_ids = _Anchors(page.present_anchor_ids or (), made.html, page.file.src_uri)
    written = tables(html)
    return f"{written}\n{made.html}" if made and page.file.src_uri not in _build.laid else written


def on_page_context(context: dict[str, Any], page: MkDocsPage, config: MkDocsConfig, **_: object) -> dict[str, Any]:
    """Tell the theme's templates what stands on every page."""
    made = _made(page)
    if made and page.file.src_uri in _build.laid:
        page.content = made.html  # now that no other plugin reads it
    context["feeds"] = made.feeds if made else ()
    context["calendars"] = made.calendars if made else ()
    trail = made.trail if made and made.address else (START,)
    context["trail"] = [each._replace(title=kept_together(each.title)) for each in trail]
    context["speaks_of_today"] = made is not None
    if made and made.same_as:
        page.canonical_url = f"{config.site_url}{made.same_as}"
    context["share"] = Share(
        kind="website" if page.is_homepage else "article",
        site=unescape(config.site_name),
        title=unescape(str(page.meta.get("title") or page.title or config.site_name)),
        description=unescape(str(page.meta.get("description") or config.site_description or "")),
        url=page.canonical_url or "",
    )
    return context


def on_post_build(config: MkDocsConfig) -> None:
    """Write the search index, with what is made from the content, and put in order what is kept."""
    finish = partial(_finish_search, Path(config.site_dir) / "search/search_index.json", _build.parts)
    _build.end_meanwhile()
    _build.cache.tidy()
    if _build.is_preview:
        _build.searching = Thread(target=_after_showing, args=(finish,), daemon=True)
        _build.searching.start()
    else:
        finish()
        # Before it ends, Python would look through all of it once more, and let go of it one thing after the other, but
        # for what leads back to itself.
        gc.freeze()
        _build.memory["itself"] = _build


def on_build_error(error: Exception, **_: object) -> None:
    """Say in words which file the system refuses to read or write, where MkDocs prints a traceback."""
    if isinstance(error, OSError) and error.errno:  # a template that is not there has none
        raise Abort(refused(error).at("", 1).message) from None


def _others() -> list[Page]:
    """Return the pages made from the content whose share of the search is not kept with them."""
    return [page for page in _build.laid.values() if (page.same_as or page.address) not in _build.made.searched]


def _begin_search(config: MkDocsConfig) -> None:
    """Begin to write the search's parts, if the site has a search."""
    if any(config.plugins[name].config.get("enabled", True) for name in _SEARCH & config.plugins.keys()):
        split = partial(write_search, Path(config.site_dir) / "search", _build.cache)
        _build.parts = _workers(are_worth=_build.is_large).beside(split)


def _compile(theme: Theme) -> None:
    """Compile all templates that a build needs before anybody needs them."""
    compiled = Compiled(_build.cache)
    ours = environment(_templates(theme), compiled)
    compiled.prepare(ours, ours.list_templates())
    compiled.prepare(theme.get_env(), ("main.html", *theme.static_templates))


def _templates(theme: Theme) -> Path:
    return Path(theme.custom_dir or "overrides") / "foljmed"


def _finish_search(index: Path, split: Beside[search.Known] | None) -> None:
    known = split.result() if split else search.NOTHING
    if split and index.exists():  # a plugin may be there and write none
        search.finish(index, known)


def _after_showing(finish: Callable[[], None]) -> None:
    """Do what a preview's pages need not wait for."""
    with suppress(FileNotFoundError):  # it may end meanwhile, and its folder with it
        finish()
    gc.collect()


def on_env(env: Environment, **_: object) -> Environment:
    """Tell the theme's templates what is the same on every page, the 404 page included."""
    env.globals.update(
        today=day_in_words(_build.today),
        problems=_build.problems,
        warnings=_build.warnings if _build.is_preview else (),
        site_feed=_build.made.site_feed,
        is_preview=_build.is_preview,
        shows_content=_build.catalog is not None,
        disclaimer=_build.project.disclaimer if _build.project else "",
        has_contacts=bool(_build.project and _build.project.settings.contacts),
    )
    return env


def _made(page: MkDocsPage) -> Page | None:
    return _build.made.pages.get("" if page.url == "./" else page.url)
