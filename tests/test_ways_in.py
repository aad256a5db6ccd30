"""The ways in: by status, area, party and year; each a link by itself, together a filter in a real browser."""

import re
from datetime import date

import pytest

import building
import html_text
from foljmed.reader import read_catalog
from foljmed.settings import read_project
from foljmed.views import Views
from served import served

TODAY = "2025-05-15"
WAYS = "2024-2025/loften/"
ROWS = "[data-in]:visible"
IN_2023 = " Bara uppdateringar från 2023 är med."


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 360, "height": 800})
    opened = context.new_page()
    complaints = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert complaints == []
    assert opened.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    context.close()


def test_every_pledge_stands_once_under_its_area_and_status_and_under_each_party(site):
    for name, today in building.TODAY.items():
        views = Views(read_catalog(read_project(building.CONFIGS[name])), date.fromisoformat(today))
        for period in views.catalog.periods:
            text = (site(name) / period.id / "loften/index.html").read_text("utf-8")
            groups = re.findall(r'<h3 id="([^"]+)">.*?</h3>(.*?)</section>', text, re.DOTALL)
            for pledge in period.pledges:
                held = {id_ for id_, html in groups if f'href="../../{pledge.address}"' in html}
                parties = {f"part-{each}" for each in pledge.file.responsible}
                area = f"omrade-{period.areas[pledge.file.goal].id}"
                assert held == {area, f"status-{views.status(pledge).name}", *parties}


@pytest.mark.parametrize("party", ["kommunen", "polisen", "bostadsbolaget"])
def test_a_partys_updates_are_all_on_its_pages_and_no_others(site, party):
    project = read_project(building.CONFIGS["exempelby"])
    views = Views(read_catalog(project), date.fromisoformat(TODAY))
    wanted = {update.address for update in views.catalog.all_updates() if party in update.file.by}
    folder = site("exempelby") / "parter" / party
    found = set()
    for year in sorted(folder.glob("[0-9]*/index.html")):
        found |= {link.removeprefix("../../../") for link in html_text.read(year).links if "#2" in link}
    assert found == wanted
    alternate = [a["href"] for tag, a in html_text.read(folder / "index.html").elements if a.get("rel") == "alternate"]
    assert f"{project.site_url}parter/{party}/feed.xml" in alternate


LEADS = {
    "uppdateringar/": "Här finns de 101 senaste av de 116 uppdateringarna. De äldre har en sida för varje år.",
    "uppdateringar/2023/": "Här finns 6 av de 116 uppdateringarna: de som publicerades 2023.",
    "parter/bostadsbolaget/": "Här finns alla 18 uppdateringar som hör till Exempelbybostäder.",
    "parter/bostadsbolaget/2025/": "Här finns 6 av de 18 uppdateringarna som hör till Exempelbybostäder: "
    "de som publicerades 2025.",
}


@pytest.mark.parametrize("path", LEADS)
def test_a_page_of_updates_says_how_many_of_them_it_holds(site, path):
    assert LEADS[path] in html_text.read(site("exempelby") / path / "index.html").text


@pytest.mark.parametrize("name", building.CONFIGS)
def test_after_the_last_update_stand_the_years_that_are_not_on_the_page_and_no_others(site, name):
    folder = site(name)
    for first in (folder / "uppdateringar", *(folder / "parter").iterdir()):
        years = {each.parent.name for each in first.glob("[0-9]*/index.html")}
        for page in (first / "index.html", *first.glob("[0-9]*/index.html")):
            body, last, end = page.read_text("utf-8").rpartition("</section>")
            assert last
            shown = set(re.findall(r"<h2>\w+ (\d{4})</h2>", body))
            linked = re.findall(r'<a href="[./]+/(?:\w+/)+(\d{4})/">\1</a>', end)
            assert set(linked) == years - shown
            assert linked == sorted(linked, reverse=True)


