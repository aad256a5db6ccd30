"""What one place says of a pledge on a day, the others say too: pages, lists, feeds and commands."""

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import building
import casefiles
import html_text
from foljmed.cli import main
from foljmed.feeds import Feeds
from foljmed.pages import Pages
from foljmed.reader import read_catalog
from foljmed.settings import read_project
from foljmed.views import Views

PERIOD = Path("pledges/2021-2022")


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Return a function that gives what every page and the feed of a small site say on a day.

    More updates are given by their names, without the keys that all have.
    """
    config = casefiles.Case("base", "", (), ()).lay(tmp_path)
    monkeypatch.chdir(tmp_path)

    def get(today, **updates):
        for name, text in updates.items():
            (PERIOD / f"{name}.md").write_text(
                f"---\ntitel: {name}\nav: kommunen\n{text}---\nDet här hände.\n", "utf-8"
            )
        project = read_project(config)
        views = Views(read_catalog(project), date.fromisoformat(today))
        pages = Pages(views, project, building.ROOT / "overrides/foljmed")
        feeds = Feeds(views, project, pages.item)
        every = {page.address: page.html for page in pages.every(feeds, [])}
        every["feed.xml"] = feeds.write(feeds.every[0]).decode()
        return {address: html_text.Document(html).text.replace("\u00a0", " ") for address, html in every.items()}

    return get


def command(today, *arguments):
    return CliRunner(env={"FOLJMED_TODAY": today}).invoke(main, arguments).stdout


def part(text, first, last):
    """Return what stands from some words to the next of others."""
    return text[text.index(first) :].partition(last)[0]


def test_a_status_of_a_wider_place_says_so_wherever_it_stands(told):
    elsewhere = {
        "skolvagar/2021-04-01-klart": "typ: information\nstatus: genomfört\ngäller: region\n",
        "skolvagar/2021-05-01-mote": "typ: aktivitet\n",
    }
    name = "polisregion Prov"
    pages = told("2021-05-02", **elsewhere)
    status = "✓ Genomfört"
    for address in ("", "2021-2022/", "2021-2022/loften/", "2021-2022/skolvagar/"):
        own = pages[address].partition("Lugnare skolvägar")[2]
        assert f"Gäller: {name}" in part(own, status, "Senaste nytt"), address
    assert f"{status}. Sedan 1 april 2021. Gäller: {name}\n" in command("2021-05-02", "show", "skolvagar")


@pytest.mark.parametrize(
    ("status", "shown", "label"),
    [
        ("inte genomfört", "✕ Inte genomfört", "Skäl"),
        ("delvis genomfört", "◕ Delvis genomfört", "Det här återstår"),
        ("pausat", "‖ Pausat", "Därför är det pausat"),
    ],
)
def test_a_pledge_that_is_not_all_kept_says_why_wherever_it_is_told_in_short(told, status, shown, label):
    reason = "Marken är såld."
    pages = told("2021-05-02", **{"skolvagar/2021-04-01-stopp": f"typ: beslut\nstatus: {status}\nskäl: {reason}\n"})
    for address in ("", "2021-2022/", "2021-2022/skolvagar/"):
        own = pages[address].partition("Lugnare skolvägar")[2]
        assert f"{label}: {reason}" in part(own, shown, "Senaste nytt"), address
    assert re.search(rf"^{label}: +{reason}$", command("2021-05-02", "show", "skolvagar"), re.MULTILINE)


def test_a_guest_and_a_folded_update_say_what_place_they_are_about_and_that_they_were_corrected(told, monkeypatch):
    monkeypatch.setattr("foljmed.views._OPEN", 1)
    pages = told(
        "2022-03-01",
        **{
            "skolvagar/2021-04-01-regionen": "typ: information\ngäller: region\näven: vandringar\n",
            "skolvagar/2021-04-02-fel": "typ: information\näven: vandringar\n",
            "skolvagar/2021-04-03-ratt": "typ: information\nrättar: 2021-04-02-fel\n",
            "skolvagar/2022-02-01-nu": "typ: information\n",
        },
    )
    guests, folded = pages["2021-2022/vandringar/"], pages["2021-2022/skolvagar/"]
    assert "Gäller: polisregion Prov" in part(guests, "skolvagar/2021-04-01-regionen", "Hela uppdateringen")
    assert "Rättad 3 april 2021" in part(guests, "skolvagar/2021-04-02-fel", "Hela uppdateringen")
    assert "Gäller: polisregion Prov" in part(folded, "skolvagar/2021-04-01-regionen", "Följ det här")


def test_show_says_all_that_the_page_says_did_not_come(told):
    pages = told("2022-01-20")
    silence = "En gång kom ingen utlovad uppdatering."
    assert silence in pages["2021-2022/"]
    assert "Andra halvåret 2021 kom ingen utlovad uppdatering." in pages["2021-2022/vandringar/"]
    shown = command("2022-01-20", "show", "vandringar")
    assert silence in shown
    late = "Uppdateringen om ”Trygghetsvandring” (22 september 2021 kl. 18.00) är försenad."
    assert late in pages["2021-2022/vandringar/"]
    assert late in shown.replace("\u00a0", " ")


def test_what_the_parties_said_and_never_told_is_asked_for_after_the_period_as_the_plans_is(told):
    pages = told("2023-01-20")
    assert "Andra halvåret 2022 kom ingen utlovad uppdatering." in pages["2021-2022/vandringar/"]
    asked = "senast 31 december 2022: Uppdatering för andra halvåret 2022: Trygghetsvandringar"
    assert asked in command("2022-12-31", "due").partition("Den här veckan")[2]
    assert asked in command("2023-01-01", "due").partition("Kom aldrig, och perioden är avslutad")[2]
    assert asked not in command("2023-03-01", "due")


@pytest.mark.parametrize(("today", "state"), [("2021-09-22", "I dag"), ("2021-09-23", "Väntar på uppdatering")])
def test_what_is_planned_for_a_day_is_not_said_to_be_going_on(told, today, state):
    pages = told(today)
    row = "onsdag 22 september 2021 kl. 18.00: Trygghetsvandring"
    for address in ("2021-2022/kalender/", "kalender/", "2021-2022/vandringar/"):
        text = pages[address]
        plan = text[text.rindex("Det här kommer" if "kalender" in address else "I kommunikationsplanen") :]
        assert state in part(plan, row, "Flyttad"), address
        assert "Pågår" not in plan


def test_a_party_that_never_told_anything_stands_among_the_others(told):
    pages = told("2021-03-02", **{"skolvagar/2021-03-01-nytt": "typ: information\n"})
    assert "Provby kommun (1), Polisen i Provby (0)" in pages["uppdateringar/"]
    assert "Ingen uppdatering publicerad." in pages["parter/polisen/"]


def test_a_summary_in_the_feed_says_that_it_is_background(told):
    feed = told("2021-03-02", **{"skolvagar/2021-03-01-nytt": "typ: bakgrund\ngäller: region\n"})["feed.xml"]
    assert "Bakgrund. Gäller: polisregion Prov. Det här hände." in feed


@pytest.mark.parametrize(
    ("days", "when"), [("14", "senast 14 dagar efteråt"), ("1", "senast 1 dag efteråt"), ("0", "samma dag")]
)
def test_a_plan_says_how_long_its_updates_may_take(told, days, when):
    plan = PERIOD / "kommunikationsplan.yml"
    plan.write_text(plan.read_text("utf-8").replace("vänta_dagar: 14", f"vänta_dagar: {days}"), "utf-8")
    assert f"Är en uppdatering utlovad ska den komma {when}. Annars" in told("2021-06-01")["2021-2022/kalender/"]


def test_a_plan_that_promises_no_update_says_nothing_of_them(told):
    plan = PERIOD / "kommunikationsplan.yml"
    plan.write_text(plan.read_text("utf-8").replace("    redovisas: true\n", ""), "utf-8")
    assert "utlovad ska" not in told("2021-03-01")["2021-2022/kalender/"]


def test_the_plan_says_when_something_was_reported_also_when_that_was_late(told):
    late = {"vandringar/2021-12-24-hostens-vandring": "typ: aktivitet\nuppfyller: vandring@2021-09-15\n"}
    pages = told("2021-12-24", **late)
    for address in ("2021-2022/kalender/", "2021-2022/parter/kommunen/", "2021-2022/vandringar/"):
        row = part(pages[address], "onsdag 22 september 2021 kl. 18.00: Trygghetsvandring", "april 2021")
        assert "hostens-vandring (24 december 2021)" in row, address
