"""A pledge and a period on paper: a report, without chrome, with nothing cut and the addresses of what is elsewhere."""

import re

import pytest

PAGES = ("2024-2025/", "2024-2025/battre-belysning/", "2022-2023/trygghetsvandringar/")
CHROME = (".fm-header__nav", ".fm-header__search", ".fm-trail", ".fm-permalink", ".fm-footer ul", ".fm-subscribe")
# What scrolls on a screen is cut on paper.
CUT = """() => [...document.querySelectorAll('article *')]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && !['visible', 'clip'].includes(getComputedStyle(e).overflowX)
    && getComputedStyle(e).position !== 'absolute')
  .map(e => e.outerHTML.slice(0, 80))"""
ADDRESSES = """() => [...document.querySelectorAll('article a[href^="http"]')]
  .map(e => [e.href, getComputedStyle(e, '::after').content])"""


@pytest.fixture(params=PAGES)
def paper(request, browser, address):
    # A4 between its margins.
    context = browser.new_context(viewport={"width": 680, "height": 1000}, color_scheme="dark")
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(address + request.param)
    yield page
    context.close()


def test_nothing_but_the_report_is_printed_and_nothing_of_it_is_cut(paper):
    for selector in CHROME:
        assert not any(each.is_visible() for each in paper.locator(selector).all()), selector
    assert paper.evaluate(CUT) == []
    assert paper.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for inside in paper.locator("details > :not(summary)").all():
        assert inside.is_visible()


def test_links_to_elsewhere_say_where_and_the_page_says_where_it_is_from(paper):
    found = paper.evaluate(ADDRESSES)
    assert all(content == '" (" attr(href) ")"' or address.rstrip("/") in content for address, content in found)
    assert paper.get_by_text("Sidans adress: https://exempelby.example/").is_visible()


# Landscape, and Safari, which lets paper be as wide as its window.
@pytest.fixture
def wide(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(address + PAGES[1])
    yield page
    context.close()


# How far from an update's left edge its line is, and its words.
BESIDE = """each => each.map(e => {
  const words = document.createRange(), edge = e.getBoundingClientRect().left;
  words.selectNodeContents(e.querySelector(":is(h3, h4)"));
  return [parseFloat(getComputedStyle(e, "::after").left), words.getBoundingClientRect().left - edge];
})"""


def test_on_wide_paper_the_line_of_the_story_stands_beside_its_words(wide):
    found = wide.eval_on_selector_all(".fm-update", BESIDE)
    assert found
    assert all(line < words for line, words in found)


def test_on_wide_paper_a_table_keeps_within_its_box(wide):
    over = wide.eval_on_selector_all(
        ".fm-measure details", "each => each.map(e => e.querySelector('table').offsetWidth - e.clientWidth)"
    )
    assert over
    assert max(over) <= 0


def test_pictures_are_printed_whole_also_those_that_nobody_has_scrolled_to(wide):
    # Firefox keeps no picture whole by itself, only the paragraph that it stands in.
    kept = wide.eval_on_selector_all("p:has(img)", "each => each.map(e => getComputedStyle(e).breakInside)")
    assert set(kept) == {"avoid"}
    assert set(wide.eval_on_selector_all("img", "each => each.map(e => e.loading)")) == {"lazy"}
    wide.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert set(wide.eval_on_selector_all("img", "each => each.map(e => e.loading)")) == {"eager"}


def test_a_report_with_sources_has_addresses_to_print(browser, address):
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto(address + PAGES[1])
    assert len(page.evaluate(ADDRESSES)) > 1
    page.close()


def test_the_checklist_is_one_page_of_a4(browser, site, tmp_path):
    page = browser.new_page()
    page.goto((site("salem") / "guide/checklista/index.html").as_uri())
    page.pdf(path=tmp_path / "checklist.pdf", format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "checklist.pdf").read_bytes())) == 1
    page.close()
