"""The site in a real browser: reading, searching and moving about with the keyboard alone."""

import re
from contextlib import contextmanager

import pytest

from served import KINDS
from viewed import viewed

WIDTHS = (360, 1280)
PLEDGE = "2024-2025/trygghetsvandringar/"
# What scrolls sideways is wider than the window by itself; what may scroll has a box of its own.
TOO_WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
# All that a reader may act on, in the order of the page, and how each looks while it has no focus.
REACHABLE = """() => {
  const look = (e) => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth, s.boxShadow].join(); };
  globalThis.look = look;
  globalThis.walked = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((e) => e.tabIndex >= 0 && !e.closest("[inert]") && e.checkVisibility({ visibilityProperty: true }));
  globalThis.before = walked.map(look);
  return walked.length;
}"""
# [where it stands in the order, its name, whether it can be seen, whether it shows the focus]; null after the last
FOCUSED = """() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const b = e.getBoundingClientRect(), at = walked.indexOf(e);
  const seen = b.width > 1 && b.height > 1 && b.right > 0 && b.left < innerWidth && b.bottom > 0 && b.top < innerHeight;
  return [at, e.textContent.trim() || e.getAttribute("aria-label"), seen, look(e) !== before[at]];
}"""
LINKS = ".md-search-result__link"
BUNDLE = "**/bundle.*.js"


@contextmanager
def opened(browser, url, width=360, **options):
    """Open a page; on leaving, nothing may have been complained of, stored, or fetched from elsewhere."""
    with viewed(browser, url, width, **options) as view:
        yield view
        if options.get("java_script_enabled", True):
            assert view.stored() == []
        assert view.hosts() == {url.split("/")[2]}
        assert view.complaints == []


def focused(page, expression="outerHTML"):
    return page.evaluate(f"document.activeElement.{expression}")


def walk(page, most=400):
    """Press Tab until the page ends; return what each press led to, as FOCUSED says it."""
    steps = []
    for _ in range(most):
        page.keyboard.press("Tab")
        step = page.evaluate(FOCUSED)
        if step is None:
            return steps
        steps.append(step)
    raise AssertionError(steps[-5:])


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_scrolls_sideways_and_none_breaks_its_policy(browser, address, kind):
    for scheme in ("light", "dark"):
        with opened(browser, address + KINDS[kind], color_scheme=scheme) as view:
            for width in (320, *WIDTHS):
                view.page.set_viewport_size({"width": width, "height": 800})
                assert view.page.evaluate(TOO_WIDE) <= 0, width


def test_a_first_view_loads_few_files(browser, address):
    with opened(browser, address + PLEDGE) as view:
        view.settle()
        loaded = [each.rsplit("/", 1)[1].partition("?")[0] for each in view.loaded]
        assert not any("bundle" in each or "search" in each for each in loaded)
        assert len([each for each in loaded if not each.endswith((".jpg", ".png"))]) <= 5


@pytest.mark.parametrize(
    ("kind", "width"), [*((kind, 360) for kind in KINDS), ("start", 1280), ("pledge", 1280), ("plan", 1280)]
)
def test_the_keyboard_reaches_everything_in_reading_order(browser, address, kind, width):
    with opened(browser, address + KINDS[kind], width) as view:
        count = view.page.evaluate(REACHABLE)
        steps = walk(view.page)
        assert [at for at, *_ in steps] == list(range(count))
        names = [name for _, name, *_ in steps]
        assert names[:3] == ["Gå till innehållet", "Följ med i Exempelby", "Sök"]
        assert "Löften" in names
        assert [name for _, name, seen, _ in steps if not seen] == []
        assert [name for _, name, _, shows in steps if not shows] == []


# [its words, heard ones too, and where it leads] of each link.
NAMED = """() => [...document.querySelectorAll("article a")].map((e) => {
  const link = e.cloneNode(true);
  for (const part of link.querySelectorAll("[aria-hidden]")) part.remove();
  return [link.textContent.replace(/\\s+/g, " ").trim(), e.href];
})"""


# On the others a heading, or a table's row and column, tells them apart: of two periods, of two days.
PLACES = ("", "2024-2025/", PLEDGE, "2024-2025/foraldramoten/", "2024-2025/loften/", "uppdateringar/")


