"""The feeds: the rules that validators and readers set, and what real readers make of them."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import feedparser
import pytest
from lxml import etree
from mkdocs.config import load_config
from mkdocs.structure.files import Files

import building
import clients_setup
import html_text
import tools
from foljmed.catalog import known
from foljmed.feeds import Feeds
from foljmed.items import Channel, Item, midnight, newest_first
from foljmed.reader import read_catalog
from foljmed.rss import build, write
from foljmed.settings import read_project
from foljmed.views import Views

SITES = ("salem", "exempelby")
NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
EXPECTED = Path(__file__).parent / "expected"


def feeds(folder):
    return sorted(folder.rglob("feed.xml"))


def parse(file):
    return etree.fromstring(file.read_bytes())


def items(file):
    return parse(file).findall("channel/item")


def instant(item):
    return parsedate_to_datetime(item.findtext("pubDate")).astimezone(UTC)


def project(name):
    return read_project(building.CONFIGS[name])


def every(name):
    """Yield (file, parsed channel) of every feed of a site."""
    return [(file, parse(file).find("channel")) for file in feeds(EVERY[name])]


EVERY = {}


@pytest.fixture(autouse=True)
def _built(site):
    for name in SITES:
        EVERY[name] = site(name)


both = pytest.mark.parametrize("name", SITES)


# --- Which there are


@both
def test_every_feed_exists_from_the_first_day(name):
    catalog = known(read_catalog(project(name)), datetime.fromisoformat(building.TODAY[name]).date())
    expected = {"feed.xml"}
    for period in catalog.periods:
        expected.add(f"{period.id}/feed.xml")
        expected |= {f"{period.id}/{pledge.id}/feed.xml" for pledge in period.pledges}
        expected |= {f"{period.id}/omraden/{area.id}/feed.xml" for area in period.file.areas}
        expected |= {f"parter/{party}/feed.xml" for party in period.file.parties}
    assert {file.relative_to(EVERY[name]).as_posix() for file in feeds(EVERY[name])} == expected


def test_a_pledge_without_updates_has_a_valid_empty_feed():
    channel = parse(EVERY["exempelby"] / "2024-2025/hembesok/feed.xml").find("channel")
    assert channel.findall("item") == []
    assert channel.findtext("title")
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")).date().isoformat() == "2024-01-25"


# --- The channel


@both
def test_a_channel_names_itself_its_page_and_its_language(name):
    base = project(name).site_url
    for file, channel in every(name):
        own = channel.find("atom:link", NS)
        assert own.get("rel") == "self"
        assert own.get("href") == base + file.relative_to(EVERY[name]).as_posix()
        assert channel.findtext("link").startswith(base)
        assert "feed.xml" not in channel.findtext("link")
        assert channel.findtext("language") == "sv-se"


@both
def test_the_disclaimer_stands_in_every_channels_description(name):
    words = " ".join(project(name).settings.disclaimer.split())
    for _, channel in every(name):
        assert words in channel.findtext("description")


@both
def test_no_two_feeds_have_the_same_title(name):
    titles = [channel.findtext("title") for _, channel in every(name)]
    assert len(set(titles)) == len(titles)


@both
def test_last_build_date_is_the_newest_date_in_the_feed(name):
    for _, channel in every(name):
        changed = [datetime.fromisoformat(e.text) for e in channel.findall("item/atom:updated", NS)]
        if changed:
            assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == max(changed)


@both
def test_a_browser_gets_a_style_sheet_and_a_link_to_the_help(name):
    base = project(name).site_url
    for file, channel in every(name):
        style = re.search(rb'<\?xml-stylesheet type="text/css" href="([^"]+)"\?>', file.read_bytes())[1].decode()
        assert (file.parent / style).resolve().is_file()
        assert channel.find("xhtml:div/xhtml:a", NS).get("href") == f"{base}prenumerera/"
        # W3C's validator knows no other element of XHTML in a channel.
        assert [each.tag for each in channel if NS["xhtml"] in each.tag] == [f"{{{NS['xhtml']}}}div"]
        assert b'xml-stylesheet type="text/xsl' not in file.read_bytes()


# --- Items


@both
def test_an_item_has_what_readers_need_in_the_right_order(name):
    for file, channel in every(name):
        for item in channel.findall("item"):
            tags = [etree.QName(element).localname for element in item]
            assert tags.index("description") < tags.index("encoded")
            assert len(item.findall("title")) == len(item.findall("link")) == len(item.findall("guid")) == 1
            assert item.find("author") is None
            assert item.find("enclosure") is None
            assert item.find("guid").get("isPermaLink") == "false"
            assert all(category.get("domain") for category in item.findall("category"))
            assert item.findtext("title"), file


@both
def test_only_a_closing_item_has_no_creator(name):
    for _, channel in every(name):
        for item in channel.findall("item"):
            assert (item.find("dc:creator", NS) is None) == item.findtext("guid").endswith("#ended")


@both
def test_guids_are_minted_from_the_authority_and_the_place_alone(name):
    authority = project(name).settings.id_authority
    refs = {update.ref for update in read_catalog(project(name)).all_updates()}
    for _, channel in every(name):
        for item in channel.findall("item"):
            ref = item.findtext("guid").removeprefix(f"tag:{authority}:")
            assert ref.endswith("#ended") or ref.removesuffix("#withdrawn") in refs


@both
def test_the_same_entry_is_the_same_item_in_every_feed(name):
    seen = {}
    for _, channel in every(name):
        for item in channel.findall("item"):
            text = etree.tostring(item, method="c14n")
            assert seen.setdefault(item.findtext("guid"), text) == text


@both
def test_a_date_is_rfc_822_with_an_offset_at_midnight_in_stockholm(name):
    for _, channel in every(name):
        for item in channel.findall("item"):
            text = item.findtext("pubDate")
            assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} 00:00:00 \+0[12]00", text)
            guid = item.findtext("guid")
            if match := re.search(r"/(\d{4}-\d\d-\d\d)-[^#]*$", guid):
                assert parsedate_to_datetime(text).date().isoformat() == match[1]


def test_dates_are_right_on_both_sides_of_the_clocks_changes_and_the_years_end():
    dates = {
        item.findtext("guid").rsplit("/", 1)[1][:10]: item.findtext("pubDate")
        for item in items(EVERY["exempelby"] / "2024-2025/trygghetsvandringar/feed.xml")
    }
    assert dates["2024-10-27"] == "Sun, 27 Oct 2024 00:00:00 +0200"
    assert dates["2024-12-31"] == "Tue, 31 Dec 2024 00:00:00 +0100"
    assert dates["2025-01-01"] == "Wed, 01 Jan 2025 00:00:00 +0100"
    assert dates["2025-03-30"] == "Sun, 30 Mar 2025 00:00:00 +0100"


@both
def test_nothing_is_dated_in_the_future(name):
    last = datetime.fromisoformat(building.TODAY[name]).replace(tzinfo=UTC) + timedelta(hours=1)
    for _, channel in every(name):
        assert all(instant(item) < last for item in channel.findall("item"))


@both
def test_items_are_newest_first_with_ties_by_id(name):
    for _, channel in every(name):
        keys = [(-instant(item).timestamp(), item.findtext("guid")) for item in channel.findall("item")]
        assert keys == sorted(keys)


def test_order_is_by_instant_also_in_the_night_that_has_an_hour_twice():
    first = datetime.fromisoformat("2026-10-25T02:30:00+02:00")
    second = datetime.fromisoformat("2026-10-25T02:30:00+01:00")
    made = [Item(id_, "T", "https://x.example/", "", "", when, when) for id_, when in (("a", first), ("b", second))]
    assert [item.id for item in newest_first(made)] == ["b", "a"]


@both
def test_a_feed_holds_at_most_the_latest_items(name):
    most = project(name).settings.feed_items
    for _, channel in every(name):
        assert len(channel.findall("item")) <= most


@both
def test_a_description_is_short_plain_text_that_ends_at_a_word(name):
    for _, channel in every(name):
        for item in channel.findall("item"):
            assert "<" not in item.findtext("description")
            text = unescape(item.findtext("description"))
            assert 0 < len(text) <= 300
            if text.endswith("…"):
                whole = html_text.Document(item.findtext("content:encoded", namespaces=NS)).text
                start = text[:-1].split()[-1]
                assert re.search(rf"(?<!\w){re.escape(start)}(?!\w)", whole)


@both
def test_every_address_in_an_item_is_absolute_ascii_with_a_scheme(name):
    for _, channel in every(name):
        for item in channel.findall("item"):
            document = html_text.Document(item.findtext("content:encoded", namespaces=NS))
            for address in (item.findtext("link"), *document.links, *document.sources):
                assert urlsplit(address).scheme in ("http", "https", "mailto", "tel"), address
                assert address.isascii(), address
                assert " " not in address


@both
def test_an_items_html_holds_nothing_that_readers_forbid(name):
    for _, channel in every(name):
        for item in channel.findall("item"):
            for tag, attrs in html_text.Document(item.findtext("content:encoded", namespaces=NS)).elements:
                assert tag not in ("script", "iframe", "form", "style", "input")
                assert "style" not in attrs
                assert "id" not in attrs
                if tag == "img":
                    assert attrs["alt"]
                    assert int(attrs["width"])
                    assert int(attrs["height"])


@both
def test_every_address_within_the_site_exists_anchors_included(name):
    base, folder = project(name).site_url, EVERY[name]
    for _, channel in every(name):
        html = "".join(item.findtext("content:encoded", namespaces=NS) for item in channel.findall("item"))
        document = html_text.Document(html)
        links = [link.text for link in channel.iter("link") if link.text]
        for address in (*links, *document.links, *document.sources, channel.find("xhtml:div/xhtml:a", NS).get("href")):
            target, anchor = urldefrag(address)
            if not target.startswith(base):
                continue
            file = folder / unquote(target.removeprefix(base))
            file = file / "index.html" if file.is_dir() else file
            assert file.is_file(), address
            assert not anchor or anchor in html_text.read(file).ids, address


def test_an_item_says_what_its_page_says():
    found = {item.findtext("guid").rsplit("/", 1)[1]: item for item in items(EVERY["exempelby"] / "feed.xml")}
    text = html_text.Document(found["2025-03-26-alla-stolpar-bytta"].findtext("content:encoded", namespaces=NS)).text
    assert "Löfte: Bättre ljus längs gångvägarna" in text
    assert "Ny status: Genomfört (tidigare Pågår)" in text
    assert "32 stolpar, 124 hittills. Målet är 120." in text
    assert "Källor:" in text


def test_a_withdrawn_entry_keeps_its_guid_and_a_second_item_tells_of_it():
    found = {
        item.findtext("guid").split(":", 2)[2]: item
        for item in items(EVERY["exempelby"] / "2024-2025/trygghetsvandringar/feed.xml")
    }
    ref = "2024-2025/trygghetsvandringar/2024-12-10-nya-ledstanger-i-trappan"
    notice, news = found[ref], found[f"{ref}#withdrawn"]
    assert notice.findtext("title") == "Tillbakadragen uppdatering"
    assert "drogs tillbaka" in notice.findtext("description")
    assert notice.findtext("pubDate").startswith("Tue, 10 Dec 2024")
    assert instant(news) > instant(notice)
    assert notice.findtext("link") == news.findtext("link")


def test_a_long_reason_for_a_withdrawal_is_shortened_in_both_descriptions():
    built = known(read_catalog(project("exempelby")), date(2025, 5, 15))
    periods = [replace(period, pledges=tuple(map(with_long_reasons, period.pledges))) for period in built.periods]
    views = Views(replace(built, periods=tuple(periods)), date(2025, 5, 15))
    every = Feeds(views, project("exempelby"), lambda update, *_: update.withdrawn)
    descriptions = [
        item.findtext("description")
        for item in etree.fromstring(every.write(every.every[0])).iter("item")
        if "withdrawn" in item.findtext("guid") or item.findtext("title") == "Tillbakadragen uppdatering"
    ]
    assert len(descriptions) == 2
    assert all(len(each) <= 300 and each.endswith("ord…") for each in descriptions)


def with_long_reasons(pledge):
    updates = []
    for update in pledge.updates:
        gone = update.file.withdrawn
        longer = {"withdrawn": gone.model_copy(update={"reason": "ord " * 200})} if gone else {}
        updates.append(replace(update, file=update.file.model_copy(update=longer)))
    return replace(pledge, updates=tuple(updates))


def test_a_closing_item_counts_as_changed_when_it_begins_to_lead_on():
    catalog = read_catalog(project("exempelby"))
    last = catalog.periods[-1]
    document = last.file.document.model_copy(update={"date": date(2024, 1, 20)})
    later = replace(last, file=last.file.model_copy(update={"document": document}))
    catalog = replace(catalog, periods=(*catalog.periods[:-1], later))
    changed = {}
    for today in (date(2024, 1, 19), date(2024, 1, 20)):
        every = Feeds(Views(catalog, today), project("exempelby"), lambda *_: "")
        feed = next(feed for feed in every.every if feed.address == "2022-2023/feed.xml")
        found = etree.fromstring(every.write(feed)).iter("item")
        item = next(item for item in found if item.findtext("guid").endswith("#ended"))
        changed[today] = item.findtext("atom:updated", namespaces=NS)[:10], item.findtext("pubDate")[5:16]
    assert list(changed.values()) == [("2024-01-01", "01 Jan 2024"), ("2024-01-20", "01 Jan 2024")]


def test_a_correction_is_an_item_of_its_own_and_the_corrected_one_is_marked_as_changed():
    found = {
        item.findtext("guid").rsplit("/", 1)[1]: item
        for item in items(EVERY["exempelby"] / "2024-2025/trygghetsvandringar/feed.xml")
    }
    correction = next(item for id_, item in found.items() if id_.startswith("2024-11-04-rattelse"))
    corrected = next(item for id_, item in found.items() if id_.startswith("2024-10-27"))
    assert "Rättar" in correction.findtext("content:encoded", namespaces=NS)
    assert corrected.findtext("description").startswith("Rättad 4 november 2024. ")
    text = corrected.findtext("content:encoded", namespaces=NS)
    assert 0 < text.index("Rättad 4 november 2024") < text.index("68 personer")
    assert corrected.findtext("atom:updated", namespaces=NS).startswith("2024-11-04")


def test_a_correction_reaches_everyone_who_was_sent_what_it_corrects():
    """It is the municipality's own, and corrects what the police were named as a sender of too."""
    for file in ("parter/polisen/feed.xml", "parter/kommunen/feed.xml", "2024-2025/trygghetsvandringar/feed.xml"):
        stems = [item.findtext("guid").rsplit("/", 1)[1] for item in items(EVERY["exempelby"] / file)]
        corrected = next(number for number, stem in enumerate(stems) if stem.startswith("2024-10-27"))
        assert any(stem.startswith("2024-11-04-rattelse") for stem in stems[:corrected])


