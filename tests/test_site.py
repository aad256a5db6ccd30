"""Whole sites, built as people build them, and looked at from outside."""

import gzip
import json
import re
from html import escape, unescape
from itertools import pairwise
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from lxml import etree
from markdown import Markdown
from PIL import Image
from pydantic import BaseModel

import building
import html_text
from foljmed import model, values
from foljmed.handwritten import Unlinked
from foljmed.prose import plain
from foljmed.reader import read_catalog
from foljmed.settings import read_project
from foljmed.tree import read_tree
from foljmed.values import Status

SITES = ("salem", "exempelby")
SOURCE = building.ROOT / "tests/source/medborgarloften-2021-2022.md"


def pages(folder):
    return sorted(folder.rglob("*.html"))


def updates(name):
    return list(read_catalog(read_project(building.CONFIGS[name])).all_updates())


def test_what_the_system_refuses_ends_a_build_in_words(tmp_path):
    (tmp_path / "file").touch()
    folder = tmp_path / "file/site"
    env = building.environment("2021-05-01")
    done = building.mkdocs("build", "-f", building.CONFIGS["salem"], "-d", folder, env=env)
    assert done.returncode == 1
    assert f"Det gick inte att läsa eller spara {folder}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


# --- What the site says


def normal(text):
    """Leave out what carries no words: Markdown's signs, and spaces before punctuation."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"[*#<>]|^- ", " ", text, flags=re.MULTILINE).replace("–", "-")
    return re.sub(r"\s+([.,])", r"\1", " ".join(text.split())).casefold()


def sentences():
    document = re.sub(r"<!--.*?-->", "", SOURCE.read_text("utf-8"), flags=re.DOTALL)
    document = document.replace("\n6 P\n", "\n").replace("Reninge", "Rönninge")
    prose, signatures = document.split("Ort och datum")
    for block in re.split(r"\n\s*\n|\n(?=- |Ansvarig:)|  \n", prose):
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])", normal_case(block)):
            if sentence.strip():
                yield sentence
    yield "Ort och datum"
    for line in signatures.splitlines():
        yield from (part for part in re.split(r" (?=8 mars)", line.strip().rstrip(",")) if part)


def normal_case(block):
    return " ".join(block.split())


def test_every_sentence_of_the_signed_document_stands_on_the_site(site):
    shown = [html_text.read(page) for page in pages(site("salem"))]
    text = normal(" ".join(page.text for page in shown))
    days = {attrs.get("datetime") for page in shown for tag, attrs in page.elements if tag == "time"}
    missing = [s for s in sentences() if normal(s).rstrip(".:") not in text and s not in days]
    assert missing == []
    assert len(list(sentences())) > 50


def test_the_sentence_test_sees_a_changed_word(site):
    text = normal(" ".join(html_text.read(page).text for page in pages(site("salem"))))
    assert normal("Bedriva ett kontinuerligt arbete för att upprätthålla en uppdaterad lägesbild") in text
    assert normal("Bedriva ett kontinuerligt arbete för att upprätthålla en bättre lägesbild") not in text


@pytest.mark.parametrize("name", SITES)
def test_the_disclaimer_stands_on_every_page(site, name):
    project = read_project(building.CONFIGS[name])
    for page in pages(site(name)):
        assert normal_case(project.settings.disclaimer) in html_text.read(page).text, page


def test_all_nine_real_pledges_stand_without_status_and_five_without_any_update(site):
    found = [
        page for page in site("salem").glob("2021-2022/*/index.html") if page.parent.name not in ("kalender", "loften")
    ]
    shown = [html_text.read(page).text for page in found]
    assert len(shown) == 9
    silent = [text for text in shown if "Ingen uppdatering publicerad" in text]
    unstated = [text for text in shown if "Status inte angiven" in text]
    background_only = [text for text in silent if "Publicerad" in text]
    assert len(silent) - len(background_only) == 5
    assert len(silent) + len(unstated) == 9
    assert not any(status.capitalize() in text for status in Status for text in shown)


def test_every_status_is_shown_somewhere_in_exempelby(site):
    text = " ".join(html_text.read(page).text for page in pages(site("exempelby")))
    for status in Status:
        assert status.capitalize() in text


@pytest.mark.parametrize("name", SITES)
def test_every_update_has_its_address_on_its_page(site, name):
    for update in updates(name):
        if update.file.draft or str(update.day) > building.TODAY[name]:
            continue
        page = html_text.read(site(name) / update.page / "index.html")
        assert page.ids.count(update.id) == 1


@pytest.mark.parametrize("name", SITES)
def test_a_page_has_one_main_heading_and_skips_no_level(site, name):
    for page in pages(site(name)):
        levels = [int(tag[1]) for tag, _ in html_text.read(page).elements if re.fullmatch(r"h[1-6]", tag)]
        assert levels.count(1) == 1, page
        assert levels[0] == 1, page
        assert all(after <= before + 1 for before, after in pairwise(levels)), (page, levels)


OUTLINES = {
    "2024-2025": """
