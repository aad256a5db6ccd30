"""The search, in a browser: of a large site little is loaded, and Swedish words are found in every form."""

import gzip
import html
import json
import re
import sys
from collections import Counter
from datetime import date
from functools import cache
from itertools import accumulate
from pathlib import Path

import pytest

import building
from foljmed.spans import day_in_words
from served import served
from test_browser import opened
from viewed import viewed

sys.path.insert(0, str(Path(__file__).parent / "bench"))
import content

RARE = "pledges/2001-2030/lofte-3/2001-01-02-uppdatering-0.md"
PAGE = "2001-2030/lofte-3/"
ADDRESS = f"{PAGE}#2001-01-02-uppdatering-0"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "project"
    content.make(folder, 4, 260, 8)
    text = (folder / RARE).read_text("utf-8")
    items = "Ägarbytet <b>&</b> gäller Öckerögatan 12", "Łódź, Ü½ och en_till × 2:a", "Vatten\u00adtorns&shy;vakten"
    text = text.replace("\n\n- ", "\n\n{}- ".format("".join(f"- {each}\n" for each in items)), 1)
    (folder / RARE).write_text(text, "utf-8")
    (folder / "docs/om.md").write_text(
        "# Om sidan\n\n## Varför\n\nHandskriven med xylofon.\n\n## 2003-04-05 Ny\n", "utf-8"
    )
    return building.build(folder / "mkdocs.yml", folder / "site", content.TODAY)


@pytest.fixture(scope="module")
def address(large):
    with served(large) as url:
        yield url


# --- A pledge with many updates

# The element is another one when the folded years' texts have come, so it is looked up each time.
IN_VIEW = """() => {
  const box = document.querySelector(":target")?.getBoundingClientRect();
  return box && box.height > 0 && box.top >= 0 && box.top < 800;
}"""


@pytest.mark.parametrize("scripts", [True, False])
def test_an_address_in_a_folded_year_is_alive(browser, address, scripts):
    with opened(browser, address + ADDRESS, java_script_enabled=scripts) as view:
        view.page.locator(".fm-older[open] #\\32 001-01-02-uppdatering-0").wait_for()
        view.page.wait_for_function(IN_VIEW)


def test_a_link_to_a_folded_year_unfolds_it(browser, address):
    with opened(browser, address + PAGE) as view:
        page = view.page
        assert page.locator(".fm-older[open]").count() == 0
        assert page.locator(".fm-timeline h4:visible").count() >= 60
        page.evaluate("location.hash = '#2001-01-02-uppdatering-0'")
        page.locator(".fm-older[open]").wait_for()
        assert page.locator(".fm-older[open]").count() == 1


def test_paper_shows_every_year(browser, address):
    with opened(browser, address + PAGE) as view:
        page = view.page
        page.emulate_media(media="print")
        assert page.locator("#\\32 001-01-02-uppdatering-0").is_visible()


TEXT = "Ägarbytet & gäller Öckerögatan 12"


def test_a_page_with_many_updates_is_light(browser, address):
    with opened(browser, address + PAGE) as view:
        view.settle()
        assert sum(view.loaded.values()) <= 80_000
        assert view.moved() == 0


def test_every_update_has_its_address_on_the_pledges_page(large):
    updates = {file.stem for file in (large.parent / "pledges/2001-2030/lofte-3").glob("2*.md")}
    html = (large / PAGE / "index.html").read_text("utf-8")
    assert updates <= set(re.findall(r'<h4 id="([^"]+)"', html))
    assert len(updates) == 260


def test_a_folded_year_tells_all_when_it_is_opened(browser, address):
    with opened(browser, address + ADDRESS) as view:
        update = view.page.locator("li:has(> #\\32 001-01-02-uppdatering-0)")
        update.get_by_text(TEXT).wait_for()
        view.page.wait_for_function("document.querySelector(':target').getBoundingClientRect().top >= 0")
        assert update.locator("h4").count() == 1
        reached = [link.evaluate("link => link.href") for link in update.locator("a[href]").all()]
        assert address + ADDRESS in reached
        assert all(view.page.request.get(each).ok for each in reached if each.startswith(address))


def test_a_folded_year_that_fills_in_keeps_the_keyboards_place(browser, address):
    with viewed(browser, address + PAGE) as view:
        waiting = []
        view.page.route("**/aldre/", lambda route: waiting.append(route))  # noqa: PLW0108, no methods of C
        view.page.reload()
        view.page.locator(".fm-older summary").last.click()
        view.page.locator("#\\32 001-01-02-uppdatering-0 a").focus()
        view.page.wait_for_timeout(100)
        waiting[0].continue_()
        view.page.locator("li[data-filled] > #\\32 001-01-02-uppdatering-0:focus").wait_for()


