"""What a link or an image in a text of the content points at."""

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from functools import cache, lru_cache, partial
from pathlib import Path
from urllib.parse import unquote

import markdown

from foljmed.conversion import quicker
from foljmed.problems import Fault, InvalidContent, nearest, suggest
from foljmed.prose import Picture, Surroundings, bare_link, parted_url
from foljmed.source import read_page
from foljmed.tree import IMAGE_TYPES, PERIOD_FILE, PLEDGE_FILE, RESERVED_PERIODS, RESERVED_PLEDGES, Tree

_HOST = re.compile(r"[a-z0-9åäö-]+(\.[a-z0-9åäö-]+)*\.(se|nu|com|org|net|eu)(/|\Z)", re.IGNORECASE)

_PATH = re.compile(r"[\w./-]+")

UPDATE_ANCHOR = re.compile(r"\d{4}-\d\d-\d\d-")

# Those of MkDocs' extensions that decide what a link is, and where one may lead.
_EXTENSIONS = ("toc", "tables", "fenced_code", "attr_list", "abbr", "admonition", "def_list")


@lru_cache(maxsize=256)  # a page is asked for by every link that leads to a place on it
def page_html(text: str) -> str:
    """Return a hand-written page's Markdown as HTML, much as MkDocs makes it. Raises Fault for too many levels."""
    try:
        return _markdown().reset().convert(text)
    except RecursionError:
        _markdown.cache_clear()  # what has given up half-way goes on from there
        raise Fault("too-deep") from None


@cache
def _markdown() -> markdown.Markdown:
    return quicker(markdown.Markdown(extensions=_EXTENSIONS))


class Links:
    """Resolves relative targets against the files there are."""

    def __init__(self, tree: Tree) -> None:
        """Know the tree's pages, updates and images."""
        self._tree = tree
        self._addresses = set(tree.pages.values())
        self._files = {tree.shown(file): (address, file) for address, file in tree.images.items()}
        self._hand_written = {tree.pages[page]: page for page in sorted(tree.docs)}
        self._homes = {address for page, address in tree.pages.items() if page not in tree.docs and "#" not in address}
        self._made: frozenset[str] = frozenset()
        self._knows_all = False
        self._pictures: dict[str, Picture] = {}
        self._found: dict[str, list[str]] = {}

    def know(self, made: frozenset[str], *, are_all: bool) -> None:
        """Take the addresses of what is made of the content; where some of it could not be read, they are not all."""
        self._made, self._knows_all = made, are_all

    @property
    def made_pages(self) -> list[str]:
        """The pages that are made of the content, as a hand-written one names them."""
        return sorted(f"{each}index.md" for each in {*self._homes, *self._made} if each.endswith("/"))

    def around(self, path: str) -> Surroundings:
        """Return what links and images mean in the file at ``path`` (from the project's root)."""
        return Surroundings(partial(self.link, path), partial(self.image, path))

    def from_page(self, path: str, target: str) -> str:
        """Return where a link in a hand-written page leads. Raises Fault for what MkDocs would not find.

        What is made from the content is known there by its address: ``prenumerera/index.md``.
        """
        way, fragment = _parted(target)
        name = _joined(path, way) if way else path
        if self._leaves_docs(path, way):
            raise Fault("broken-link", about=_steps(name), target=target, hint=self._hint_of_page(path, name))
        if name not in self._tree.docs:
            self._must_be_there(path, name, target)
            address = posixpath.relpath(name, self._tree.shown(self._tree.docs_folder)).removesuffix("index.md")
            if address in self._homes and UPDATE_ANCHOR.match(fragment):
                return self._anchored(address, fragment, target)
            return f"{address}#{fragment}" if fragment else address
        address = self._tree.pages[name]
        return self._anchored(address, fragment, target, name) if fragment else address

    def _leaves_docs(self, path: str, way: str) -> bool:
        """Whether a way from a hand-written page leads out of docs/, be it back in: MkDocs knows nothing outside."""
        here = posixpath.relpath(posixpath.dirname(path), self._tree.shown(self._tree.docs_folder))
        return _joined(f"{here}/", way).startswith("../")

    def image_of_page(self, path: str, target: str) -> None:
        """Raise Fault for an image that a hand-written page shows and that is not there."""
        if self._leaves_docs(path, target) or not (self._tree.root / _joined(path, target)).is_file():
            raise Fault("missing-image", target=target, hint="Sökvägen räknas från sidans egen mapp.")

    def _must_be_there(self, path: str, name: str, target: str) -> None:
        if (self._tree.root / name).is_file():
            return
        address = posixpath.relpath(name, self._tree.shown(self._tree.docs_folder)).removesuffix("index.md")
        if address not in self._hand_written and (address in self._made or self._may_be_made(address)):
            return
        if _HOST.match(target):
            raise bare_link(target, "https://")
        raise Fault("broken-link", about=_steps(name), target=target, hint=self._hint_of_page(path, name))

    def _may_be_made(self, address: str) -> bool:
        """Whether an address may be that of something made of content that could not be read."""
        if self._knows_all or "/" not in address:
            return False
        first, second = address.split("/")[:2]
        is_of_a_period = second in ("", *RESERVED_PLEDGES) or f"{first}/{second}/" in self._homes
        return first in RESERVED_PERIODS or (f"{first}/" in self._homes and is_of_a_period)

    def link(self, path: str, target: str) -> str:
        """Return the address within the site that a link in a file of the content leads to. Raises Fault."""
        way, fragment = _parted(target)
        if not way:
            page = self._tree.pages.get(path, "").split("#")[0]
            if not fragment:
                raise Fault(
                    "broken-link", target=target, hint="Skriv en adress eller vägen till en fil inom parentesen."
                )
            return self._anchored(page, fragment, target)
        name = _joined(path, way)
        if name in self._files:
            return self._files[name][0]
        address = self._tree.pages.get(name)
        if address is None:
            if _HOST.match(target):
                raise bare_link(target, "https://")
            raise Fault("broken-link", about=_steps(name), target=target, hint=self._hint(path, name))
        if not fragment:
            return address
        return self._anchored(address, fragment, target, name if name in self._tree.docs else "")

    def _anchored(self, address: str, fragment: str, target: str, hand_written: str = "") -> str:
        if f"{address}#{fragment}" in self._addresses or (hand_written and _is_made(address)):
            return f"{address}#{fragment}"
        if hand_written:
            anchors = [fragment]
            with suppress(InvalidContent, Fault):  # which is told of the page itself
                anchors = self._headings(hand_written)
        else:
            start = f"{address}#"
            anchors = [each.removeprefix(start) for each in sorted(self._addresses) if each.startswith(start)]
        if fragment not in anchors:
            raise Fault("broken-anchor", about=[fragment], target=target, hint=suggest(fragment, anchors))
        return f"{address}#{fragment}"

    def _headings(self, name: str) -> list[str]:
        """Return the places of a hand-written page, as MkDocs names them, looked up once."""
        if name not in self._found:
            html = page_html(read_page(self._tree.root / name, name).body)
            self._found[name] = re.findall(r'<[^>]*\s(?:id|name)="([^"]+)"', html)
        return self._found[name]

    def _hint(self, path: str, name: str) -> str:
        here = posixpath.dirname(path)
        for page in (f"{name}/{PLEDGE_FILE}", f"{name}/{PERIOD_FILE}"):
            if page in self._tree.pages:
                return f"Menade du ”{posixpath.relpath(page, here)}”?"
        every = self._files if name.lower().endswith(IMAGE_TYPES) else self._tree.pages
        return _nearest(path, name, every) or "Skriv vägen till filen, till exempel ../trygghetsvandringar/lofte.md."

    def _hint_of_page(self, path: str, name: str) -> str:
        """Say what may be meant in a hand-written page, where the content has addresses and no files."""
        folder = self._tree.shown(self._tree.docs_folder)
        known = [*self._hand_written.values(), *(f"{folder}/{each}" for each in self.made_pages)]
        of_content = f"{folder}/{self._tree.pages.get(name, name).split('#')[0]}index.md"
        for page in (of_content, f"{name.removesuffix('/index.md')}.md", f"{name}/index.md"):
            if page in known:
                return f"Menade du ”{posixpath.relpath(page, posixpath.dirname(path))}”?"
        return (
            _nearest(path, name, known)
            or "Skriv vägen till filen. Till ett löfte är den till exempel 2026-2027/trygghetsvandringar/index.md."
        )

    def image(self, path: str, target: str) -> Picture:
        """Return the image that a text in a file of the content shows. Raises Fault."""
        if "/" in target.removeprefix("./"):
            raise Fault("image-elsewhere", target=target)
        name = _joined(path, target)
        if target and not name.lower().endswith(IMAGE_TYPES):
            raise Fault("image-type", target=target)
        if name not in self._files:
            here = posixpath.dirname(path)
            names = [posixpath.basename(each) for each in self._files if posixpath.dirname(each) == here]
            hint = suggest(posixpath.basename(name), names) if names else "Det ligger inga bilder där."
            raise Fault("missing-image", target=target, hint=hint)
        if name not in self._pictures:
            self._pictures[name] = _picture(*self._files[name])
        return self._pictures[name]