1 Medborgarlöften i Exempelby 2024–2025
2 Så ligger det till
2 Centrum & mötesplatser
3 Lägesbild när löftena gavs
3 Löften
4 Fler ska vilja vara ute i centrum på kvällen:
5 Trygghetsvandringar
5 Bättre ljus längs gångvägarna
5 Poliskontor på Provtorget
4 Det ska vara helt och rent:
5 Klotter bort inom två dygn
2 Unga på rätt väg
""",
    "2022-2023": """
1 Medborgarlöften i Exempelby 2022–2023
2 Senast redovisade status
2 Tryggare centrum
3 Lägesbild när löftena gavs
3 Löften
4 Gångvägarna ska kännas tryggare:
5 Trygghetsvandringar
5 Plan för bättre belysning
2 Unga och hemmet
3 Synlig polis vid skolorna
""",
}


@pytest.mark.parametrize("period", OUTLINES)
def test_a_periods_headings_say_what_belongs_to_what(site, period):
    page = (site("exempelby") / period / "index.html").read_text("utf-8").replace("\u2060", "")
    found = [f"{level} {plain(words)}" for level, words in re.findall(r"<h(\d)\b[^>]*>(.*?)</h\1>", page, re.DOTALL)]
    wanted = OUTLINES[period].strip().split("\n")
    assert found[: len(wanted)] == wanted


@pytest.mark.parametrize("name", SITES)
def test_no_id_is_used_twice_on_a_page(site, name):
    for page in pages(site(name)):
        ids = html_text.read(page).ids
        assert sorted(ids) == sorted(set(ids)), page


# --- Where it leads


@pytest.mark.parametrize("name", SITES)
def test_every_link_within_the_site_leads_somewhere(site, name):
    folder, broken = site(name), []
    ids = {page: set(html_text.read(page).ids) for page in pages(folder)}
    base = building_url(name)
    for page in ids:
        here = urljoin(base, page.relative_to(folder).as_posix().removesuffix("index.html"))
        document = html_text.read(page)
        for link in (*document.links, *document.sources):
            target, anchor = urldefrag(urljoin(here, link))
            if not target.startswith(base):
                continue
            file = folder / unquote(urlsplit(target).path).lstrip("/")
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file() or (anchor and unquote(anchor) not in ids.get(file, {unquote(anchor)})):
                broken.append((page.relative_to(folder).as_posix(), link))
    assert broken == []


def test_a_hand_written_link_to_what_is_not_published_yet_is_its_words_alone():
    asked = []
    unlinked = Unlinked(lambda *to: asked.append(to) or to[0] == "2024/b/index.md")
    unlinked.page = "guide/x.md"
    markdown = Markdown(extensions=[unlinked])
    text = "[A](../2026/a/index.md#lattlast), [B](../2024/b/index.md) och [C](https://c.example/index.md)."
    there = '<a href="../2024/b/index.md">B</a> och <a href="https://c.example/index.md">C</a>.'
    assert markdown.convert(text) == f"<p>A, {there}</p>"
    assert asked == [("2026/a/index.md", "lattlast"), ("2024/b/index.md", "")]
    text = '[A](../2026/a/index.md "Titel"), [*B* [b]][1], [![C](c.png)](<feed.xml>)\n\n[1]: kalender.ics'
    assert markdown.convert(text) == '<p>A, <em>B</em> [b], <img alt="C" src="c.png" /></p>'
    assert markdown.convert("`[A](a/index.md)`") == "<p><code>[A](a/index.md)</code></p>"


@pytest.mark.parametrize(
    ("name", "days"),
    [("salem", ("2021-02-01", "")), ("exempelby", ("", "2027-01-01"))],
)
def test_the_addresses_that_are_known_are_those_that_builds_make(site, name, days):
    project = read_project(building.CONFIGS[name])
    known, tree = read_catalog(project).addresses, read_tree(project)
    by_hand = {"sitemap.xml", *(tree.pages[page] for page in tree.docs)} - {"", "uppdateringar/"}
    files = {
        file.relative_to(folder).as_posix().removesuffix("index.html")
        for folder in (site(name, day) for day in days)
        for file in folder.rglob("*.*")
    }
    made = {each for each in files - by_hand if each.endswith(("/", "feed.xml", ".ics")) and "/aldre/" not in each}
    assert made <= known
    # What anybody may come to has a file of its own until it has been.
    assert {each for each in known - files if not re.search(r"/kalender/.+\.ics", each)} == set()


@pytest.mark.parametrize(
    ("name", "today", "count"), [("salem", "", 9), ("exempelby", "", 3), ("salem", "2021-02-01", 0)]
)
def test_the_page_that_is_easy_to_read_leads_to_what_is_easy_to_read_of_each_pledge(site, name, today, count):
    page = html_text.read(site(name, today) / "lattlast/index.html")
    easy = {
        f"../{p.parent.relative_to(site(name)).as_posix()}/#lattlast"
        for p in pages(site(name))
        if "fm-easy" in p.read_text("utf-8")
    }
    found = [link for link in page.links if link.endswith("#lattlast")]
    assert len(found) == count
    assert set(found) <= easy
    assert "Läs mer om" in page.text or name == "exempelby"


def building_url(name):
    return read_project(building.CONFIGS[name]).site_url


@pytest.mark.parametrize("name", SITES)
def test_nothing_is_fetched_from_another_host(site, name):
    for page in pages(site(name)):
        for tag, attrs in html_text.read(page).elements:
            loads = attrs.get("src") or (attrs.get("href") if tag == "link" else "") or attrs.get("srcset") or ""
            if attrs.get("rel") == "canonical":
                continue
            assert not urlsplit(loads).netloc or loads.startswith(building_url(name)), (page, tag, attrs)


@pytest.mark.parametrize("name", SITES)
def test_no_page_has_another_fetched_before_anybody_asks_for_it(site, name):
    for page in pages(site(name)):
        links = {attrs["rel"] for tag, attrs in html_text.read(page).elements if tag == "link"}
        assert links <= {"canonical", "icon", "alternate", "stylesheet"}, page


def searched(folder):
    """Yield the search's records: address, title, text and the page's title."""
    for file in sorted((folder / "search/records").iterdir()):
        yield from json.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("name", SITES)
def test_search_finds_words_inside_updates_and_leads_to_their_addresses(site, name):
    places = {location: plain(text) for location, _, text, _ in searched(site(name))}
    for update in updates(name):
        if update.file.draft or update.file.withdrawn or str(update.day) > building.TODAY[name]:
            continue
        words = plain(update.text.html).split()[:6]
        assert " ".join(words) in places[update.address]
    assert not any(place.startswith("uppdateringar/") for place in places)


# --- Nothing too early


def traces(update):
    """Return what would betray an update: its name, headline and first words, as text, HTML and JSON write them."""
    words = plain(update.text.html)[:60]
    found = [update.id, update.file.title or "", words]
    return [form for text in found if text for form in (text, escape(text), escape(text, quote=False))]


@pytest.mark.parametrize(
    ("name", "today"),
    [
        ("salem", "2021-02-01"),
        ("salem", "2021-05-01"),
        ("salem", "2022-05-14"),
        ("salem", "2023-01-25"),
        ("exempelby", "2022-03-01"),
        ("exempelby", "2024-01-15"),
        ("exempelby", "2024-10-27"),
        ("exempelby", "2025-05-15"),
    ],
)
def test_nothing_dated_later_and_no_draft_is_anywhere_in_a_build(site, name, today):
    folder = site(name, today)
    hidden = [update for update in updates(name) if update.file.draft or str(update.day) > today]
    assert hidden
    contents = {file: contents_of(file) for file in folder.rglob("*") if file.is_file()}
    for update in hidden:
        for trace in traces(update):
            found = [file.relative_to(folder) for file, text in contents.items() if trace in text]
            assert found == [], (update.ref, trace)
    shown = {image for u in updates(name) if u not in hidden for image in u.text.images}
    for image in {image for update in hidden for image in update.text.images} - shown:
        assert not (folder / image).exists()


def contents_of(file):
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    text = data.decode("utf-8", "replace")
    return f"{file.name} {json.dumps(json.loads(text), ensure_ascii=False)}" if file.suffix == ".json" else text


def test_the_first_of_may_2021_shows_the_period_as_running(site):
    text = html_text.read(site("salem", "2021-05-01") / "index.html").text
    assert "Pågår till och med 2022" in text, "the document gives no days"
    assert "avslutad" not in text
    after = html_text.read(site("salem", "2023-01-01") / "index.html").text
    assert "Den här perioden är avslutad. Löftena gällde 2021–2022." in after


def test_after_a_periods_end_its_page_says_what_is_awaited_and_what_never_came(site):
    text = html_text.read(site("exempelby", "2026-01-01") / "index.html").text
    assert "Inget mer är planerat i den här planen. 4 uppdateringar väntas fortfarande. Se hela planen" in text
    card = text[text.index("Medling för unga") :]
    assert "3 gånger kom ingen utlovad uppdatering." in card[: card.index("Ansvarig:")]


def test_before_the_document_was_signed_there_is_no_period(site):
    folder = site("salem", "2021-02-01")
    assert not (folder / "2021-2022").exists()
    text = html_text.read(folder / "index.html").text
    assert "Inga medborgarlöften är publicerade ännu" in text
    assert "Innehållet ändrades" not in text


def test_an_update_of_the_whole_period_is_not_said_to_be_a_pledges(site):
    for address in ("uppdateringar/2025/index.html", "2024-2025/feed.xml"):
        text = (site("exempelby") / address).read_text("utf-8")
        assert "Hela perioden: " in text
        assert not re.search(r"Löfte: <a [^>]*>Medborgarlöften", text.replace("&lt;", "<").replace("&gt;", ">"))


def test_an_update_from_outside_its_period_says_in_lists_and_feeds_which_period_its_pledge_is_of(site):
    """The next period may have a pledge of the same name, and stands on the same pages."""
    built = site("exempelby", "2026-03-01")
    for address in ("uppdateringar/2026/index.html", "feed.xml"):
        text = (built / address).read_text("utf-8").replace("&lt;", "<").replace("&gt;", ">")
        told = [note for note, _ in re.findall(r"(Löfte[^:<]*): <a [^>]*>([^<]*)", text.replace("\u2060", ""))]
        assert "Löfte 2024–2025" in told
        assert ("Löfte" in told) == (address == "feed.xml")  # within it the day says so


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Return a copy of Exempelby, built, with titles and a number that are easy to get wrong."""
    copy = tmp_path_factory.mktemp("odd")
    config = building.copy_exempelby(copy)
    content = config.parent / "pledges/2024-2025"
    for file, key, value in (
        (config, "site_name", HOSTILE),
        (config, "site_description", HOSTILE),
        (content / "kommunikationsplan.yml", "titel", "Så berättar vi"),
        (content / "period.md", "titel", HOSTILE),
        (content / "klotter/lofte.md", "titel", HOSTILE),
        (content / "klotter/lofte.md", "sammanfattning", HOSTILE),
        (content / "klotter/2025-01-14-fjarde-kvartalet.md", "  inom-tva-dygn", "82,12345"),
    ):
        text = file.read_text("utf-8")
        changed = re.sub(rf"^{key}: .*", lambda _, k=key, v=value: f"{k}: {v}", text, flags=re.MULTILINE)
        assert changed != text
        file.write_text(changed, "utf-8")
    text = (content / "period.md").read_text("utf-8")
    goal = "    mål:\n      - {id: utan-lofte, titel: Ett mål utan löfte.}\n"
    (content / "period.md").write_text(text.replace("    mål:\n", goal, 1), "utf-8")
    gone = "---\nav: kommunen\ntyp: aktivitet\näven: hembesok\ntillbakadraget: {datum: 2025-05-13, skäl: Fel.}\n"
    gone += "gäller: riket\nrättat: [{datum: 2025-05-12, vad: Namnet Kalleman var fel.}]\n---\n"
    (content / "klotter/2025-05-12-borta.md").write_text(gone, "utf-8")
    docs = config.parent / "docs"
    (docs / "utan-datum.md").write_text("---\ntitle: X\n---\n# X\n\n## 2021-02-30 finns inte\n\nText.\n", "utf-8")
    links = "[Löftena](index.md#loften) [Kalendrar](prenumerera/index.md#kalender)"
    (docs / "lankar.md").write_text(f"---\ntitle: X\n---\n# X\n\n{links}\n", "utf-8")
    (docs / "med-datum.md").write_text('---\ntitle: X\nupdated: "2025-05-01"\n---\n# X\n', "utf-8")
    (docs / "taggar.md").write_text("# Taggen &lt;/title&gt;&lt;i id=rubrik&gt; &amp; annat\n", "utf-8")
    menu = config.read_text("utf-8").replace("  - Om: om.md\n", "  - 'Om <i id=meny> & annat': om.md\n  - taggar.md\n")
    config.write_text(menu, "utf-8")
    done = building.mkdocs(
        "build", "--strict", "-f", config, "-d", copy / "site", env=building.environment("2025-05-15")
    )
    assert done.returncode == 0, done.stderr
    return copy / "site"