def test_a_folded_years_texts_are_a_link_away_without_scripts(browser, address):
    with opened(browser, address + ADDRESS, java_script_enabled=False) as view:
        view.page.locator("#\\32 001-01-02-uppdatering-0 a").first.click()
        view.page.wait_for_url(re.compile("/aldre/#2001-01-02-uppdatering-0"))
        assert view.page.get_by_text(TEXT).is_visible()
        assert view.page.locator("link[rel=canonical]").get_attribute("href").endswith(PAGE)


def test_a_folded_year_that_does_not_come_still_leads_to_its_texts(browser, address):
    with viewed(browser, address + PAGE) as view:
        view.page.route("**/aldre/", lambda route: route.abort())
        view.page.reload()
        view.page.locator(".fm-older summary").last.click()
        heading = view.page.locator("#\\32 001-01-02-uppdatering-0 a")
        heading.wait_for()
        assert heading.get_attribute("href") == "aldre/#2001-01-02-uppdatering-0"


# --- The search


def look_for(page, words):
    page.locator("[data-fm-search-open]").click()
    page.locator("[name=query]:focus").wait_for()
    page.keyboard.type(words)


def links(page):
    page.wait_for_selector(".md-search-result__link")
    return page.eval_on_selector_all(".md-search-result__link", "each => each.map(e => e.href)")


@pytest.mark.parametrize("words", ["öckerögatan", "ÖCKERÖ", "ägarby öckerög", "12 öckerögatan"])
def test_a_word_or_its_beginning_leads_to_the_update(browser, address, words):
    with opened(browser, address + "om/") as view:
        page = view.page
        look_for(page, words)
        found = links(page)
        # The name of the page that it is on leads to that page's beginning.
        assert [re.sub(r"\?[^#]*", "", each).removeprefix(address) for each in found] == [PAGE, ADDRESS]
        assert {each.lower() for each in page.locator(".md-search-result mark").all_inner_texts()} >= {"öckerögatan"}
        article = page.locator(".md-search-result__article").nth(1)
        assert "Ägarbytet & gäller Öckerögatan 12" in article.inner_text()
        article.click()
        page.wait_for_url(re.compile("uppdatering-0"))


def test_a_word_is_found_whole_that_may_break_at_the_end_of_a_line(browser, address):
    with opened(browser, address + "om/") as view:
        look_for(view.page, "vattentornsvakten")
        assert any(each.endswith(ADDRESS.partition("#")[2]) for each in links(view.page))
        assert view.page.locator("mark").all_inner_texts() == ["Vattentornsvakten"]


@pytest.mark.parametrize("words", ["2 januari 2001", "2001-01-02"])
def test_an_update_is_found_by_the_day_that_it_shows_before_all_others(browser, address, words):
    with opened(browser, address + "om/") as view:
        look_for(view.page, words)
        assert "#2001-01-02-" in next(each for each in links(view.page) if "#" in each)


@pytest.fixture(scope="module")
def salem(site):
    with served(site("salem")) as url:
        yield url


@pytest.mark.parametrize("words", ["inbrott", "inbrottet", "inbrotten", "Bostadsinbrott", "bostadsinbrottens"])
def test_a_swedish_word_is_found_inside_others_and_in_its_other_forms(browser, salem, words):
    with opened(browser, salem) as view:
        look_for(view.page, words)
        updates = [each for each in links(view.page) if "#2" in each]
        assert any(each.endswith("#2023-01-26-bostadsinbrott-i-salem-2022") for each in updates)
        text = view.page.locator(".md-search-result__list").inner_text()
        assert "26 januari 2023 · Händelsedatum: 2022 · Under 2022" in text
        assert "avslutad" not in text
        assert max(map(len, view.page.locator(".md-search-result__article").all_inner_texts())) < 400


def test_a_result_says_that_it_is_background_and_of_another_place(browser, salem):
    with opened(browser, salem) as view:
        look_for(view.page, "rattfylleri")
        assert links(view.page)
        text = view.page.locator(".md-search-result__list").inner_text()
        assert "15 maj 2022 · Bakgrund · Gäller: polisregion Stockholm · … " in text


def test_a_short_word_is_only_looked_for_at_the_beginning_of_others(browser, salem):
    with opened(browser, salem) as view:
        look_for(view.page, "bro")
        links(view.page)
        marked = view.page.locator("mark").all_text_contents()
        assert marked
        assert all(each.lower().startswith("bro") for each in marked)


def test_what_is_pasted_or_dictated_is_searched_for(browser, salem):
    with opened(browser, salem) as view:
        look_for(view.page, "")
        view.page.keyboard.insert_text("bostadsinbrott")
        assert links(view.page)


