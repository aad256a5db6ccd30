"""What a page says and where it leads, read with the standard library's parser."""

from html.parser import HTMLParser
from pathlib import Path


class Document(HTMLParser):
    """A page's text, ids, addresses, and the elements with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        self.sources += [found["src"]] if "src" in found else []
        self._silent += tag in ("script", "style")
        if tag in ("p", "li", "h1", "h2", "h3", "h4", "td", "th", "br", "div", "dt", "dd"):
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        """Return the text as it is read: what keeps words together is not seen."""
        return " ".join("".join(self.words).replace("\u2060", "").split())


def read(file: Path) -> Document:
    return Document(file.read_text("utf-8"))