HOSTILE = """'<script>alert(1)</script> "& <b>x</b>'"""


def test_of_what_is_withdrawn_only_the_notice_is_left(odd):
    told = [
        file
        for file in odd.rglob("*")
        if file.suffix in (".html", ".xml", ".json") and b"Kalleman" in file.read_bytes()
    ]
    assert told == []
    page = (odd / "2024-2025/klotter/index.html").read_text("utf-8")
    notice = html_text.Document(page.partition('id="2025-05-12-borta"')[2].partition("</article>")[0]).text
    assert "drogs tillbaka den 13 maj 2025" in notice
    assert "Gäller" not in notice


def test_what_the_menu_and_a_heading_call_a_page_is_text(odd):
    for file in pages(odd):
        page = html_text.read(file)
        assert not {"meny", "rubrik"} & set(page.ids), file
        if file.name == "index.html":
            assert "Om <i id=meny> & annat" in page.text, file
            assert "Taggen </title><i id=rubrik> & annat" in page.text, file
    assert "<title>Taggen &lt;/title&gt;&lt;i id=rubrik&gt; &amp; annat - " in (odd / "taggar/index.html").read_text(
        "utf-8"
    )


def test_a_feed_says_what_it_is_about_as_text(odd):
    feed = etree.parse(odd / "2024-2025/klotter/feed.xml")
    description = feed.findtext("channel/description")
    assert "<" not in description
    assert "<script>alert(1)</script>" in unescape(description)


