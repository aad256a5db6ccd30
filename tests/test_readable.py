"""Readable by all: axe-core, html-validate, and what neither sees. Budgets for what a phone has to load.

``make measure`` prints the figures; here stands what may not become worse.
"""

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import clients_setup

# One of each kind of page, and the longest.
PAGES = (
    "",
    "2024-2025/",
    "2022-2023/",
    "2024-2025/trygghetsvandringar/",
    "2024-2025/hembesok/",
    "2024-2025/loften/",
    "uppdateringar/",
    "uppdateringar/2024/",
    "kalender/",
    "parter/polisen/",
    "2024-2025/parter/polisen/",
    "prenumerera/",
    "om/",
    "lattlast/",
    "tillganglighet/",
    "404.html",
)
LONG = "2024-2025/trygghetsvandringar/"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe can't decide, and why it is in order. Nothing else may be left undecided.
EXPLAINED = {
    # Symbols of statuses, dots of the calendar, words on a chart's axes, which axe can't see the ground of. Screen
    # readers are told in words beside. Their contrast is held by test_symbols_stand_out.
    "color-contrast": re.compile(r"contains only non-text characters|^<text "),
}
RUN = """async (tags) => {
  const {violations, incomplete} = await axe.run(document, {runOnly: tags});
  const found = [];
  for (const [kind, results] of [["violation", violations], ["undecided", incomplete]])
    for (const {id, nodes} of results)
      for (const {html, any, all, none} of nodes)
        found.push([kind, id, html.slice(0, 160), [...any, ...all, ...none].map((each) => each.message).join("; ")]);
  return found;
}"""