def test_a_filter_combines_and_stands_in_the_address(page, address):
    page.goto(address + WAYS)
    every = page.locator(ROWS).count()
    assert every == 12
    page.get_by_text("Filtrera löften").click()
    page.get_by_label("Part").select_option("kommunen")
    page.get_by_label("Status").select_option("under-way")
    assert page.url == f"{address}{WAYS}?status=under-way&part=kommunen"
    titles = page.locator(f"{ROWS} > a").all_inner_texts()
    assert titles == ["Trygghetsvandringar", "Kontrollköp och tillsyn"]
    assert page.locator(".fm-filtered").inner_text() == "2 löften visas: Pågår, Exempelby kommun."
    assert not page.get_by_role("heading", name="Efter status").is_visible()
    assert not page.get_by_role("heading", name="Hemma och på väg hem").is_visible()
    assert page.get_by_role("heading", name="Efter område").is_visible()
    page.get_by_label("Status").select_option("silent")
    assert page.locator(".fm-filtered").inner_text() == (
        "Inget löfte passar ditt val: Ingen uppdatering publicerad, Exempelby kommun."
    )
    assert not page.get_by_role("heading", name="Efter område").is_visible()
    page.get_by_role("button", name="Visa alla").click()
    assert page.locator(ROWS).count() == every
    assert page.url == address + WAYS
    assert page.get_by_role("heading", name="Efter status").is_visible()


def test_an_address_with_choices_opens_as_it_was_sent(page, address):
    page.goto(f"{address}{WAYS}?status=kept&part=kommunen")
    assert page.locator(f"{ROWS} > a").all_inner_texts() == ["Bättre ljus längs gångvägarna"]
    assert page.locator(".fm-filtered").inner_text() == "1 löfte visas: Genomfört, Exempelby kommun."


@pytest.mark.parametrize(
    ("path", "choice", "chosen"),
    [
        ("uppdateringar/2023/?part=bostadsbolaget", ("Part", "Exempelbybostäder"), "Exempelbybostäder"),
        ("uppdateringar/2023/?part=polisen&typ=bakgrund", ("Typ", "Bakgrund"), "Polisen i Exempelby, Bakgrund"),
        ("uppdateringar/2023/?typ=finns-inte", ("Typ", "Okänt val"), "Okänt val"),
        ("2022-2023/loften/?part=kommunen&status=paused", ("Status", "Pausat"), "Pausat, Exempelby kommun"),
        (f"{WAYS}?omrade=finns-inte", ("Område", "Okänt val"), "Okänt val"),
    ],
)
def test_a_choice_that_nothing_on_the_page_has_holds_and_can_be_cleared(page, address, path, choice, chosen):
    page.goto(address + path)
    assert page.locator(ROWS).count() == 0
    none = "Ingen uppdatering" if "2023/?" in path else "Inget löfte"
    more = IN_2023 if "2023/?" in path else ""
    assert page.locator(".fm-filtered").inner_text() == f"{none} passar ditt val: {chosen}.{more}"
    label, name = choice
    assert page.get_by_label(label).is_visible()
    assert page.get_by_label(label).locator("option:checked").inner_text() == name
    page.get_by_role("button", name="Visa alla").click()
    assert page.url == address + path.partition("?")[0]
    every = page.locator("[data-in]").count()
    assert page.locator(ROWS).count() == every > 0
    assert page.locator(".fm-filtered").inner_text().startswith(f"{every} ")


def test_a_choice_that_the_next_page_has_not_got_is_not_dropped_on_the_way(page, address):
    page.goto(address + "uppdateringar/?part=bostadsbolaget")
    page.get_by_role("navigation", name="Uppdateringarna ordnade").get_by_role("link", name="2023").click()
    page.wait_for_url(f"{address}uppdateringar/2023/?part=bostadsbolaget")
    assert page.locator(".fm-filtered").inner_text() == (
        f"Ingen uppdatering passar ditt val: Exempelbybostäder.{IN_2023}"
    )
    page.get_by_label("År").select_option("2024")
    page.get_by_role("button", name="Byt år").click()
    page.wait_for_url(f"{address}uppdateringar/2024/?part=bostadsbolaget")
    assert page.locator(".fm-filtered").inner_text() == (
        "12 uppdateringar visas: Exempelbybostäder. Bara uppdateringar från 2024 är med."
    )
    page.get_by_role("button", name="Visa alla").click()
    page.get_by_role("navigation", name="Uppdateringarna ordnade").get_by_role("link", name="2023").click()
    page.wait_for_url(f"{address}uppdateringar/2023/")
    assert page.locator(ROWS).count() == page.locator("[data-in]").count()