def test_a_pledges_and_a_periods_title_are_text_everywhere(odd):
    for page in pages(odd):
        assert "<script>alert" not in page.read_text("utf-8"), page
    page = html_text.read(odd / "2024-2025/klotter/index.html")
    told = [attrs.get("content") for _, attrs in page.elements if attrs.get("property") in ("og:title", "og:site_name")]
    assert told == [HOSTILE.strip("'")] * 2
    assert ("meta", HOSTILE.strip("'")) in [
        (tag, attrs["content"]) for tag, attrs in page.elements if attrs.get("name") == "description"
    ]
    for _, title, text, page_title in searched(odd):
        assert "<script>" not in title + text + page_title


def test_a_withdrawn_update_is_not_said_to_be_whole_elsewhere(odd):
    text = html_text.read(odd / "2024-2025/hembesok/index.html").text
    assert "Den här uppdateringen drogs tillbaka den 13 maj 2025. Skäl: Fel." in text
    assert "Hela uppdateringen står under" not in text


def test_the_start_page_says_how_to_follow(odd):
    assert "./prenumerera/" in html_text.read(odd / "index.html").links


@pytest.mark.parametrize(("name", "period"), [("salem", "2021-2022"), ("exempelby", "2024-2025")])
def test_the_start_page_counts_every_pledge_once_in_words_and_in_the_bar(site, name, period):
    page = (site(name) / "index.html").read_text("utf-8")
    pledges = [
        p
        for each in read_catalog(read_project(building.CONFIGS[name])).periods
        if each.id == period
        for p in each.pledges
    ]
    numbers = [int(found) for found in re.findall(r"<a [^>]*><strong>(\d+)</strong> <span>", page)]
    assert sum(numbers) == len(pledges)
    parts = [(float(x), float(width)) for x, width in re.findall(r'<svg x="([\d.]+)%" width="([\d.]+)%"', page)]
    assert [width for _, width in parts] == pytest.approx([100 * each / len(pledges) for each in numbers], abs=0.01)
    assert [x for x, _ in parts] == pytest.approx([sum(w for _, w in parts[:n]) for n in range(len(parts))], abs=0.05)
    assert "procent av löftena" not in page


