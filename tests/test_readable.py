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

import building
import clients_setup
import contrast
from served import KINDS, served
from viewed import viewed

# What axe can't decide: its rule, what its message and the element's HTML begin with. Nothing else may be undecided.
# All is contrast, which test_every_text_stands_out reads off the pixels.
EXPLAINED = (
    # Symbols of statuses and dots of the calendar: hidden from screen readers, the word stands beside.
    ("color-contrast", "Element content contains only non-text characters", "<"),
    # Charts: what lies under a text of an SVG is drawn, not styled. A 0 on an axis is as short as it can be.
    ("color-contrast", "Element's background color could not be determined because element contains an im", "<text"),
    ("color-contrast", "Element content is too short to determine if it is actual text content", "<text"),
    # Examples in the guide: the lines of a code block are one text, and taller than what axe looks under.
    ("color-contrast", "Element's background color could not be determined because it partially overlaps", "<code"),
)
# The guide is only on the real site.
GUIDE = ("guide/", "guide/uppdatering/", "guide/faltlista/", "guide/meddelanden/")
# Kinds whose parts are all on another kind of page: axe reads them too, their pixels need not be read again.
ALIKE = {"earlier period", "updates of a year", "updates of a party", "party", "plan"}


def unexplained(view):
    """Return what axe finds to mend on an open page."""
    found = view.axe()
    return found["violations"] + [each for each in found["incomplete"] if not is_explained(*each)]


def is_explained(rule, html, message):
    return any(rule == name and message.startswith(why) and html.startswith(tag) for name, why, tag in EXPLAINED)


def axe_in_every_way(browser, url):
    for width in (360, 1280):
        # Colours on their way from one scheme to the other would be those of neither.
        with viewed(browser, url, width, reduced_motion="reduce") as view:
            assert unexplained(view) == [], width
            view.page.emulate_media(color_scheme="dark")
            assert unexplained(view) == [], (width, "dark")


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(browser, address, kind):
    axe_in_every_way(browser, address + KINDS[kind])


def test_axe_finds_nothing_in_the_guide(browser, site):
    with served(site("salem")) as url:
        for path in GUIDE:
            axe_in_every_way(browser, url + path)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_search(browser, address, width, scheme):
    # The search opens by and by, and colours on their way are not those that stay.
    with viewed(browser, address + "om/", width, color_scheme=scheme, reduced_motion="reduce") as view:
        view.page.click(".fm-header__search")
        view.page.locator("[name=query]:focus").wait_for()
        assert unexplained(view) == []
        view.page.keyboard.type("vandring")
        view.page.wait_for_selector(".md-search-result__link")
        view.page.wait_for_timeout(500)
        assert unexplained(view) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ALIKE])
def test_every_text_stands_out(browser, address, kind, scheme):
    with viewed(browser, address + KINDS[kind], color_scheme=scheme) as view:
        found = contrast.texts(view.page)
    assert len(found) > 10
    assert [each for each in found if each.contrast < each.least] == []


def test_every_text_of_the_guide_stands_out(browser, site):
    with served(site("salem")) as url:
        for path in GUIDE[:2]:
            for scheme in ("light", "dark"):
                with viewed(browser, url + path, color_scheme=scheme) as view:
                    assert [each for each in contrast.texts(view.page) if each.contrast < each.least] == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["start", "long pledge", "pledges by", "plan"])
def test_the_focus_stands_out_wherever_it_is(browser, address, kind, scheme):
    with viewed(browser, address + KINDS[kind], color_scheme=scheme) as view:
        found = contrast.rings(view.page)
    assert {"Sök", "Följ med i Exempelby", "Prenumerera"} <= {each.words for each in found}
    assert [each for each in found if each.contrast < each.least] == []


FAINT = """
  <p style="color: #777; background: #fff">svag text</p>
  <p style="color: #767676; background: #fff">nog</p>
  <p style="color: #777; background: #fff; font-size: 24px">stor</p>
  <p style="color: #000; background: #fff; opacity: .5">halv</p>
  <p style="color: #949494; background: #fff"><span aria-hidden="true">◑</span></p>
  <p style="color: #969696; background: #fff"><span aria-hidden="true">○</span></p>
  <svg width="90" height="30"><rect width="90" height="30" fill="#000"/><text y="20" fill="#666">bild</text></svg>
  <p style="position: relative; z-index: 0; color: #fff">före<b style="position: absolute; inset: 0; z-index: -1;
    background: color(srgb .9 .9 .9)"></b></p>
"""


