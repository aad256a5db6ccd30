"""The pages written by hand in ``docs/`` and the settings that are shown: what must not be public, where links lead.

MkDocs itself turns them to HTML, and would say what it minds in English, in the middle of a build.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from foljmed import guard
from foljmed.links import Links, page_html
from foljmed.plain_yaml import deepest
from foljmed.problems import Fault, InvalidContent, Problem, did_you_mean, suggest, there_is
from foljmed.prose import Text, link, parted_url, plain_of_any, undescribed
from foljmed.settings import Project
from foljmed.source import Source, parted, read_settings, read_text
from foljmed.spans import parse_day
from foljmed.tree import OTHER_IMAGES, Tree

# What a browser fetches without being asked, and a link to it is not.
_FETCHED = re.compile(
    r'<(?:img|script|iframe|link|video|audio|source|embed|object)\b[^>]*?\s(?:src|href|data)="((?:[a-z]+:)?//[^"]*)"',
    re.IGNORECASE,
)
_IMAGE = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\salt="([^"]*)"')
_SRC = re.compile(r'\ssrc="([^"]*)"')
# What MkDocs and the theme call what the content calls otherwise.
_KEYS = {"titel": "title", "beskrivning": "description", "uppdaterad": "updated"}
# Those of mkdocs.yml. MkDocs itself stops at any other, in English and when what is built has already been received.
SETTINGS = (
    *("copyright", "dev_addr", "docs_dir", "draft_docs", "edit_uri", "edit_uri_template", "exclude_docs", "extra"),
    *("extra_css", "extra_javascript", "extra_templates", "hooks", "markdown_extensions", "mdx_configs", "nav"),
    *("not_in_nav", "plugins", "remote_branch", "remote_name", "repo_name", "repo_url", "site_author"),
    *("site_description", "site_dir", "site_name", "site_url", "strict", "theme", "use_directory_urls", "validation"),
    "watch",
)
# What MkDocs also takes for pages, and nothing here does.
_OTHER_PAGES = {".markdown", ".mdown", ".mkdn", ".mkd"}
_NOT_EASY = "Skriv lättläst i löftets lofte.md, eller länka till löftet utan #lattlast."
_TARGET = re.compile(r'<(a|img)\b[^>]*?\s(?:href|src)="([^"]*)"')


def check(
    project: Project, tree: Tree, links: Links, domains: tuple[str, ...], missing: frozenset[str]
) -> Iterator[Problem]:
    """Yield what is wrong with what lies in docs/, and what of the settings may be personal data.

    ``missing`` are the places that pledges' pages would have if there were an easy text.
    """
    allowed: list[str] = []
    for path in sorted(tree.docs):
        try:
            source, html, found = _read(path, read_text(tree.root / path, path), domains)
        except InvalidContent as invalid:
            yield from invalid.problems
            continue
        yield from found
        yield from _check_keys(source)
        yield from _check_images(source, html)
        yield from _check_targets(source, html, links, missing)
        allowed += guard.allowed_in(source)
    for image in tree.docs_images:
        yield from _check_image(image, tree.shown(image), allowed)
    for file in tree.docs_others:
        yield from _check_other(file, tree.shown(file), [*allowed, *project.settings.allowed], domains)
    yield from _check_settings(project, domains, tree, links)
    yield from _check_addresses(tree)


class Unlinked(Extension, Treeprocessor):
    """Leaves of links to what is not there yet the words alone: MkDocs would refuse to build.

    ``page`` is the path, within docs/, of the page that is being converted; ``is_there`` tells whether a file, named
    as from there, and a place in it, are in this build.
    """

    def __init__(self, is_there: Callable[[str, str], bool]) -> None:
        """Wait for a page."""
        super().__init__()
        self.page = ""
        self._is_there = is_there

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - as the library calls it
        """Take part once there are links, and before MkDocs looks at where they lead."""
        md.treeprocessors.register(self, "unlinked", 2)

    def run(self, root: Element) -> None:
        """Take away the tags of links, and leave what is in them."""
        for each in root.iter("a"):
            parts = urlsplit(each.get("href", ""))
            file = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), unquote(parts.path)))
            if parts.path and not (parts.scheme or parts.netloc or self._is_there(file, unquote(parts.fragment))):
                each.tag = None  # type: ignore[assignment]  # of which Markdown writes what is in it


def without(menu: Any, is_there: Callable[[str], bool]) -> Any:
    """Return a menu, or a part of one, without the pages that are not there; None where nothing is left."""
    if isinstance(menu, list):
        return [each for each in (without(part, is_there) for part in menu) if each] or None
    if isinstance(menu, dict):
        return {title: each for title, part in menu.items() if (each := without(part, is_there))} or None
    return menu if is_there(menu) else None


@lru_cache(maxsize=256)  # a preview asks again each time that anything is saved
def _read(path: str, text: str, domains: tuple[str, ...]) -> tuple[Source, str, tuple[Problem, ...]]:
    """Return a page as written and as HTML, and what may be personal data in it. Raises InvalidContent."""
    source = parted(text, path)
    if not source.yaml and re.match(r"---[ \t]*\n\w+:", text):
        raise InvalidContent([Fault("open-front-matter").at(path, 1)])
    try:
        html = page_html(source.body)
    except Fault as fault:
        raise InvalidContent([source.body_problem(fault, deepest(source.body).strip())]) from None
    found = guard.check_file(source, [Text(html, plain_of_any(html))], domains)
    return source, html, (*found, *guard.check_name(path, path, guard.allowed_in(source)))


def _check_keys(source: Source) -> Iterator[Problem]:
    for key in _KEYS.keys() & source.values.keys():
        yield source.problem("unknown-key", key, key=key, hint=f"På sidorna i docs heter den ”{_KEYS[key]}”.")
    if "updated" in source.values:
        try:
            parse_day(str(source.values["updated"]))
        except Fault as fault:
            yield source.problem(fault.code, "updated", **fault.details)


def _check_images(source: Source, html: str) -> Iterator[Problem]:
    for target in map(unescape, dict.fromkeys(_FETCHED.findall(html))):
        yield source.body_problem(Fault("loads-elsewhere", target=target), target)
    for image in _IMAGE.findall(html):
        found = _SRC.search(image)
        if found:
            target, alt = unescape(found[1]), _ALT.search(image)
            for fault, words in undescribed(unescape(alt[1]) if alt else "", target):
                yield source.body_problem(fault, words)


def _check_targets(source: Source, html: str, links: Links, missing: frozenset[str]) -> Iterator[Problem]:
    for kind, written in dict.fromkeys(_TARGET.findall(html)):
        target = unescape(written)
        try:
            if kind == "a":
                link(target, partial(_within, links, source.path, missing))
            elif "://" not in target:
                links.image_of_page(source.path, target)
        except Fault as fault:
            yield source.body_problem(fault, target)


def _within(links: Links, path: str, missing: frozenset[str], target: str) -> str:
    address = links.from_page(path, target)
    if address in missing:
        raise Fault("broken-anchor", target=target, hint=_NOT_EASY)
    return address


def _check_image(image: Path, path: str, allowed: list[str]) -> Iterator[Problem]:
    from foljmed.images import has_position, versions  # most sites have none here, and Pillow's import costs 50 ms

    yield from guard.check_name(path, path, allowed)
    try:
        versions(path, image)
    except Fault as fault:
        yield fault.at(path, 1)
    if image.name not in allowed and has_position(image):
        yield Fault("image-position", name=image.name).at(path, 1)


def _check_other(file: Path, path: str, allowed: list[str], domains: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what may be personal data in a file that is published as it is: its name, and its text if it has any."""
    yield from guard.check_name(path, path, allowed)
    if file.suffix.lower() in OTHER_IMAGES:
        yield Fault("image-type", target=file.name).at(path, 1)
    elif file.suffix.lower() in _OTHER_PAGES:
        yield Fault("stray-file", expected=f"Byt namn till {file.stem}.md.").at(path, 1)
    elif text := _text(file):
        yield from guard.check_lines(text, path, allowed, domains)