@pytest.mark.parametrize("path", PLACES)
def test_links_with_the_same_words_lead_to_the_same_place(browser, address, path):
    with opened(browser, address + path) as view:
        places = {}
        for words, place in view.page.evaluate(NAMED):
            places.setdefault(words, set()).add(place)
        assert {words: found for words, found in places.items() if len(found) > 1} == {}


def test_a_partys_updates_lead_to_all_years_and_to_all_parties(browser, address):
    with opened(browser, address + "parter/polisen/") as view:
        parts = view.page.get_by_role("navigation", name="Uppdateringarna ordnade")
        assert parts.get_by_role("link", name=re.compile("^Alla")).all_inner_texts() == ["Alla år", "Alla parter"]


def test_a_status_on_the_start_page_is_heard_with_its_count(browser, address):
    with opened(browser, address) as view:
        assert view.page.get_by_role("link", name=re.compile(r"^2 .?Ingen uppdatering publicerad$")).count() == 1


def test_the_place_of_what_comes_follows_its_title_without_a_gap(browser, address):
    with opened(browser, address, 1280) as view:
        gap = view.page.get_by_role("link", name="Märk din cykel").evaluate("""link => {
          const range = document.createRange();
          range.selectNodeContents(link.nextSibling);
          return range.getClientRects()[0].left - link.getBoundingClientRect().right;
        }""")
        assert gap < 2


def test_a_feed_in_a_browser_has_a_title_and_a_language_and_leads_to_the_help(browser, address):
    with viewed(browser, address + "2024-2025/medling/feed.xml") as view:
        assert view.page.title() == "Medling för unga 2024–2025 – Följ med i Exempelby"
        assert view.page.locator(":root:lang(sv)").count() == 1
        assert view.page.locator("div > title").is_hidden()
        view.page.get_by_text("Så prenumererar du").click(trial=True)
        assert view.page.locator("div > a").evaluate("a => getComputedStyle(a).display") == "inline-block"


@pytest.mark.parametrize("kind", KINDS)
def test_the_skip_link_leads_to_the_content(browser, address, kind):
    with opened(browser, address + KINDS[kind]) as view:
        view.page.keyboard.press("Tab")
        view.page.keyboard.press("Enter")
        assert view.page.evaluate("document.querySelector(':target').tagName") == "H1"


@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_that_is_easy_to_read_leads_to_texts_that_are_not_folded(browser, address, scripts):
    with opened(browser, address + "lattlast/", java_script_enabled=scripts) as view:
        view.page.get_by_role("link", name="Fältare ute på kvällarna").click()
        view.page.locator(".fm-easy[open]").wait_for()
        assert view.page.get_by_text("Lättläst", exact=True).last.bounding_box()["y"] >= 0
        assert view.page.get_by_text("På loven ska de vara ute varje kväll.").is_visible()


def test_what_is_easy_to_read_has_its_sentences_on_the_lines_on_which_they_are_written(browser, address):
    with opened(browser, address + "2024-2025/faltare/#lattlast") as view:
        text = view.page.locator(".fm-easy p").inner_text()
        assert text.split("\n") == [
            "En fältare är en vuxen som arbetar ute bland unga.",
            "Fältarna ska vara ute minst två kvällar i veckan.",
            "På loven ska de vara ute varje kväll.",
        ]


def test_a_day_of_a_narrow_month_says_what_is_on_when_it_is_pointed_at(browser, address):
    with opened(browser, address + "kalender/") as view:
        month = view.page.locator(".fm-month[open]")
        seen = "title => title.offsetWidth > 20 && title.getBoundingClientRect().right <= innerWidth"
        titles = month.locator("td a > .fm-month__title")
        assert not any(titles.evaluate_all(f"each => each.map({seen})"))
        view.page.keyboard.press("Tab")
        for number, link in enumerate(month.locator("td a").all()):
            link.focus()
            assert titles.nth(number).evaluate(seen)
        view.page.keyboard.press("Escape")
        assert not titles.last.evaluate(seen)
        assert focused(view.page, "closest('td') !== null")
        month.locator("td a").first.hover()
        titles.first.hover()
        assert titles.first.evaluate(seen)


