"""What the benchmark compares with is the same content, as it is written."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from foljmed.reader import read_catalog
from foljmed.settings import read_project
from foljmed.spans import day_in_words

sys.path.insert(0, str(Path(__file__).parent / "bench"))
import content

import bench

PAGE = re.compile(r'<article>\s*<h2 id="([^"]*)">(.*?)</article>', re.DOTALL)


@pytest.fixture(scope="module")
def catalog_and_site(tmp_path_factory):
    """Return content as we read it, and the site that Hugo makes of it."""
    folder = tmp_path_factory.mktemp("bench")
    config = content.make(folder / "ours", 4, 60)
    hugo = bench.other("hugo", config, folder / "hugo")
    subprocess.run([bench.hugo_program()], cwd=hugo, check=True, capture_output=True)
    return read_catalog(read_project(config)), hugo / "public"


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def shown(site, pledge):
    """Return what Hugo shows of each update on a pledge's page, in order, by its id."""
    page = (site / pledge.address / "index.html").read_text("utf-8")
    every = {found[1]: plain(found[2]) for found in PAGE.finditer(page)}
    assert len(every) == len(re.findall(r'\bid="', page))
    return every


def test_hugo_shows_all_that_an_update_holds(catalog_and_site):
    catalog, site = catalog_and_site
    (period,) = catalog.periods
    values, sources, statuses = 0, 0, 0
    for pledge in period.pledges:
        every = shown(site, pledge)
        for update in pledge.updates:
            words = every[update.id]
            assert update.file.title in words
            assert day_in_words(update.day) in words
            assert f"{update.file.kind} {update.file.by[0]}" in words
            assert plain(update.text.html) in words
            for value in update.file.values.values():
                values += 1
                assert f"Gånger: {value}" in words
            for source in update.file.sources:
                sources += 1
                assert f"{source.title}, {source.date}" in words
            if update.file.status:
                statuses += 1
                assert f"{update.file.by[0]} {update.file.status}" in words
    assert min(values, sources, statuses) > 20


def test_hugo_shows_guests_where_they_are_mentioned(catalog_and_site):
    catalog, site = catalog_and_site
    (period,) = catalog.periods
    guests = [(f"{period.id}/{home}", update) for update in period.all_updates() for home in update.file.also]
    assert len(guests) > len(period.pledges)
    for home, update in guests:
        page = (site / home / "index.html").read_text("utf-8")
        (guest,) = re.findall(
            rf'<h2><a href="/{period.id}/{update.pledge}/#{update.id}">.*?</article>', page, re.DOTALL
        )
        assert update.file.title in plain(guest)
        assert update.written.summary.rstrip("…")[:80] in plain(guest)


def test_hugos_links_lead_to_what_is_there(catalog_and_site):
    _, site = catalog_and_site
    pages = {page: page.read_text("utf-8") for page in site.rglob("index.html")}
    within = [each for html in pages.values() for each in re.findall(r'href="https://prov\.example/([^"]*)"', html)]
    assert len(within) > 240
    for address in within:
        path, _, anchor = address.partition("#")
        file = site / path / "index.html" if path.endswith("/") or not path else site / path
        assert file.is_file()
        assert not anchor or f'id="{anchor}"' in pages[file]
    assert not any(".md" in each for html in pages.values() for each in re.findall(r'href="([^"]*)"', html))


def test_hugos_feeds_hold_as_many_items_as_ours(catalog_and_site):
    catalog, site = catalog_and_site
    (period,) = catalog.periods
    ours = 1 + 1 + len(period.pledges) + len(period.file.areas) + len(period.file.parties)
    feeds = list(site.rglob("index.xml"))
    most = int(re.search(r"limit = (\d+)", (site.parent / "hugo.toml").read_text("utf-8"))[1])
    assert most * len(feeds) >= 50 * ours
    every = sorted(period.all_updates(), key=lambda update: update.day)
    for feed, updates in [(site / "index.xml", every), (site / period.address / "index.xml", every)]:
        items = feed.read_text("utf-8").split("<item>")[1:]
        assert len(items) == min(most, len(updates))
        assert updates[-1].day.strftime("%d %b %Y") in items[0]
        assert all("<content:encoded>&lt;p&gt;" in item for item in items)