@pytest.mark.parametrize("path", ["uppdateringar/", "uppdateringar/2022/", "parter/polisen/"])
def test_while_a_filter_holds_it_is_said_and_nothing_is_counted_without_it(page, address, path):
    page.goto(f"{address}{path}?part=polisen")
    page.get_by_text("Filtrera uppdateringar").click()  # which folds it
    assert not page.get_by_label("Part").is_visible()
    assert ": Polisen i Exempelby." in page.locator(".fm-filtered").inner_text()
    parts = page.locator(".fm-parts")
    assert not re.search(r"\(\d+\)|Part:", " ".join(parts.all_inner_texts()))
    assert parts.get_by_role("link", name="2023").first.is_visible()
    page.goto(address + path)
    assert re.search(r"Part: .*Polisen i Exempelby \(\d+\)", parts.first.inner_text())
    assert re.search(r"2023 \(\d+\)", parts.first.inner_text())


def test_a_filter_leaves_no_empty_box_where_there_is_but_one_year(browser, site):
    with served(site("salem", "2021-05-01")) as url:
        page = browser.new_page()
        page.goto(f"{url}uppdateringar/?part=polisen")
        page.locator(".fm-filtered", has_text="Polisen").wait_for()
        assert not page.locator(".fm-parts").is_visible()
        page.close()


def test_a_year_leads_to_its_page_and_takes_the_choices_along(page, address):
    page.goto(address + "uppdateringar/")
    page.get_by_text("Filtrera uppdateringar").click()
    page.get_by_label("Typ").select_option("beslut")
    assert page.locator(".fm-filtered").inner_text().endswith("Bara de senaste är med. Byt år för att se de äldre.")
    page.get_by_label("År").select_option("2022")
    page.get_by_role("button", name="Byt år").click()
    page.wait_for_url(f"{address}uppdateringar/2022/?typ=beslut")
    kinds = page.locator(f"{ROWS} .fm-line__when").all_inner_texts()
    assert kinds
    assert all("· Beslut ·" in each and "2022" in each for each in kinds)
    shown = page.locator(ROWS).count()
    assert page.locator(".fm-filtered").inner_text().startswith(f"{shown} uppdatering")


def test_a_year_is_chosen_by_keyboard_and_nothing_happens_until_the_button_is_pressed(page, address):
    page.goto(address + "uppdateringar/")
    page.get_by_text("Filtrera uppdateringar").click()
    page.get_by_label("År").focus()
    opened = []
    page.on("framenavigated", lambda frame: opened.append(frame.url))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)
    assert opened == []
    assert page.get_by_label("År").locator("option:checked").text_content() == "2024"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Byt år"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}uppdateringar/2024/")
    assert page.get_by_label("År").locator("option:checked").text_content() == "2024"


@pytest.mark.parametrize("way", ["back", "clear"])
def test_a_year_that_was_only_chosen_does_not_stay(page, address, way):
    page.goto(address + "uppdateringar/2024/")
    page.get_by_text("Filtrera uppdateringar").click()
    page.get_by_label("År").select_option("2022")
    if way == "back":
        page.goto(address + "om/")
        page.go_back()
    else:
        page.get_by_role("button", name="Visa alla").click()
    assert page.get_by_label("År").locator("option:checked").text_content() == "2024"


def test_the_keyboard_reaches_the_filter_and_nothing_moves(page, address):
    page.goto(address + WAYS)
    shift = """() => new Promise(done => { let sum = 0;
      new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
        .observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 300); })"""
    assert page.evaluate(shift) == 0
    page.get_by_text("Filtrera löften").click()
    page.get_by_label("Område").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "status"


@pytest.mark.parametrize("path", [WAYS, "uppdateringar/", "parter/polisen/"])
def test_without_scripts_the_filter_is_not_there_and_everything_else_is(browser, address, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + path)
    assert page.locator("[data-filter]").count() == 1
    assert not page.locator("[data-filter]").is_visible()
    assert page.locator(ROWS).count() == page.locator("[data-in]").count() > 0
    context.close()