def test_half_a_word_loads_no_records(browser, salem):
    with opened(browser, salem) as view:
        asked = []
        view.page.context.on("request", lambda request: asked.append(request.url))
        look_for(view.page, "in")
        view.page.wait_for_timeout(1000)
        assert not any("/records/" in each for each in asked)
        view.page.keyboard.type("brott", delay=100)
        links(view.page)
        found = [each for each in asked if "/records/" in each]
        assert len(found) == len(set(found)) > 0


@pytest.mark.parametrize("delay", [100, 450, 950])
def test_half_a_word_is_not_searched_for_at_whatever_pace_it_is_typed(browser, salem, delay):
    # A busy machine may pause between two letters as if the writer did.
    assert any(not records_of_half_a_word(browser, salem, delay) for _ in range(3))


def records_of_half_a_word(browser, salem, delay):
    with opened(browser, salem) as view:
        asked = []
        view.page.context.on("request", lambda request: asked.append(request.url))
        look_for(view.page, "")
        view.page.keyboard.type("bostads", delay=delay)
        found = [each for each in asked if "/records/" in each]
        view.page.keyboard.type("inbrott", delay=delay)
        assert links(view.page)
        return found


def test_a_search_that_is_begun_before_its_index_is_written_waits_for_it(browser, salem, site):
    index = json.loads((site("salem") / "search/search_index.json").read_text("utf-8"))
    early = {**index, "config": {key: index["config"][key] for key in ("lang", "separator", "pipeline", "fields")}}
    with viewed(browser, salem) as view:
        asked = []

        def answer(route):
            asked.append(route.request.url)
            route.fulfill(json=early if len(asked) < 3 else index)

        view.page.context.route("**/search_index.json*", answer)
        look_for(view.page, "bostadsinbrott")
        assert links(view.page)
        assert len(asked) == 3


def test_hand_written_pages_are_found_too(browser, address):
    with opened(browser, address) as view:
        page = view.page
        look_for(page, "xylofon")
        assert any("om/" in each and each.endswith("#varfor") for each in links(page))


def status(page):
    return page.get_by_role("dialog", name="Sök på webbplatsen").get_by_role("status")


def test_of_words_that_are_nowhere_together_some_are_found_and_that_is_said(browser, address):
    with opened(browser, address) as view:
        look_for(view.page, "xylofon öckerögatan")
        found = links(view.page)
        assert any("#varfor" in each for each in found)
        assert any(ADDRESS.partition("#")[2] in each for each in found)
        assert "Ingen träff har alla orden" in status(view.page).text_content()


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("hur många inbrott", "grannsamverkan/"),
        ("Vad har polisen gjort mot narkotika?", "narkotika/"),
        ("vem ansvarar för trafikkontroller", "trafikkontroller/"),
    ],
)
def test_a_question_is_answered_by_its_telling_words(browser, salem, words, first):
    with opened(browser, salem) as view:
        look_for(view.page, words)
        assert first in links(view.page)[0]


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("ronninge", "rönninge"),
        ("grannsamvärkan", "grannsamverkan"),
        ("plois", "polis"),
        ("11414", "114 14"),
        ("53259800", "532 598 00"),
        ("nattvandringar", "vandringar"),
    ],
)
def test_a_word_that_is_nowhere_is_looked_for_as_it_may_have_been_meant_and_that_is_said(
    browser, salem, words, instead
):
    with opened(browser, salem) as view:
        look_for(view.page, words)
        assert links(view.page)
        assert (
            status(view.page)
            .text_content()
            .startswith(f"Inga träffar på ”{words}”. Visar träffar på ”{instead}” i stället. ")
        )
        assert all(
            any(part[:5] in each.lower() for part in instead.split())
            for each in view.page.locator("mark").all_text_contents()
        )


def test_a_word_that_is_like_no_other_finds_nothing(browser, salem):
    with opened(browser, salem) as view:
        look_for(view.page, "gatubelysningen")  # of which Salem tells nothing
        view.page.get_by_text("Inga träffar.", exact=True).wait_for()
        view.page.fill("[name=query]", "po")
        view.page.get_by_text("Skriv minst tre bokstäver.", exact=True).wait_for()


@pytest.mark.parametrize("words", ["p", "1", "§ 2", "?"])
def test_what_is_too_short_to_be_looked_for_is_not_said_to_be_nowhere(browser, salem, words):
    with opened(browser, salem) as view:
        look_for(view.page, words)
        view.page.get_by_text("Skriv minst tre bokstäver.", exact=True).wait_for()


def test_a_short_word_is_no_part_of_the_middle_of_others(browser, salem):
    with opened(browser, salem) as view:
        look_for(view.page, "gäng")  # as in "tillgänglighet"
        view.page.get_by_text("Inga träffar.", exact=True).wait_for()


