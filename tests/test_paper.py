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