def test_background_is_told_as_such():
    found = items(EVERY["salem"] / "2021-2022/feed.xml")
    texts = [item.findtext("content:encoded", namespaces=NS) for item in found]
    assert sum("Bakgrund</strong>: det här berättar inte" in text for text in texts) == 4
    assert len(texts) == 7, "one tells that the period is over"


def test_an_entry_that_mentions_another_pledge_is_in_that_pledges_feed_too():
    guids = [item.findtext("guid") for item in items(EVERY["exempelby"] / "2024-2025/klotter/feed.xml")]
    assert any("/trygghetsvandringar/2025-03-11" in guid for guid in guids)


def test_an_ended_periods_feeds_get_one_closing_item_that_leads_on():
    base = "2022-2023/"
    for file in (base + "feed.xml", base + "synlig-polis/feed.xml", "feed.xml"):
        closing = [i for i in items(EVERY["exempelby"] / file) if i.findtext("guid").endswith("#ended")]
        if file == "feed.xml" and not closing:
            continue  # the site's feed holds only the latest; the closing may be too old
        assert [item.findtext("pubDate") for item in closing] == ["Mon, 01 Jan 2024 00:00:00 +0100"]
        assert "2024-2025/" in closing[0].findtext("content:encoded", namespaces=NS)


def test_a_party_is_followed_through_its_own_entries_only():
    found = items(EVERY["exempelby"] / "parter/bostadsbolaget/feed.xml")
    assert len(found) > 1
    for item in found:
        assert "Exempelbybostäder" in [creator.text for creator in item.findall("dc:creator", NS)]