def test_a_search_that_loses_the_network_does_not_say_that_there_is_nothing(browser, salem):
    with viewed(browser, salem) as view:
        lost = re.compile(r"/search/(words|records)/")
        view.page.context.route(lost, lambda route: route.abort())
        look_for(view.page, "bostadsinbrott")
        view.page.get_by_text("Det gick inte att söka.").wait_for()
        view.page.context.unroute(lost)
        view.page.fill("[name=query]", "bostadsinbrotten")
        assert links(view.page)


def test_a_search_that_lost_the_network_is_tried_again_with_the_same_words(browser, salem):
    with viewed(browser, salem) as view:
        lost = re.compile(r"/search/(words|records)/")
        view.page.context.route(lost, lambda route: route.abort())
        look_for(view.page, "bostadsinbrott")
        view.page.get_by_text("Det gick inte att söka.").wait_for()
        view.page.keyboard.press("Enter")
        view.page.get_by_text("Söker …", exact=True).wait_for()
        view.page.get_by_text("Det gick inte att söka.").wait_for()  # and is heard to be so once more
        view.page.context.unroute(lost)
        view.page.keyboard.press("Enter")
        assert links(view.page)


def test_of_equal_results_the_newest_periods_come_first(browser, site):
    with served(site("exempelby")) as town, opened(browser, town) as view:
        look_for(view.page, "grannsamverkan")
        assert "/2024-2025/" in links(view.page)[0]


def test_many_results_are_counted_and_the_best_shown(browser, address):
    with opened(browser, address) as view:
        page = view.page
        look_for(page, "uppdatering")
        links(page)
        page.locator(".md-search__scrollwrap").evaluate("each => each.scrollTo(0, each.scrollHeight)")
        last = page.locator(".md-search-result__item").last
        assert re.search(r"Här är de 15 bästa av \d+ träffar", last.inner_text())
        assert "uppdateringar/?av=" in last.locator("a").get_attribute("href")


def test_a_search_loads_little(browser, address, large):
    with opened(browser, address) as view:
        view.settle()
        asked = set()
        # What the worker fetches is seen here, but not by the page's own accounts.
        view.page.context.on("request", lambda request: asked.add(request.url.removeprefix(address)))
        look_for(view.page, "trygghetsvandringar")
        links(view.page)
        view.page.wait_for_load_state("networkidle")
    parts = [large / each for each in asked if each.startswith("search/")]
    loaded = sum(len(gzip.compress((large / each.partition("?")[0]).read_bytes())) for each in asked)
    assert {each.parent.name for each in parts} == {"search", "words", "records"}
    assert loaded < 300_000 < sum(len(gzip.compress(each.read_bytes())) for each in (large / "search").rglob("*.json"))


def test_nothing_is_lost_in_the_parts(large):
    config = json.loads((large / "search/search_index.json").read_text("utf-8"))["config"]
    shares = [list(accumulate(steps)) for steps in config["order"]]
    rows = {number: parted(large, "records", config["at_once"], number) for share in shares for number in share}
    assert sum(map(len, shares)) == len({row[0] for row in rows.values()}) > 4 * 260
    assert any("#2003-04-05-" in rows[number][0] for number in shares[-1])  # written by hand
    ours = sorted(rows.keys() - shares[-1])
    days = [match[0] for number in ours if (match := re.search(r"#\d{4}-\d\d-\d\d", rows[number][0]))]
    assert days == sorted(days, reverse=True)
    assert config["days"] == sorted(config["days"], reverse=True)
    told = {
        number: {word.removeprefix("^"): int(word[0] == "^") for word in line.split()}
        for number, line in enumerate(config["rare"].split("\n"))
        if line
    }
    # But for those of pages written by hand, which come last.
    rare = Counter(word for number, words in told.items() if number not in shares[-1] for word in words)
    assert max(rare.values()) == 1
    for number, words in enumerate(each.split() for each in config["often"]):
        assert words == sorted(set(words))
        for word, lists in zip(words, part(large, "words", number), strict=True):
            for share, *steps in lists:
                for place in accumulate(steps):
                    told.setdefault(shares[share][place // 2], {})[word] = place % 2
    for number, (where, title, text, _) in rows.items():
        day = re.search(r"#(\d{4}-\d\d-\d\d)-", where)
        shown = day_in_words(date.fromisoformat(day[1])) if day else ""
        said = dict.fromkeys(words_of(f"{text} {shown}"), 0) | dict.fromkeys(words_of(title), 1)
        assert told.get(number, {}) == said, rows[number][0]


def words_of(text):
    return re.findall(r"[^\W_]{2,}", html.unescape(text).lower())


def parted(large, kind, at_once, number):
    return part(large, kind, number // at_once)[number % at_once]


@cache
def part(large, kind, number):
    return json.loads((large / f"search/{kind}/{number}.json").read_text("utf-8"))