@pytest.mark.parametrize("name", SITES)
def test_every_page_says_how_others_should_show_it(site, name):
    url = building_url(name)
    for file in pages(site(name)):
        if file.name == "404.html":
            continue
        elements = html_text.read(file).elements
        metas = [a for tag, a in elements if tag == "meta" and "content" in a]
        said = {a.get("property") or a.get("name"): a["content"] for a in metas}
        address = url + file.relative_to(site(name)).as_posix().removesuffix("index.html")
        # The running plan has two addresses; its period's is the one that stays.
        period = {"salem": "2021-2022", "exempelby": "2024-2025"}[name]
        address = address.replace(f"{url}kalender/", f"{url}{period}/kalender/")
        canonical = [a["href"] for tag, a in elements if tag == "link" and a.get("rel") == "canonical"]
        assert canonical == [said["og:url"]] == [address]
        assert said["og:title"]
        assert said["og:description"] == said["description"]
        assert said["og:locale"] == "sv_SE"
        assert said["og:site_name"].startswith("Följ med i ")
        assert said["twitter:card"] == "summary_large_image"
        assert said["og:image:alt"]
        image = site(name) / said["og:image"].removeprefix(url)
        with Image.open(image) as opened:
            assert opened.size == (int(said["og:image:width"]), int(said["og:image:height"])) == (1200, 630)
        assert image.stat().st_size <= 60_000