# --- On the pages


@both
def test_every_page_links_the_sites_feed_and_its_own(name):
    base = project(name).site_url
    for page in EVERY[name].rglob("*.html"):
        head = [
            attrs["href"]
            for tag, attrs in html_text.read(page).elements
            if tag == "link" and attrs.get("type") == "application/rss+xml"
        ]
        assert f"{base}feed.xml" in head, page
        own = page.parent / "feed.xml"
        if own.exists():
            assert base + own.relative_to(EVERY[name]).as_posix() in head
        assert all((EVERY[name] / address.removeprefix(base)).is_file() for address in head)
        assert len(head) == len(set(head))


@both
def test_the_subscribe_page_shows_every_feeds_address_in_order(name):
    text = html_text.read(EVERY[name] / "prenumerera/index.html").text
    base = project(name).site_url
    for file in feeds(EVERY[name]):
        assert base + file.relative_to(EVERY[name]).as_posix() in text
    html = (EVERY[name] / "prenumerera/index.html").read_text("utf-8").replace("\u2060", "")
    headings = re.findall(r"<h3[^>]*>([^<]*)", html)
    over = " (avslutad period)"
    years = {"salem": [f"2021–2022{over}"], "exempelby": ["2024–2025", f"2022–2023{over}"]}[name]
    areas, pledges = ([f"{kind} {each}" for each in years] for kind in ("Områden", "Löften"))
    assert headings[2:] == ["Hela webbplatsen", "Perioder", *areas, "Parter", *pledges]