@pytest.mark.parametrize("width", WIDTHS)
def test_search_by_keyboard_leads_to_the_update(browser, address, width):
    with opened(browser, address + PLEDGE, width) as view:
        page = view.page
        for _ in range(3):
            page.keyboard.press("Tab")
        assert focused(page, "textContent").strip() == "Sök"
        page.keyboard.press("Enter")
        assert focused(page, "name") == "query"
        page.keyboard.type("besiktningen")
        page.wait_for_selector(LINKS)
        links = page.eval_on_selector_all(LINKS, "each => each.map(e => e.href)")
        assert any(link.endswith("/2024-2025/battre-belysning/#2025-03-26-alla-stolpar-bytta") for link in links)
        for _ in range(12):
            page.keyboard.press("Tab")
            if "md-search-result__link" in focused(page, "className"):
                break
        assert "md-search-result__link" in focused(page, "className")
        target = focused(page, "href")
        page.keyboard.press("Enter")
        page.wait_for_url(target)


def test_a_result_on_the_same_page_closes_the_search(browser, address):
    with opened(browser, address + PLEDGE) as view:
        view.search("blyertsbacken")
        target = view.page.eval_on_selector_all(
            LINKS, "each => each.map(e => e.href).find((e) => e.includes('/trygghetsvandringar/#'))"
        )
        view.page.locator(f'{LINKS}[href="{target}"]').last.click()
        view.page.wait_for_url(target)
        view.page.wait_for_selector(".md-search[inert]", state="attached")
        assert view.page.locator(".md-container[inert]").count() == 0
        view.page.keyboard.press("Tab")
        assert focused(view.page, "closest('.md-search')") is None


@pytest.mark.parametrize("width", WIDTHS)
def test_a_result_on_the_same_page_is_shown_however_far_down_it_is(browser, address, width):
    with opened(browser, address + "2024-2025/battre-belysning/", width) as view:
        view.page.evaluate("scrollTo(0, 600)")
        view.search("besiktningen")
        view.page.locator("body[data-md-scrolllock]" if width < 900 else "body").wait_for()
        view.page.locator(f"{LINKS}[href$='#2025-03-26-alla-stolpar-bytta']").click()
        view.page.wait_for_timeout(500)  # in which Material may scroll back
        assert 0 <= view.page.locator(":target").evaluate("each => each.getBoundingClientRect().top") < 300
        view.page.keyboard.press("Tab")
        assert focused(view.page, "closest('li:has(> :target)') !== null")


def test_the_number_of_results_is_told_to_who_does_not_see_them(browser, address):
    with opened(browser, address + "om/") as view:
        view.search("besiktningen")
        said = view.page.get_by_role("dialog", name="Sök på webbplatsen").get_by_role("status")
        assert view.page.locator(".md-search-result__article:has(mark)").count() == 1
        assert said.text_content() == "1 träff"
        view.page.fill("[name=query]", "vandring")
        view.page.get_by_text(re.compile(r"^\d\d+ träffar. De 15 bästa visas.$")).wait_for()
        view.page.fill("[name=query]", "besiktningen")
        view.page.get_by_text("1 träff", exact=True).wait_for()
        view.page.fill("[name=query]", "qxzqxz")
        view.page.get_by_text("Inga träffar.", exact=True).wait_for()
        assert said.text_content() == "Inga träffar."