def test_a_page_that_no_day_changes_names_none(site):
    folder = site("exempelby")
    assert "Sidan visar vad som var känt den" not in html_text.read(folder / "om/index.html").text
    for address in ("", "2024-2025/", "2024-2025/klotter/", "kalender/", "uppdateringar/", "prenumerera/"):
        text = html_text.read(folder / address / "index.html").text
        assert "Sidan visar vad som var känt den 15 maj 2025." in text, address


def test_a_partys_part_of_the_plan_leads_to_the_whole_and_the_others_not_to_itself(site):
    page = html_text.read(site("exempelby") / "2024-2025/parter/polisen/index.html")
    assert "../../../2024-2025/kalender/" in page.links
    assert "../../../2024-2025/parter/kommunen/" in page.links
    assert not any(link.endswith("parter/polisen/") for link in page.links if not link.startswith("http"))


@pytest.mark.parametrize("name", SITES)
def test_the_start_page_lets_a_telephone_call_112_and_114_14(site, name):
    page = html_text.read(site(name) / "index.html")
    more = {"salem": ["tel:0853259800"], "exempelby": []}[name]
    assert [link for link in page.links if link.startswith("tel:")] == ["tel:112", "tel:11414", *more]
    assert [attrs for tag, attrs in page.elements if tag == "li" and attrs.get("class") == "fm-urgent"]


def test_a_plan_has_its_own_title_and_a_goal_without_pledges_its_name(odd):
    assert "Så berättar vi 2024–2025" in html_text.read(odd / "kalender/index.html").text
    assert (
        "Ett mål utan löfte. Inget löfte hör till det här målet." in html_text.read(odd / "2024-2025/index.html").text
    )
    assert "Ett mål utan löfte" not in html_text.read(odd / "index.html").text


def test_a_hand_written_page_without_a_date_says_nothing_of_one(odd):
    assert "Innehållet ändrades" not in html_text.read(odd / "utan-datum/index.html").text


def test_a_day_may_stand_in_quotes(odd):
    assert "Innehållet ändrades senast 1 maj 2025" in html_text.read(odd / "med-datum/index.html").text


def test_a_number_is_shown_with_every_decimal_that_was_written(odd):
    assert "82,12345 procent" in html_text.read(odd / "2024-2025/klotter/index.html").text.replace("\u00a0", " ")


def test_between_periods_the_start_page_tells_what_the_next_one_has_told(site):
    text = html_text.read(site("exempelby", "2024-01-28") / "index.html").text
    assert "Den här perioden är avslutad" in text
    assert "26 januari 2024" in text[text.rindex("Senaste uppdateringarna") :]