# --- Bad input: right in the feed, or refused


CHANNEL = Channel(
    "https://x.example/feed.xml",
    "https://x.example/",
    "Titel",
    "Text",
    midnight(datetime(2021, 1, 1, tzinfo=UTC).date()),
    "https://x.example/prenumerera/",
    "feed.css",
)


@pytest.mark.parametrize("title", ["x" * 500, "]]>", '<b>&"”’', "🙂 åäö", "a\u00a0b"])
def test_any_title_arrives_as_written(title):
    when = midnight(datetime(2021, 4, 15, tzinfo=UTC).date())
    item = Item(
        "tag:x.example,2021:a", title, "https://x.example/#a", "", f"<p>{title.count('x')} ]]&gt;</p>", when, when
    )
    read = feedparser.parse(write([build(item)], CHANNEL))
    assert etree.fromstring(write([build(item)], CHANNEL)).findtext("channel/item/title") == title
    assert read.bozo is False
    assert len(read.entries) == 1


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\ufffe", "\ud800"])
def test_a_sign_that_xml_forbids_is_never_written(sign):
    when = midnight(datetime(2021, 4, 15, tzinfo=UTC).date())
    item = Item("tag:x.example,2021:a", f"a{sign}", "https://x.example/", "", "", when, when)
    with pytest.raises(ValueError, match=r"XML|surrogates"):
        write([build(item)], CHANNEL)


