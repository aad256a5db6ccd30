"""What a browser makes of a page: what it loads, waits for, moves, keeps and complains of, and what axe finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Browser, Page

import clients_setup

ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_STORED: Final = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...document.cookie.split(";").filter(Boolean),
  ...(await indexedDB.databases()).map((each) => each.name), ...(await caches.keys()),
]"""
_WATCH: Final = """
globalThis.moved = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) globalThis.moved += each.value; })
  .observe({ type: "layout-shift", buffered: true });
"""
_BLOCKING: Final = """() => performance.getEntriesByType("resource")
  .filter((each) => each.renderBlockingStatus === "blocking").map((each) => new URL(each.name).pathname)"""
_AXE: Final = """(only) => axe.run(document, { runOnly: only, resultTypes: ["violations", "incomplete"] })"""


@dataclass
class View:
    """A page in a browser, and what it has loaded and complained of since it was opened.

    ``loaded`` is address → bytes over the wire, headers included.
    """

    page: Page
    loaded: dict[str, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Wait until nothing more is loaded; the icon, which a browser asks for last, counts too."""
        self.page.wait_for_load_state("networkidle")
        for _ in range(20):
            if any(size and "favicon" in url for url, size in self.loaded.items()):
                break
            self.page.wait_for_timeout(50)

    def moved(self) -> float:
        """Return the cumulative layout shift."""
        return float(self.page.evaluate("globalThis.moved"))

    def stored(self) -> list[str]:
        """Return the names of all that is kept in the browser."""
        return list(self.page.evaluate(_STORED))

    def blocking(self) -> list[str]:
        """Return the paths of what rendering waited for."""
        return list(self.page.evaluate(_BLOCKING))

    def hosts(self) -> set[str]:
        """Return the hosts that were asked for anything."""
        return {each.split("/")[2] for each in self.loaded if not each.startswith(("data:", "blob:"))}

    def search(self, words: str) -> None:
        """Open the search, write in it, and wait for its results."""
        self.page.click(".fm-header__search")
        self.page.locator("[name=query]:focus").wait_for()
        self.page.keyboard.type(words)
        self.page.locator(".md-search-result__link").first.wait_for()

    def axe(self) -> dict[str, list[tuple[str, str, str]]]:
        """Return ``violations`` and ``incomplete``, each node of them (rule, HTML, message)."""
        if not self.page.evaluate("'axe' in globalThis"):
            clients_setup.install()
            self.page.evaluate((clients_setup.CLIENTS / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
        found = self.page.evaluate(_AXE, {"type": "tag", "values": TAGS})
        return {kind: list(_nodes(found[kind])) for kind in ("violations", "incomplete")}


def _nodes(results: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for result in results:
        for node in result["nodes"]:
            checks = [*node["any"], *node["all"], *node["none"]]
            yield result["id"], node["html"], "; ".join(each["message"] for each in checks)


@contextmanager
def viewed(browser: Browser, url: str, width: int = 360, **options: Any) -> Iterator[View]:
    """Open a page as somebody who has never been there, ``width`` CSS pixels wide."""
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    page = context.new_page()
    view = View(page)
    page.on("console", lambda message: view.complaints.append(message.text))
    page.on("pageerror", lambda error: view.complaints.append(str(error)))
    page.add_init_script(_WATCH)
    _weigh(view)
    page.goto(url)
    yield view
    context.close()


def _weigh(view: View) -> None:
    session = view.page.context.new_cdp_session(view.page)
    addresses: dict[str, str] = {}

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]
        view.loaded.setdefault(event["request"]["url"], 0)

    def came(event: dict[str, Any]) -> None:
        view.loaded[addresses[event["requestId"]]] += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", came)
    session.send("Network.enable")