def _text(file: Path) -> str:
    """Return a file's text; nothing of what is none, such as a PDF, or does not say in which encoding it is."""
    content = file.read_bytes()
    with suppress(UnicodeDecodeError):
        return "" if b"\0" in content else content.decode("utf-8-sig")
    return ""


def _check_addresses(tree: Tree) -> Iterator[Problem]:
    """Yield pages of which MkDocs shows only one."""
    first: dict[str, str] = {}
    for path in sorted(tree.docs):
        other = first.setdefault(tree.pages[path], path)
        if other != path:
            yield Fault("lost-page", other=other).at(path, 1)


def _check_settings(project: Project, domains: tuple[str, ...], tree: Tree, links: Links) -> Iterator[Problem]:
    """Yield unknown keys of mkdocs.yml, what in its texts may be personal data, and where its menu leads wrong."""
    source = read_settings(project.config)
    for key in source.values.keys() - set(SETTINGS):
        yield source.problem("unknown-key", key, key=key, hint=suggest(key, SETTINGS))
    ours = source.values["extra"]["foljmed"]
    shown = {key: source.values.get(key) for key in ("site_name", "site_description", "copyright")}
    for place, text in guard.values_in({**shown, "extra": {"foljmed": ours}}):
        for problem in guard.check_text(text, project.settings.allowed, domains):
            yield problem.at(source.path, source.line(*place))
    docs = tree.shown(tree.docs_folder)
    for title in _titles(source.values.get("nav")):
        for fault in guard.check_text(title, project.settings.allowed, domains):
            yield source.body_problem(fault, title)
    for target in _targets(source.values.get("nav")):
        if not _leads(target, docs, links):
            pages = sorted(posixpath.relpath(page, docs) for page in tree.docs)
            hint = did_you_mean(target.split("#")[0].lstrip("/"), [*pages, *links.made_pages]) or there_is(pages)
            yield source.body_problem(Fault("missing-nav", target=target, hint=hint), target)


def _leads(target: str, docs: str, links: Links) -> bool:
    """Whether a part of the menu leads somewhere: out, or to a file, of which MkDocs takes the whole."""
    with suppress(Fault):
        parts = parted_url(target)
        return bool(parts.scheme or parts.netloc) or "#" not in links.from_page(f"{docs}/index.md", target)
    return False


def _targets(nav: object) -> Iterator[str]:
    """Yield where a menu leads; a part of it may be a page, a page with a title, or a title with parts of its own."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict | list):
        for each in nav.values() if isinstance(nav, dict) else nav:
            yield from _targets(each)


def _titles(nav: object) -> Iterator[str]:
    """Yield what a menu calls its pages and parts."""
    for each in nav if isinstance(nav, list) else ():
        if isinstance(each, dict):
            yield from map(str, each)
            for within in each.values():
                yield from _titles(within)