# --- Real readers


@both
def test_feedparser_and_rss_parser_read_the_same(name):
    files = feeds(EVERY[name])
    theirs = json.loads(clients_setup.node("feeds.mjs", *files))
    for file in files:
        ours = items(file)
        read = feedparser.parse(file.read_bytes())
        assert not read.bozo
        expected = [(i.findtext("guid"), i.findtext("link"), instant(i)) for i in ours]
        python = [(e.id, e.link, datetime(*e.published_parsed[:6], tzinfo=UTC)) for e in read.entries]
        script = [(e["id"], e["link"], datetime.fromisoformat(e["instant"])) for e in theirs[str(file)]["items"]]
        assert python == expected
        assert script == expected
        assert [e.title for e in read.entries] == [e["title"] for e in theirs[str(file)]["items"]]


@both
def test_every_reader_takes_the_channels_title_for_the_feeds(name):
    files = feeds(EVERY[name])
    theirs = json.loads(clients_setup.node("feeds.mjs", *files))
    for file in files:
        title = parse(file).findtext("channel/title")
        read = feedparser.parse(file.read_bytes()).feed
        assert theirs[str(file)]["title"] == read.title == title
        assert read.title_detail.language == read.language == "sv-se"
        # Those that look at names alone look among the channel's own.
        assert [each.text for each in parse(file)[0] if etree.QName(each).localname == "title"] == [title]


