"""The site in a real browser: reading, searching and moving about with the keyboard alone."""

import functools
import http.server
import threading
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

import tools

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (360, 1280)
PLEDGE = "2024-2025/trygghetsvandringar/"
PAGES = (
    "",
    "2024-2025/",
    "2022-2023/",
    PLEDGE,
    "2024-2025/hembesok/",
    "2024-2025/skolvagar/",
    "uppdateringar/",
    "kalender/",
    "2024-2025/parter/polisen/",
    "prenumerera/",
    "om/",
    "404.html",
)
STORED = """async () => [
  localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length,
]"""
# What scrolls sideways is wider than the window by itself; what may scroll has a box of its own.
TOO_WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(site):
    folder = site("exempelby")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser():
    program = tools.need("chromium", "chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@contextmanager
def opened(browser, url, width=360, **options):
    """Open a page; on leaving, nothing may have been complained of, stored, or fetched from elsewhere."""
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    page = context.new_page()
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(url)
    page.requests = requests
    yield page
    if options.get("java_script_enabled", True):
        assert page.evaluate(STORED) == [0, 0, "", 0]
    host = url.split("/")[2]
    assert all(each.split("/")[2] == host for each in requests)
    assert [each for each in complaints if "404" not in each] == []
    context.close()


def focused(page, expression="outerHTML"):
    return page.evaluate(f"document.activeElement.{expression}")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_and_none_breaks_its_policy(browser, address, path, scheme):
    for width in (320, *WIDTHS):
        with opened(browser, address + path, width, color_scheme=scheme) as page:
            assert page.evaluate(TOO_WIDE) <= 0, width


def test_a_first_view_loads_few_files(browser, address):
    with opened(browser, address + PLEDGE) as page:
        page.wait_for_load_state("networkidle")
        loaded = [each.rsplit("/", 1)[1].partition("?")[0] for each in page.requests]
        assert not any("bundle" in each or "search" in each for each in loaded)
        assert len([each for each in loaded if not each.endswith((".jpg", ".png"))]) <= 5


@pytest.mark.parametrize("width", WIDTHS)
def test_the_keyboard_reaches_everything_in_reading_order(browser, address, width):
    with opened(browser, address + "2024-2025/hembesok/", width) as page:
        walk = []
        for _ in range(200):
            page.keyboard.press("Tab")
            if focused(page, "tagName") == "BODY":
                break
            box = page.evaluate(
                "() => { const e = document.activeElement, b = e.getBoundingClientRect(), s = getComputedStyle(e);"
                " return [e.textContent.trim() || e.getAttribute('aria-label'), b.width > 0 && b.height > 0,"
                " s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2] }"
            )
            walk.append(box)
        names = [name for name, _, _ in walk]
        assert names[0] == "Till innehållet"
        assert names[1] == "Följ med i Exempelby"
        assert names[2] == "Sök"
        assert "Löften" in names
        assert all(visible for _, visible, _ in walk)
        assert [name for name, _, outlined in walk if not outlined] == []


def test_the_skip_link_leads_to_the_content(browser, address):
    with opened(browser, address + PLEDGE) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.url.endswith("#innehall")


@pytest.mark.parametrize("width", WIDTHS)
def test_search_by_keyboard_leads_to_the_update(browser, address, width):
    with opened(browser, address + PLEDGE, width) as page:
        for _ in range(3):
            page.keyboard.press("Tab")
        assert focused(page, "textContent").strip() == "Sök"
        page.keyboard.press("Enter")
        page.locator("[name=query]:focus").wait_for()
        page.keyboard.type("besiktningen")
        page.wait_for_selector(".md-search-result__link")
        links = page.eval_on_selector_all(".md-search-result__link", "each => each.map(e => e.href)")
        assert any(
            "/2024-2025/battre-belysning/" in link and "#2025-03-26-alla-stolpar-bytta" in link for link in links
        )
        for _ in range(12):
            page.keyboard.press("Tab")
            if "md-search-result__link" in focused(page, "className"):
                break
        assert "md-search-result__link" in focused(page, "className")
        target = focused(page, "href")
        page.keyboard.press("Enter")
        page.wait_for_url(target)


def test_escape_closes_the_search_and_gives_the_focus_back(browser, address):
    with opened(browser, address + PLEDGE) as page:
        page.keyboard.press("/")
        page.locator("[name=query]:focus").wait_for()
        page.keyboard.press("Escape")
        page.locator(".fm-header__search:focus").wait_for()
        assert page.get_attribute(".md-search", "inert") is not None


def test_single_letters_do_nothing_after_a_search(browser, address):
    with opened(browser, address + "om/") as page:
        page.keyboard.press("/")
        page.locator("[name=query]:focus").wait_for()
        page.keyboard.press("Escape")
        for key in ("n", "p", "s", "f", ",", "."):
            page.keyboard.press(key)
        page.wait_for_timeout(300)
        assert page.url == address + "om/"
        assert page.get_attribute(".md-search", "inert") is not None


def test_without_javascript_everything_but_search_is_there(browser, address):
    for path in PAGES:
        with opened(browser, address + path, java_script_enabled=False) as page:
            assert page.locator("h1").count() == 1
            assert not page.locator(".fm-header__search").is_visible()
            assert not page.locator(".md-search").is_visible()
            assert page.locator(".fm-header__nav a").first.is_visible()