def test_a_sum_in_a_table_says_that_it_is_of_the_day_of_publication(site):
    """The rows stand in the order of what they are about: a last one told before a correction has another sum."""
    page = (site("exempelby") / "2024-2025/trygghetsvandringar/index.html").read_text("utf-8")
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page)
    assert "Hittills" not in heads
    assert heads[heads.index("Summan då") - 1] == "Publicerad"


def test_a_measures_source_leads_to_it(site):
    page = html_text.read(site("exempelby") / "2024-2025/skolvagar/index.html")
    assert "Källa: Polisens hastighetsmätningar vid skolor" in page.text
    assert "https://polisen.example/exempelby/hastighet" in page.links


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (
            "salem/parter/polisen",
            "Här finns alla 5 uppdateringar som hör till Polisen i lokalpolisområde Södertälje.",
        ),
        (
            "salem/uppdateringar",
            "Här finns alla 6 uppdateringar. Av de 6 är 4 bakgrund, som kan komma från andra än parterna.",
        ),
    ],
)
def test_a_list_says_how_much_of_it_is_no_report(site, address, told):
    name, _, page = address.partition("/")
    assert told in html_text.read(site(name) / page / "index.html").text


def test_a_partys_list_was_changed_when_the_party_was_last_heard_of(site):
    text = html_text.read(site("exempelby") / "parter/bostadsbolaget/index.html").text
    newest = html_text.read(site("exempelby") / "uppdateringar/index.html").text
    day = re.compile(r"på sidan är från (\d+ \w+ \d{4})")
    assert day.search(text)[1] != day.search(newest)[1]


def test_between_periods_the_site_opens_on_the_ended_one(site):
    text = html_text.read(site("exempelby", "2024-01-15") / "index.html").text
    assert "Den här perioden är avslutad" in text


# --- Same content, same day, same bytes


def test_zone_locale_seed_and_folder_change_no_byte(tmp_path):
    for name in SITES:
        trees = []
        for number, more in enumerate(
            (
                {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
                {"TZ": "Pacific/Auckland", "LC_ALL": "sv_SE.UTF-8", "PYTHONHASHSEED": "2"},
            )
        ):
            copy = tmp_path / f"{name}{number}" / ("x" * number) / "project"
            wanted = ("docs", "hooks", "overrides", "pledges", "tests/sites", "mkdocs.yml")
            for part in wanted:
                building.copy_part(building.ROOT / part, copy / part)
            config = copy / building.CONFIGS[name].relative_to(building.ROOT)
            target = building.build(config, tmp_path / f"out{name}{number}", "2025-05-15", **more)
            trees.append({file.relative_to(target): file.read_bytes() for file in target.rglob("*") if file.is_file()})
        assert sorted(trees[0]) == sorted(trees[1])
        assert [file for file in trees[0] if trees[0][file] != trees[1][file]] == []


# --- The guide


def keys_of(model, seen):

    for name, field in model.model_fields.items():
        yield field.alias or name
        yield from (
            key for inner in models_in(field.annotation) if inner not in seen for key in keys_of(inner, {*seen, inner})
        )


def models_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in getattr(annotation, "__args__", ()):
        yield from models_in(each)


GENERATED = ("faltlista", "meddelanden")


def test_the_guide_describes_every_key_kind_and_status():
    by_hand = (file for file in (building.ROOT / "docs/guide").glob("*.md") if file.stem not in GENERATED)
    guide = "\n".join(file.read_text("utf-8") for file in by_hand)
    keys = {
        key
        for file in (model.PeriodFile, model.PledgeFile, model.UpdateFile, model.PlanFile, model.Recurrence)
        for key in keys_of(file, {file})
    }
    fixed = [*values.Status, *values.Kind, *values.MeasureKind, *values.ActivityKind, *values.Every, *values.Per]
    missing = [word for word in sorted({*keys, *fixed}) if not re.search(rf"[`”\s|]{re.escape(word)}[`”:\s|,.]", guide)]
    assert missing == []
    assert len(keys) > 50


def test_the_search_tells_pledges_of_the_same_name_apart(site):
    titles = [
        title for location, title, *_ in searched(site("exempelby")) if location.endswith("/trygghetsvandringar/")
    ]
    assert sorted(titles) == [
        "Trygghetsvandringar 2022–2023",
        "Trygghetsvandringar 2024–2025",
    ]


@pytest.mark.parametrize("name", SITES)
def test_the_search_knows_the_pages_own_words_alone(site, name):
    for location, _, text, _ in searched(site(name)):
        foreign = (
            r"Den här perioden är avslutad|Hela uppdateringen står under|Publicerad \d|"
            r"Följ det här löftet|[○◔◑↻‖✓◕✕]|[.!?] 20\d\d$"
        )
        assert re.findall(foreign, text) == [], location
        assert not location.endswith("#prenumerera")


def test_the_search_knows_no_example_of_the_guide(site):
    assert not [place for place, *_ in searched(site("salem")) if place.startswith("guide/")]


def test_what_has_been_corrected_says_so_in_every_list(site):
    for page in ("uppdateringar/2024/index.html", "parter/kommunen/2024/index.html"):
        text = (site("exempelby") / page).read_text("utf-8")
        line = next(each for each in text.split("<li class=") if "#2024-10-27-morkervandring" in each)
        assert "· <strong>Rättad 4\u00a0november 2024</strong>" in line


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("salem/2021-2022/trafikkontroller", "Här finns bara bakgrund. Ingen har berättat här hur det går med löftet."),
        ("salem/2021-2022/tobak", "Ingen uppdatering publicerad. Ingen har berättat här hur det går med löftet."),
    ],
)
def test_silence_says_what_there_is_instead(site, page, words):
    name, _, address = page.partition("/")
    assert words in html_text.read(site(name) / address / "index.html").text
    has_background = "bakgrund" in words
    card = (site(name) / "2021-2022/index.html").read_text("utf-8").split(f'{address.split("/")[1]}/">', 1)[1]
    assert ("Bara bakgrund" in card.split("</li>")[0]) is has_background


