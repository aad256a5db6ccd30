"""What a search loads that is typed slowly, as on a telephone: no half word is to be searched for on the way.

A program of its own, as others.py: a browser's driver and the tests' helpers are large.
"""

import sys
from gzip import compress
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

import tools
from served import served
from viewed import ARGUMENTS, viewed

SLOWLY = 450  # milliseconds from letter to letter


def loaded(site: Path, words: str) -> int:
    """Return the bytes, packed, that a reader loads who opens the search on the start page and looks for words."""
    program = tools.need("chromium", "chromium")
    with served(site) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=ARGUMENTS)
        with viewed(browser, address) as view:
            view.settle()
            asked: set[str] = set()
            view.page.context.on("request", lambda request: asked.add(request.url.removeprefix(address)))
            view.page.click(".fm-header__search")
            view.page.locator("[name=query]:focus").wait_for()
            view.page.keyboard.type(words, delay=SLOWLY)
            view.page.locator(".md-search-result__link").first.wait_for()
            view.page.wait_for_load_state("networkidle")
            view.page.wait_for_timeout(4 * SLOWLY)
        browser.close()
    files = {each.partition("?")[0] for each in asked}
    return sum(len(compress((site / each).read_bytes())) for each in files)


if __name__ == "__main__":
    print(loaded(Path(sys.argv[1]), sys.argv[2]))