def _nearest(path: str, name: str, every: Iterable[str]) -> str:
    """Return a question that names the file that may be meant, as it is written in the one at ``path``, or nothing."""
    here = posixpath.dirname(path)
    near = nearest(posixpath.relpath(name, here), [posixpath.relpath(each, here) for each in every if each != path])
    return f"Menade du ”{near}”?" if near else ""


def _is_made(address: str) -> bool:
    """Whether a hand-written page also gets a part that is made from the content, with anchors of its own."""
    return address.split("/", 1)[0] in ("", *RESERVED_PERIODS)


def _parted(target: str) -> tuple[str, str]:
    """Return the way to a file, as written, and the place in it."""
    if _PATH.fullmatch(target):  # as most are
        return target, ""
    parts = parted_url(target)
    return parts.path, unquote(parts.fragment)


def _steps(name: str) -> list[str]:
    """Return a path and those of the folders that it lies in, but for the outermost."""
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(2, len(parts) + 1)]


def _joined(path: str, target: str) -> str:
    """Return the path that a target means in the file at ``path``."""
    here, there = posixpath.dirname(path), unquote(target)
    folder, _, name = there.rpartition("/")
    if there.startswith("/") or name in {"", ".", ".."}:
        return unicodedata.normalize("NFC", posixpath.normpath(posixpath.join(here, there)))
    return unicodedata.normalize("NFC", _folder(here, folder) + name)


@lru_cache(maxsize=4096)  # many links lead from one folder to another
def _folder(here: str, way: str) -> str:
    found = posixpath.normpath(posixpath.join(here, way))
    return "" if found == "." else f"{found}/"


def _picture(address: str, file: Path) -> Picture:
    """Return an image as the site will show it. Raises Fault for what can't be shown."""
    from foljmed.images import versions  # most content has no images, and Pillow's import costs 50 ms

    every = versions(address, file)
    shown = every[0]
    same = tuple((each.address, each.width) for each in every if each.format == shown.format)
    webp = tuple((each.address, each.width) for each in every if each.format != shown.format)
    return Picture(address, shown.width, shown.height, same if len(same) > 1 else (), webp)