def test_an_ended_period_calls_its_status_the_last_told_and_says_where_the_end_is_untold(site):
    page = html_text.read(site("exempelby") / "2022-2023/index.html").text
    assert "Senast redovisade status" in page
    assert "Pågår Senaste uppgift om status" in page
    assert page.count("Hur löftet slutade har inte redovisats här.") == 1
    assert "Senast redovisade status" not in html_text.read(site("exempelby") / "index.html").text


def test_an_ended_period_of_which_no_status_was_told_has_no_heading_that_says_otherwise(site):
    for page in ("index.html", "2021-2022/index.html"):
        text = html_text.read(site("salem") / page).text
        assert "Ingen status har redovisats här" in text
        assert "Senast redovisade status" not in text


def test_what_is_told_of_a_wider_place_says_so_in_the_first_lines(site):
    text = html_text.read(site("salem") / "2021-2022/narkotika/index.html").text
    assert "(gäller lokalpolisområde Södertälje)" in text.partition("Så lyder löftet")[0]


def test_a_list_says_of_which_pledges_there_is_but_background(site):
    text = html_text.read(site("salem") / "2021-2022/loften/index.html").text
    assert re.search(r"Trafikkontroller – ?Ingen uppdatering publicerad Bara bakgrund", text)
    assert not re.search(r"Trygghetsvandringar – ?Ingen uppdatering publicerad Bara", text)


def test_the_start_page_names_its_latest_change_also_when_its_prose_was_changed_last(site):
    told = "Det nyaste av löften, plan och uppdateringar på sidan är från 26 januari 2023."
    assert told in html_text.read(site("salem") / "index.html").text
    rewritten = html_text.read(site("salem", "2026-12-01") / "index.html").text
    assert re.search(r"Innehållet ändrades senast \d+ november 2026\.", rewritten)
    assert "senaste daterade uppgiften" not in rewritten


def test_a_page_that_is_missing_says_so_in_its_title_and_has_no_date(site):
    text = (site("salem") / "404.html").read_text("utf-8")
    assert "<title>Sidan finns inte - Följ med i Salem</title>" in text
    assert "fm-freshness" not in text


@pytest.mark.parametrize("name", SITES)
def test_no_page_shows_a_way_to_itself(site, name):
    for file in pages(site(name)):
        trail = re.findall(r'class="fm-trail".*?</nav>', file.read_text("utf-8"), re.DOTALL)
        assert not any('href="./"' in each for each in trail), file