@both
def test_sfeed_reads_the_same(name):
    program = tools.need("sfeed", "sfeed")
    for file in feeds(EVERY[name]):
        ours = [
            (
                str(int(instant(i).timestamp())),
                i.findtext("link"),
                i.findtext("guid"),
                " ".join(i.findtext("title").split()),
            )
            for i in items(file)
        ]
        done = subprocess.run([program], input=file.read_text("utf-8"), capture_output=True, text=True, check=True)
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        assert [(row[0], row[2], row[5], row[1]) for row in rows] == ours


class Subscriber:
    """rss2email, subscribed to one feed, delivering to a folder."""

    def __init__(self, folder, feed):
        self.folder, self.feed = folder, feed
        for part in ("tmp", "new", "cur"):
            (folder / "mail" / part).mkdir(parents=True)
        (folder / "config").write_text(
            "[DEFAULT]\nfrom = a@x.example\nto = b@x.example\nemail-protocol = maildir\n"
            f"maildir-path = {folder / 'mail'}\nmaildir-mailbox = \nuse-publisher-email = False\n"
            f"[feed.f]\nurl = {feed}\n",
            "utf-8",
        )

    def new(self):
        """Fetch once and return how many items were new."""
        before = self.count()
        command = [clients_setup.BIN / "r2e", "-c", self.folder / "config", "-d", self.folder / "data", "run"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
        assert done.returncode == 0, done.stderr
        return self.count() - before

    def count(self):
        return sum(1 for file in (self.folder / "mail").rglob("*") if file.is_file())


def test_a_readers_history_over_six_builds(tmp_path):
    config = building.copy_exempelby(tmp_path / "project")
    home = config.parent / "pledges/2024-2025/medling"
    target = tmp_path / "site"
    feed = target / "2024-2025/medling/feed.xml"
    (home / "2025-05-01-nytt.md").write_text(
        "---\ntitel: Medlarna är utbildade\nav: kommunen\ntyp: aktivitet\n---\nFyra personer är klara.\n", "utf-8"
    )
    reader = None

    def build_and_read():
        nonlocal reader
        building.build(config, target, "2025-05-15")
        reader = reader or Subscriber(tmp_path / "reader", feed)
        return reader.new()

    assert build_and_read() == len(items(feed)) > 1
    assert build_and_read() == 0
    entry = home / "2025-05-01-nytt.md"
    entry.write_text(entry.read_text("utf-8").replace("är klara.", "är nu klara."), "utf-8")
    assert build_and_read() == 0
    text = "---\ntitel: {}\nav: kommunen\ntyp: information\n{}---\nText.\n"
    (home / "2025-05-10-mera.md").write_text(text.format("Mera", ""), "utf-8")
    assert build_and_read() == 1
    (home / "2025-05-12-rattelse.md").write_text(text.format("Rättelse", "rättar: 2025-05-01-nytt\n"), "utf-8")
    assert build_and_read() == 1
    entry.write_text(
        "---\nav: kommunen\ntyp: aktivitet\ntillbakadraget: {datum: 2025-05-14, skäl: Fel löfte.}\n---\n", "utf-8"
    )
    assert build_and_read() == 1


def test_a_whole_feed_is_as_expected():
    found = (EVERY["salem"] / "2021-2022/grannsamverkan/feed.xml").read_text("utf-8")
    assert found == (EXPECTED / "grannsamverkan-feed.xml").read_text("utf-8")


def test_ten_rebuilds_of_a_preview_grow_no_feed(monkeypatch):
    monkeypatch.setenv("FOLJMED_TODAY", building.TODAY["exempelby"])
    config = load_config(str(building.CONFIGS["exempelby"]))
    config.plugins.on_startup(command="serve", dirty=False)
    written = []
    for _ in range(10):
        files = config.plugins.on_files(Files([]), config=config.plugins.on_config(config))
        written.append({file.src_uri: file.content_bytes for file in files if file.src_uri.endswith("feed.xml")})
    assert len(written[0]) > 20
    assert all(each == written[0] for each in written)


def test_building_again_changes_no_byte_of_a_feed(tmp_path):
    for name in SITES:
        again = building.build(building.CONFIGS[name], tmp_path / name, building.TODAY[name])
        for file in feeds(again):
            assert file.read_bytes() == (EVERY[name] / file.relative_to(again)).read_bytes()
    shutil.rmtree(tmp_path / "salem")