def axe():
    clients_setup.install()
    return (clients_setup.CLIENTS / "node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def checked():
    """Return a function that runs axe on an open page and returns what is to be mended."""
    script = axe()

    def check(page):
        page.evaluate(script)
        found = page.evaluate(RUN, TAGS)
        return [
            each
            for each in found
            if not (each[0] == "undecided" and each[1] in EXPLAINED and any(map(EXPLAINED[each[1]].search, each[2:])))
        ]

    return check


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser, address, checked, path):
    for width, scheme in ((360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.goto(address + path)
        assert checked(page) == [], (width, scheme)
        context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_search(browser, address, checked, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address + "om/")
    page.keyboard.press("/")
    page.locator("[name=query]:focus").wait_for()
    assert checked(page) == []
    page.keyboard.type("vandring")
    page.wait_for_selector(".md-search-result__link")
    page.wait_for_timeout(500)
    assert checked(page) == []
    context.close()


LUMINANCE = """([selector, pseudo]) => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((v) => v / 255)
      .map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/rgba\\(.*, 0\\)|transparent/.test(colour)) return colour;
    }
  };
  return [...document.querySelectorAll(selector)].map((element) => {
    const style = getComputedStyle(element);
    const [a, b] = [light(element.ownerSVGElement ? style.fill : style.color), light(ground(element))].sort().reverse();
    return [element.outerHTML.slice(0, 80), (a + .05) / (b + .05)];
  });
}"""


@pytest.mark.parametrize(
    ("path", "selector", "least"),
    [
        ("", ".fm-status > [aria-hidden]", 3),
        ("kalender/", ".fm-month__dot", 3),
        (LONG, ".fm-chart :is(rect, circle)", 3),
        (LONG, ".fm-chart text", 4.5),
    ],
)
def test_symbols_stand_out(browser, address, path, selector, least):
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        ratios = page.evaluate(LUMINANCE, [selector, ""])
        assert ratios
        assert [each for each in ratios if each[1] < least] == []
        context.close()


def test_html_is_valid(site):
    files = sorted(site("exempelby").rglob("*.html"))
    assert len(files) > 50
    found = json.loads(clients_setup.node("html.mjs", *files))
    assert [(Path(each["file"]).parent.name, each["line"], each["rule"], each["message"]) for each in found] == []


class Outline(HTMLParser):
    """Collects headings, languages, landmarks' names and what the policy forbids."""

    def __init__(self, text):
        super().__init__()
        self.levels, self.lang, self.inline, self.unnamed = [], None, [], []
        self._navs = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "nav" and not (given.get("aria-label") or given.get("aria-labelledby")):
            self.unnamed.append(given)


def test_headings_landmarks_and_language_are_in_order_on_every_page(site):
    for name in ("exempelby", "salem"):
        for file in sorted(site(name).rglob("*.html")):
            outline = Outline(file.read_text("utf-8"))
            assert outline.levels.count(1) == 1, file
            assert all(
                after <= before + 1 for before, after in zip(outline.levels, outline.levels[1:], strict=False)
            ), file
            assert outline.lang == "sv", file
            assert outline.unnamed == [], file


def test_no_page_has_an_inline_script_or_style(site):
    for name in ("exempelby", "salem"):
        for file in sorted(site(name).rglob("*.html")):
            assert Outline(file.read_text("utf-8")).inline == [], file


# --- Light


def weight(folder, address):
    """Return how many bytes an address costs over the wire, as a server with gzip sends it."""
    path = urlsplit(address).path.lstrip("/")
    file = folder / (f"{path}index.html" if not path or path.endswith("/") else path)
    content = file.read_bytes()
    return min(len(content), len(gzip.compress(content, 6)))


def first_view(browser, address, path):
    """Return the addresses that a page loads before the reader acts, and how much moved meanwhile."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    page.add_init_script(
        "globalThis.moved = 0; new PerformanceObserver((list) => { for (const each of list.getEntries())"
        " if (!each.hadRecentInput) globalThis.moved += each.value })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(address + path, wait_until="networkidle")
    blocking = page.evaluate(
        "performance.getEntriesByType('resource').filter((e) => e.renderBlockingStatus === 'blocking').length"
    )
    moved = page.evaluate("globalThis.moved")
    context.close()
    return loaded, blocking, moved


@pytest.mark.parametrize("path", PAGES)
def test_a_first_view_is_light_and_nothing_moves(browser, address, site, path):
    loaded, blocking, moved = first_view(browser, address, path)
    texts = [each for each in loaded if not re.search(r"\.(jpg|jpeg|png|webp|gif)$", urlsplit(each).path)]
    assert sum(weight(site("exempelby"), each) for each in texts) <= 50_000
    assert len(loaded) == len(set(loaded))
    assert blocking <= 3
    assert moved == 0


def test_the_long_page_is_as_long_as_the_budget_means(site):
    text = (site("exempelby") / LONG / "index.html").read_text("utf-8")
    assert text.count('class="fm-update') >= 50


# --- As each reader sees it


@pytest.mark.parametrize("path", PAGES)
def test_text_of_twice_the_size_and_four_times_the_zoom_need_no_sideways_scrolling(browser, address, path):
    for width, text in ((360, "200%"), (320, "125%")):  # 1280 px at 400 % are 320 px
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(address + path)
        page.evaluate(f"document.documentElement.style.fontSize = 'calc({text} * 1.25)'" if text == "200%" else "0")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, width
        context.close()


def test_a_status_is_told_apart_in_grey(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(address + "2024-2025/loften/")
    session = context.new_cdp_session(page)
    session.send("Emulation.setEmulatedVisionDeficiency", {"type": "achromatopsia"})
    found = page.eval_on_selector_all(
        ".fm-status",
        "each => each.map(e => [e.className, e.innerText.trim(), e.querySelector('[aria-hidden]').innerText])",
    )
    words = {name: (text, symbol) for name, text, symbol in found}
    assert len(words) >= 8
    assert len({text for text, _ in words.values()}) == len(words)
    assert len({symbol for _, symbol in words.values()}) == len(words)
    # In grey the pixels of two statuses still differ: their symbols do.
    pictures = {}
    for name in words:
        mark = page.locator(f"[class='{name}'] > [aria-hidden]").first
        pictures[mark.screenshot()] = name
    assert len(pictures) == len(words)
    context.close()


def test_whoever_wants_no_motion_gets_none(browser, address):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    moving = page.evaluate(
        "() => [...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0"
        " || getComputedStyle(e).animationName !== 'none').length"
    )
    assert moving == 0
    context.close()


def test_forced_colours_keep_what_tells_things_apart(browser, address):
    context = browser.new_context(forced_colors="active", viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(address)
    borders = page.eval_on_selector_all(
        ".fm-status > [aria-hidden], .fm-card, .fm-glance",
        "each => each.map(e => parseFloat(getComputedStyle(e).borderTopWidth))",
    )
    assert borders
    assert min(borders) > 0
    context.close()