def test_every_result_is_a_link_with_a_name_that_tab_reaches(browser, address):
    with opened(browser, address + "om/") as view:
        view.search("mörkervandring")
        session = view.page.context.new_cdp_session(view.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        named = [each["name"]["value"] for each in nodes if each.get("role", {}).get("value") == "link"]
        assert any("Mörkervandring" in each for each in named)
        assert all(named)
        assert view.page.locator(".md-search-result [tabindex='-1']").count() == 0


def test_the_keyboard_goes_back_through_the_results(browser, address):
    with opened(browser, address + "om/") as view:
        view.search("vandring")
        results = view.page.locator(LINKS)
        results.nth(2).focus()
        for key, where in (("PageDown", 2), ("Alt", 2), ("Shift+Tab", 1), ("ArrowDown", 2), ("ArrowUp", 1)):
            view.page.keyboard.press(key)
            assert results.nth(where).evaluate("each => each === document.activeElement"), key


def test_a_found_heading_is_none_of_the_page(browser, address):
    with opened(browser, address + "om/") as view:
        view.search("vandring")
        assert view.page.get_by_role("dialog").get_by_role("heading").count() == 0
        assert view.page.get_by_role("dialog").get_by_role("listitem").count() > 1


def intercept(view, handle):
    """Let ``handle`` decide over Material's script. A page that is open already may still load it past a new route."""
    view.page.route(BUNDLE, handle)
    view.page.reload()


def test_a_slow_search_opens_at_once_and_loses_no_letter(browser, address):
    with opened(browser, address + "om/") as view:
        waiting = []
        intercept(view, lambda route: waiting.append(route))  # noqa: PLW0108, no methods of C
        view.page.click(".fm-header__search")
        assert focused(view.page, "name") == "query"
        view.page.keyboard.type("vandring")
        assert view.page.locator("[name=query]").is_visible()
        for _ in range(200):  # until it has been asked for, which a busy machine takes its time with
            if waiting:
                break
            view.page.wait_for_timeout(50)
        assert len(waiting) == 1
        waiting[0].continue_()
        view.page.wait_for_selector(LINKS)
        assert view.page.input_value("[name=query]") == "vandring"


def test_who_waits_for_a_slow_search_is_told_so_and_not_that_there_is_nothing(browser, address):
    with opened(browser, address + "om/") as view:
        waiting = []
        intercept(view, lambda route: waiting.append(route))  # noqa: PLW0108, no methods of C
        view.page.click(".fm-header__search")
        view.page.keyboard.type("vandring")
        assert not view.page.locator(".fm-search__else").is_visible()
        view.page.get_by_text("Söker …", exact=True).wait_for()
        assert not view.page.locator(".fm-search__else").is_visible()
        waiting[0].continue_()
        view.page.get_by_text(re.compile(r"^\d+ träffar")).wait_for()


def test_a_search_on_a_page_whose_address_names_a_heading_stays_open(browser, address):
    with opened(browser, address + "2024-2025/battre-belysning/#2025-03-26-alla-stolpar-bytta") as view:
        view.search("vandring")
        view.page.wait_for_timeout(500)
        assert view.page.locator(LINKS).first.is_visible()
        view.page.keyboard.press("Escape")
        view.page.locator(".fm-header__search:focus").wait_for()
        assert view.page.get_attribute(".md-search", "inert") is not None


def test_a_search_that_does_not_come_says_so_and_may_be_tried_again(browser, address):
    with viewed(browser, address + "om/") as view:
        intercept(view, lambda route: route.abort())
        view.page.click(".fm-header__search")
        view.page.get_by_text("Det gick inte att hämta sökningen.").wait_for()
        view.page.keyboard.press("Escape")
        view.page.unroute(BUNDLE)
        view.search("vandring")


@pytest.mark.parametrize("missing", ["**/search_index.json*", "**/javascripts/search.js*"])
def test_a_search_whose_parts_do_not_come_says_so(browser, address, missing):
    # As for who comes back without a network: Material's script is kept for a year, the search's own files are not.
    with viewed(browser, address + "om/") as view:
        view.page.context.route(missing, lambda route: route.abort())
        view.page.click(".fm-header__search")
        view.page.keyboard.type("vandring")
        view.page.get_by_text("Det gick inte att hämta sökningen. Ladda om sidan och försök igen.").wait_for()
        assert view.page.locator(".fm-search__else").get_by_role("link", name="alla löften").is_visible()


def test_a_search_that_finds_nothing_leads_on(browser, address):
    with opened(browser, address + PLEDGE) as view:
        leads_on = view.page.locator(".fm-search__else")
        view.search("vandring")
        assert not leads_on.is_visible()
        view.page.fill("[name=query]", "qxzqxz")
        leads_on.wait_for()
        leads_on.get_by_role("link", name="alla löften").click()
        view.page.wait_for_url(address)


def test_escape_closes_the_search_and_gives_the_focus_back(browser, address):
    with opened(browser, address + PLEDGE) as view:
        view.page.click(".fm-header__search")
        view.page.locator("[name=query]:focus").wait_for()
        view.page.keyboard.press("Escape")
        view.page.locator(".fm-header__search:focus").wait_for()
        assert view.page.get_attribute(".md-search", "inert") is not None


def test_enter_shows_the_results_and_leads_nowhere(browser, address):
    with opened(browser, address + "om/") as view:
        view.search("vandring")
        view.page.keyboard.press("Enter")
        view.page.fill("[name=query]", "klotter")
        view.page.keyboard.press("Enter")  # while the results are of the word before
        view.page.get_by_text("klotter").first.wait_for()
        assert view.page.url == address + "om/"
        assert view.page.locator(LINKS).count()


# Counts how often what is said becomes another text, which is when it is heard.
HEARD = """() => {
  globalThis.heard = 0;
  const said = document.querySelector(".md-search [role=status]");
  new MutationObserver(() => (heard += 1)).observe(said, { childList: true });
}"""


def test_enter_says_once_more_how_many_results_there_are(browser, address):
    with opened(browser, address + "om/") as view:
        view.search("besiktningen")
        said = view.page.get_by_role("dialog").get_by_role("status")
        view.page.get_by_text("1 träff", exact=True).wait_for()
        told = [said.text_content()]
        view.page.evaluate(HEARD)
        for _ in range(2):
            view.page.keyboard.press("Enter")
            view.page.wait_for_timeout(100)
            told.append(said.text_content())
        assert view.page.evaluate("heard") == 2
        assert told == ["1 träff", "1 träff\u00a0", "1 träff"]
        assert focused(view.page, "name") == "query"
        view.page.keyboard.type("xz")
        view.page.keyboard.press("Enter")  # while the answer is of the word before
        view.page.wait_for_timeout(50)
        assert said.text_content() == "1 träff"


def test_a_click_beside_the_search_closes_it_and_gives_the_focus_back(browser, address):
    with opened(browser, address + PLEDGE, 1280) as view:
        view.search("vandring")
        view.page.mouse.click(40, 700)
        view.page.locator(".fm-header__search:focus").wait_for()
        assert view.page.get_attribute(".md-search", "inert") is not None
        view.page.keyboard.press("Enter")
        view.page.locator("[name=query]:focus").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_field_of_the_search_has_a_label_that_is_seen_also_when_something_is_written(browser, address, width):
    with opened(browser, address + "om/", width) as view:
        view.search("vandring")
        label = view.page.locator("label").filter(has_text=re.compile("^Sök$"))
        assert label.bounding_box()["width"] > 20
        assert view.page.get_by_label("Sök", exact=True).input_value() == "vandring"


def test_the_field_of_the_search_holds_a_word_of_twice_the_size_on_a_telephone(browser, address):
    with opened(browser, address + "om/") as view:
        view.page.evaluate("document.documentElement.style.fontSize = '250%'")  # 125 % is the size that a page has
        view.search("vandring")
        assert view.page.locator("[name=query]").evaluate("field => field.scrollWidth - field.clientWidth") <= 0


def test_the_field_of_the_search_is_not_said_to_be_required_and_can_be_emptied(browser, address):
    with opened(browser, address + "om/") as view:
        view.search("vandring")
        assert view.page.locator("[name=query]").evaluate("field => field.required || field.ariaRequired") is None
        view.page.get_by_role("button", name="Rensa").click()
        assert view.page.input_value("[name=query]") == ""
        assert focused(view.page, "name") == "query"
        view.page.locator(LINKS).first.wait_for(state="detached")  # or they would seem to be those of nothing


def test_a_search_that_is_opened_again_is_for_other_words(browser, address):
    with opened(browser, address + PLEDGE) as view:
        view.search("vandring")
        view.page.keyboard.press("Escape")
        view.page.keyboard.press("Enter")
        view.page.keyboard.type("klotter")
        assert view.page.input_value("[name=query]") == "klotter"


def test_an_address_that_is_damaged_breaks_nothing(browser, address):
    with opened(browser, f"{address}{PLEDGE}#100%") as view:
        view.search("vandring")


def test_single_letters_do_nothing_after_a_search(browser, address):
    with opened(browser, address + "om/") as view:
        view.search("vandring")
        view.page.keyboard.press("Escape")
        for key in ("n", "p", "s", "f", ",", ".", "/"):
            view.page.keyboard.press(key)
        view.page.wait_for_timeout(300)
        assert view.page.url == address + "om/"
        assert view.page.get_attribute(".md-search", "inert") is not None


def test_without_javascript_everything_but_search_is_there(browser, address):
    for path in KINDS.values():
        with opened(browser, address + path, java_script_enabled=False) as view:
            assert view.page.locator("h1").count() == 1
            assert not view.page.locator(".fm-header__search").is_visible()
            assert not view.page.locator(".md-search").is_visible()
            assert view.page.locator(".fm-header__nav a").first.is_visible()