def test_a_faint_text_would_be_found(browser):
    page = browser.new_page()
    page.set_content(FAINT)
    faint = [each.words for each in contrast.texts(page) if each.contrast < each.least]
    page.close()
    assert faint == ["svag text", "halv", "○", "bild", "före"]


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


def test_a_hand_written_pages_tables_are_as_those_of_the_content(site):
    text = (site("salem") / "guide/datum/index.html").read_text("utf-8")
    assert text.count('<div class="fm-table" role="group" aria-label="Tabell: ') == text.count("<table>") > 0
    assert "<th>" not in text
    assert re.search(r'<tr>\s*<th scope="row">', text)


def test_the_statement_is_as_new_as_it_says_and_as_what_it_tells_of():
    text = (building.ROOT / "docs/tillganglighet.md").read_text("utf-8")
    updated = re.search(r"^updated: (\S+)$", text, re.MULTILINE)[1]
    assessed, said = re.findall(r"senast\w*.* (\d{4}-\d\d-\d\d)\.$", text, re.MULTILINE | re.IGNORECASE)
    assert assessed <= said == updated


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


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_a_first_view_is_light_and_nothing_moves(browser, address, site, path):
    loaded, blocking, moved = first_view(browser, address, path)
    texts = [each for each in loaded if not re.search(r"\.(jpg|jpeg|png|webp|gif)$", urlsplit(each).path)]
    assert sum(weight(site("exempelby"), each) for each in texts) <= 50_000
    assert len(loaded) == len(set(loaded))
    assert blocking <= 3
    assert moved == 0


def test_the_long_page_is_as_long_as_the_budget_means(site):
    text = (site("exempelby") / KINDS["long pledge"] / "index.html").read_text("utf-8")
    assert text.count('class="fm-update') >= 50


# --- As each reader sees it


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_text_of_twice_the_size_and_four_times_the_zoom_need_no_sideways_scrolling(browser, address, path):
    for width, text in ((360, "200%"), (320, "200%"), (320, "125%")):  # 1280 px at 400 % are 320 px
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(address + path)
        page.evaluate(f"document.documentElement.style.fontSize = 'calc({text} * 1.25)'" if text == "200%" else "0")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, width
        context.close()


@pytest.mark.parametrize("name", ["foljmed.css", "feed.css"])
def test_what_only_some_browsers_know_has_a_way_to_say_it_to_the_others(name):
    css = (building.ROOT / "overrides/assets/stylesheets" / name).read_text("utf-8")
    # Safari takes a whole address at once under this name alone.
    both = re.findall(r"-webkit-user-select: all; user-select: all;", css)
    assert len(both) == len(re.findall(r"[ ;]user-select:", css)) > 0
    # One that does not know what is read instead of a sign shows no sign at all.
    for sign in re.findall(r'content: ("[^"]*") / ', css):
        assert f"content: {sign}; content: {sign} / " in css


def test_no_script_looks_behind_in_a_text():
    """Safari before 16.4 stops at a script that does."""
    for script in sorted((building.ROOT / "overrides/assets/javascripts").glob("*.js")):
        assert not re.search(r"\(\?<[=!]", script.read_text("utf-8")), script.name


def test_a_status_is_hyphenated_where_it_must_be_and_a_heading_between_four_letters(browser, address):
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(address)
    for width, hyphens in ((360, "manual"), (200, "auto")):
        page.set_viewport_size({"width": width, "height": 800})
        said = page.eval_on_selector_all(".fm-status", "each => each.map(e => getComputedStyle(e).hyphens)")
        assert set(said) == {hyphens}
    assert page.eval_on_selector("h2", "e => getComputedStyle(e).hyphenateLimitChars") == "10 4 4"
    # Safari's own names for the same, which Chromium knows nothing of.
    css = (building.ROOT / "overrides/assets/stylesheets/foljmed.css").read_text("utf-8")
    limits = "-webkit-hyphenate-limit-before: 4; -webkit-hyphenate-limit-after: 4; hyphenate-limit-chars: 10 4 4"
    assert css.count(limits) == css.count("hyphenate-limit-chars: 10 4 4") == 1
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
