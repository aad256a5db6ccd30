"""The communication plan: its states day by day, and what the pages show of it."""

import functools
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import icalendar
import pytest

import building
import html_text
from foljmed.agenda import Agenda, notes
from foljmed.calendars import Calendars
from foljmed.catalog import AsRead, Catalog, Period, Plan, Pledge, Update
from foljmed.feeds import Feeds
from foljmed.model import Activity, PeriodFile, PlanFile, PledgeFile, UpdateFile
from foljmed.pages import Pages
from foljmed.plan import State, known, next_awaited, occurrences, standings, unanswered
from foljmed.prose import Text
from foljmed.reader import read_catalog
from foljmed.settings import read_project
from foljmed.source import Source, read_yaml
from foljmed.spans import in_words
from foljmed.views import Views

PLANS = Path(__file__).parent / "plans"
NOWHERE = Source("x.yml")
STATES = read_yaml(PLANS / "states.yml", "states.yml").values
WHOLE = read_yaml(PLANS / "whole.yml", "whole.yml").values
BASIC = {"id": "ett", "titel": "Ett", "ansvariga": "kommunen", "typ": "aktivitet"}
DAY = timedelta(days=1)


def listed(value):
    return [value] if isinstance(value, str) else value


def days(first, last):
    """Return every day from one to another, the last included."""
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]


# --- One activity


def standing(case, today):
    """Return how an activity's occurrences stand on a day."""
    every = occurrences(Activity.model_validate({**BASIC, **case["activity"]}))
    told = [(what, when) for when, what in case.get("reported", {}).items() if when <= str(today)]
    return standings(known(every, today), told, today, 14)


@pytest.mark.parametrize(
    ("case", "today", "wanted"),
    [
        pytest.param(case, today, wanted, id=f"{name}-{today}")
        for name, case in STATES.items()
        for today, wanted in case["on"].items()
    ],
)
def test_a_state_on_a_day(case, today, wanted):
    found = standing(case, date.fromisoformat(today))
    told = "; ".join(f"{each.state}, {in_words(each.occurrence.span)}" for each in found)
    assert told == wanted.replace("unknown", "")


def test_a_key_is_the_date_as_first_written_whatever_is_decided():
    when = ["2021-04-15 18:00-20:00", "2021-W20", "2021-05", "2021-Q3", "2021-H2", "2022", "2021-06-01/2021-06-03"]
    changes = [{"tillfälle": "2021-W20", "beslutad": "2021-05-01", "flyttad_till": "2021-06-15"}]
    every = occurrences(Activity.model_validate({**BASIC, "när": when, "ändringar": changes}))
    keys = ["2021-04-15", *when[1:]]
    for today in ("2021-04-01", "2021-05-01"):
        assert [each.key for each in known(every, date.fromisoformat(today))] == keys


@pytest.mark.parametrize(
    ("when", "moved_to", "former", "moved_from"),
    [
        ("2021-06-10", ["2021-06-10 17:00-19:00"], [], None),
        ("2021-Q2", ["2021-05-06"], [], None),
        ("2021-06", ["2021-07-01"], ["2021-06"], "2021-06"),
        ("2021-06-10 18:00", ["2021-06-10 17:00"], ["2021-06-10"], "2021-06-10"),
        ("2021-06-10", ["2021-06"], ["2021-06-10"], "2021-06-10"),
        ("2021-06-06/2021-06-09", ["2021-06-07"], ["2021-06-06/2021-06-09"], "2021-06-06/2021-06-09"),
        ("2021-06/2021-08", ["2021-07-01"], ["2021-06/2021-08"], "2021-06/2021-08"),
        ("2021-06", ["2021-06-10", "2021-06-20"], ["2021-06-10"], "2021-06-10"),
        ("2021-06", ["2021-07-10", "2021-06-20"], ["2021-07-10"], "2021-07-10"),
        ("2021-06-10", ["2021-06-12", "2021-06-10"], ["2021-06-12"], None),
    ],
)
def test_what_is_told_more_exactly_is_not_moved(when, moved_to, former, moved_from):
    changes = [{"beslutad": f"2021-04-{day:02}", "flyttad_till": to} for day, to in enumerate(moved_to, 2)]
    activity = Activity.model_validate({**BASIC, "när": when, "ändringar": changes})
    (found,) = known(occurrences(activity), date(2021, 4, 5))
    assert [str(each) for each in found.former] == former
    assert (str(found.moved_from) if found.moved_from else None) == moved_from


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([{"beslutad": "2021-03-01", "inställd": "Sjukdom"}], ["Inställd (beslutat 1 mars 2021)"]),
        (
            [
                {"beslutad": "2021-03-01", "inställd": "Sjukdom"},
                {"beslutad": "2021-03-02", "inställd": "Snö"},
                {"beslutad": "2021-03-05", "flyttad_till": "2021-04-15"},
            ],
            ["Inställd (beslutat 1 mars 2021)", "Blir av (beslutat 5 mars 2021)"],
        ),
        (
            [
                {"beslutad": "2021-03-05", "flyttad_till": "2021-04-20", "plats": "Torget"},
                {"beslutad": "2021-03-06", "plats": "Parken", "titel": "Två", "not": "Större plats."},
            ],
            [
                "Flyttad från 15 april 2021. Ny plats, tidigare ”Bron” (beslutat 5 mars 2021)",
                "Ny plats, tidigare ”Torget”. Ny titel, tidigare ”Ett”. Större plats. (beslutat 6 mars 2021)",
            ],
        ),
    ],
)
def test_what_became_of_an_occurrence_is_told_decision_by_decision(changes, told):
    activity = Activity.model_validate({**BASIC, "när": "2021-04-15", "plats": "Bron", "ändringar": changes})
    (found,) = occurrences(activity)
    assert [each.replace("\u00a0", " ") for each in notes(found)] == told


def test_place_and_title_are_those_of_the_latest_decision_known():
    changes = [
        {"beslutad": "2021-04-02", "plats": "Torget", "titel": "Två"},
        {"beslutad": "2021-04-05", "plats": "Parken"},
    ]
    every = occurrences(
        Activity.model_validate({**BASIC, "när": "2021-04-15", "plats": "Skolan", "ändringar": changes})
    )
    found = [known(every, date(2021, 4, day))[0] for day in (1, 2, 4, 5)]
    assert [(each.title, each.place) for each in found] == [
        ("Ett", "Skolan"),
        ("Två", "Torget"),
        ("Två", "Torget"),
        ("Två", "Parken"),
    ]


@pytest.mark.parametrize(
    ("today", "awaited", "late"),
    [
        ("2021-04-01", "2021-04-29", None),
        ("2021-04-29", "2021-04-29", None),
        ("2021-04-30", "2021-06-29", "2021-04-29"),
        ("2021-05-10", "2021-06-29", None),
        ("2021-06-30", None, "2021-06-29"),
    ],
)
def test_the_next_update_is_awaited_until_its_deadline_and_then_late_until_there_is_word(today, awaited, late):
    case = {"activity": {"när": ["2021-04-15", "2021-06-15"], "redovisas": "true"}}
    found, on = standing(case, date.fromisoformat(today)), date.fromisoformat(today)
    words = [day for day in (date(2021, 4, 1), date(2021, 5, 10)) if day <= on]
    overdue = unanswered(found, words)
    told = (next_awaited(found, on), overdue and overdue.deadline)
    assert told == tuple(each and date.fromisoformat(each) for each in (awaited, late))


# --- A whole plan, day by day


def whole_catalog(**said):
    """Return the catalog that ``whole.yml`` describes; ``said`` is what its pledge's file says beside that."""
    file = PlanFile.model_validate(
        {"titel": "Plan", "vänta_dagar": WHOLE["waiting"], "aktiviteter": WHOLE["activities"]}
    )
    every = tuple(each for activity in file.activities for each in occurrences(activity))
    updates = [
        Update(
            UpdateFile.model_validate({"titel": day, "av": "kommunen", "typ": "aktivitet", "uppfyller": refs}),
            f"{day}-a",
            date.fromisoformat(day),
            "2021",
            "ett",
            AsRead(NOWHERE, Text("<p>Text.</p>", "Text.")),
        )
        for day, refs in WHOLE["updates"].items()
    ]
    pledge = {"nummer": "1", "titel": "Ett", "mål": "o", "ansvariga": "kommunen", "sammanfattning": "Ett.", **said}
    period = {
        "titel": "Löften",
        "börjar": "2021-01-01",
        "slutar": "2021-12-31",
        "parter": {id_: {"namn": id_, "kort": id_, "url": "https://k.example"} for id_ in ("kommunen", "polisen")},
        "platser": {"orten": "Orten"},
        "områden": [{"id": "o", "titel": "O"}],
        "källa": {"titel": "Dokumentet", "datum": "2021-01-01"},
    }
    return Catalog(
        (
            Period(
                PeriodFile.model_validate(period),
                NOWHERE,
                "2021",
                pledges=(
                    Pledge(PledgeFile.model_validate(pledge), NOWHERE, "ett", "2021", updates=tuple(reversed(updates))),
                ),
                plan=Plan(file, NOWHERE, date.fromisoformat(WHOLE["adopted"]), every),
            ),
        )
    )


def at(table, today):
    """Return a table's value on a day: that of the latest day in it."""
    return next((value for day, value in reversed(table.items()) if day <= str(today)), None)


def test_the_page_the_figure_and_the_calendar_agree_with_the_plan_on_each_day():
    catalog, project = whole_catalog(), read_project(building.CONFIGS["exempelby"])
    for today in days(date.fromisoformat(WHOLE["first"]), date.fromisoformat(WHOLE["last"])):
        views = Views(catalog, today)
        period = views.catalog.periods[0]
        calendar = icalendar.Calendar.from_ical(Calendars(views, project).every[0][1])
        dates = {str(each["UID"]).partition("@")[0].removeprefix("2021."): each for each in calendar.events}
        if period.plan is None:
            assert str(today) < WHOLE["adopted"]
            assert dates == {}
            continue
        view = Agenda(views, period, period.plan).page(None, "Plan", "")
        groups = [view.now, *(month.items for month in (*view.coming, *view.past))]
        rows = {row.id: row for rows in groups for row in rows}
        assert len(rows) == sum(map(len, groups))
        wanted = {ref: told for ref, table in WHOLE["states"].items() if (told := at(table, today))}
        shown = {id_: (row.state.label.lower(), row.when) for id_, row in rows.items() if row.state}
        assert shown == {as_id(ref): tuple(told) for ref, told in wanted.items()}, today
        assert view.figure == at(WHOLE["figure"], today), today
        missing = {ref for ref, told in wanted.items() if told[0] == State.MISSING}
        assert {link.address for link in view.missing} == {f"#{as_id(ref)}" for ref in missing}
        for ref, event in dates.items():
            tells_of_changes(event, rows[as_id(ref.replace(".", "@", 1))])
        agree(dates, wanted)


def tells_of_changes(event, row):
    """Check that an event says of its occurrence's changes what the page's row says."""
    lines = str(event["DESCRIPTION"]).split("\n")
    is_gone = str(event["SUMMARY"]).startswith("FLYTTAT: ")
    moved = [f"Flyttad till {row.when}."] if is_gone else []
    assert [each for each in lines if each.startswith("Flyttad ")] == moved
    assert [each for each in lines if each.startswith("Ändring: ")] == [f"Ändring: {note}" for note in row.notes]


def as_id(ref):
    return ref.replace("@", "-").replace("/", "--")


def agree(dates, wanted):
    """Check a calendar's events against what is wanted of each occurrence: its state, and its time in words."""
    for ref, (state, when) in wanted.items():
        event = dates.pop(ref.replace("@", "."), None)
        if event is None:
            assert not re.match(r"\w+dag |vecka", when), ref
        elif not re.match(r"\w+dag |vecka", when):
            assert event["STATUS"] == "CANCELLED"
            assert event["SUMMARY"].startswith("FLYTTAT: ")
        else:
            assert event["STATUS"] == ("CANCELLED" if state == State.CANCELLED else "CONFIRMED")
            assert event["SUMMARY"].startswith("INSTÄLLT: ") == (state == State.CANCELLED)
            start = event.start
            assert re.match(rf"vecka|\w+dag {start.day} ", when)
    assert dates == {}


@pytest.mark.parametrize(
    ("today", "overdue", "awaited"),
    [
        ("2021-05-31", "", "31 maj 2021"),
        (
            "2021-06-01",
            "Uppdateringen för maj 2021 är försenad. Den skulle ha kommit senast 31 maj 2021.",
            "17 juni 2021",
        ),
        ("2021-06-20", "", "6 juli 2021"),
        (
            "2021-07-07",
            "Uppdateringen om ”Vandring” (29 juni 2021) är försenad. Den skulle ha kommit senast 6 juli 2021.",
            "31 juli 2021",
        ),
        (
            "2021-08-01",
            "Uppdateringen om ”Vandring” (29 juni 2021) är försenad. Den skulle ha kommit senast 6 juli 2021.",
            "31 augusti 2021",
        ),
    ],
)
def test_what_is_late_first_is_told_by_name_beside_what_is_awaited_next(today, overdue, awaited):
    views = Views(whole_catalog(redovisas_varje="månad"), date.fromisoformat(today))
    (pledge,) = views.catalog.periods[0].pledges
    told = views.card(pledge).expected
    assert (told.overdue, told.next) == (overdue, f"Nästa uppdatering väntas senast {awaited}.")


@pytest.mark.parametrize(
    ("today", "state"),
    [("2021-05-17", "Planerad"), ("2021-05-18", "Inställd"), ("2021-05-20", "Inställd"), ("2021-05-21", None)],
)
def test_the_start_page_says_of_a_meeting_that_is_open_to_anyone_that_it_is_cancelled_until_its_day_is_over(
    today, state
):
    views = Views(whole_catalog(), date.fromisoformat(today))
    period = views.catalog.periods[0]
    rows = Agenda(views, period, period.plan).next_ones()
    assert next((row.state.label for row in rows if row.id == "vandring-2021-05-20"), None) == state
    assert sum(row.state.label != "Inställd" for row in rows) == 5  # it takes the place of nothing else


ORDER = {State.PLANNED: 0, State.UNDER_WAY: 1, State.WAITING: 2, State.MISSING: 3, State.PASSED: 3, State.DONE: 4}


def test_every_occurrence_of_exempelby_passes_its_states_in_order_and_never_back():
    for period in read_catalog(read_project(building.CONFIGS["exempelby"])).periods:
        plan = period.plan
        told = [
            (each.day, ref, each.ref)
            for each in period.all_updates()
            if not each.file.withdrawn and not each.file.draft
            for ref in each.file.fulfils
        ]
        passed = {}
        for today in days(plan.adopted, period.file.last + 60 * DAY):
            fulfilled = [(ref, by) for day, ref, by in told if day <= today]
            for each in standings(known(plan.occurrences, today), fulfilled, today, plan.file.waiting_days):
                row = passed.setdefault(each.occurrence.ref, [])
                if not row or row[-1][1:] != (each.state, each.occurrence.span):
                    row.append((today, each.state, each.occurrence.span))
        assert len(passed) == len(plan.occurrences)
        for ref, row in passed.items():
            assert row[0][1] in (State.PLANNED, State.UNDER_WAY), ref
            for (_, before, was), (_, after, now) in pairwise(row):
                # Only a decision that moves it may take it back, from what had not yet ended.
                moved = was != now and before in (State.PLANNED, State.UNDER_WAY)
                assert after is State.CANCELLED or moved or ORDER[after] > ORDER[before], (ref, row)
            assert row[-1][1] in (State.MISSING, State.PASSED, State.DONE, State.CANCELLED), (ref, row)
        reached = {state for row in passed.values() for _, state, _ in row}
        assert period.id == "2022-2023" or reached == set(State)


# --- The pages


@pytest.fixture
def page(site):
    """Return a function that reads a page of Exempelby."""
    return lambda address, today="": html_text.read(site("exempelby", today) / address / "index.html")


PLAN = "2024-2025/kalender"


def row(text, start):
    """Return what stands from some words on."""
    assert start in text, start
    return text[text.index(start) : text.index(start) + 500]


def test_the_agenda_tells_what_comes_then_what_is_ongoing_then_what_was_then_the_months(page):
    found = page(PLAN)
    assert [each for each in found.ids if each in ("kommer", "lopande", "har-varit", "manader")] == [
        "kommer",
        "lopande",
        "har-varit",
        "manader",
    ]
    order = [
        "trafikvecka-2025-W20",
        "trygghetsvandring-2025-05-20",
        "slutrapport-2025-12-15",
        "sociala-medier",
        "dialogvecka-2025-04-28--2025-05-11",
        "start-2024-02-01",
    ]
    places = [found.ids.index(each) for each in order]
    assert places == sorted(places)


def test_what_was_is_told_newest_first_by_month(page):
    found = page(PLAN).text
    past = found[found.index("Tidigare i planen") : found.rindex("Månad för månad")]
    places = [past.index(f" {month} ") for month in ("Maj 2025", "April 2025", "December 2024", "Februari 2024")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("address", "today", "told"),
    [
        ("2024-2025/trygghetsvandringar", "2025-05-15", "2 planerade uppdateringar saknas. Se planen"),
        ("2024-2025/faltare", "2025-12-31", "är försenad"),
        ("2024-2025/faltare", "2026-01-01", "En planerad uppdatering saknas. Se planen"),
    ],
)
def test_what_of_the_plan_did_not_come_is_told_at_the_top_also_when_the_period_is_over(page, address, today, told):
    text = page(address, today).text
    assert told in text[: text.index("Ansvarig:")]


def test_a_pledges_page_begins_with_what_comes_next(page):
    top = page("2024-2025/trygghetsvandringar").text.split("Ansvarig:")[0]
    assert "Härnäst i planen, tisdag 20 maj 2025 kl. 18.00–20.00: Trygghetsvandring till Mönsterskolan" in top
    assert "Härnäst i planen" not in page("2024-2025/trygghetsvandringar", "2026-01-01").text
    that_day = page("2024-2025/trygghetsvandringar", "2025-05-20").text
    assert "I dag i planen, tisdag 20 maj 2025 kl. 18.00–20.00: Trygghetsvandring till Mönsterskolan" in that_day
    assert "Nu i planen, 2025: Temaår" in page("2024-2025/grannsamverkan", "2025-12-20").text


def test_what_is_cancelled_is_open_to_nobody(page):
    cancelled = [each.partition(" Ansvarig ")[2][:90] for each in page(PLAN).text.split("✕ Inställd")[1:]]
    assert cancelled
    assert not any("Öppet för alla" in each for each in cancelled)


def test_the_plan_was_changed_when_what_it_tells_was(site):
    text = html_text.read(site("salem") / "2021-2022/kalender/index.html").text
    assert "Det nyaste av löften, plan och uppdateringar på sidan är från 11 mars 2021" in text


def test_a_page_is_as_new_as_what_it_tells_of_the_plan(page):
    told = "Det nyaste av löften, plan och uppdateringar på sidan är från"
    assert f"{told} 12 maj 2025" in page("2024-2025/cykelstolder").text  # when its last update was eleven months old
    assert f"{told} 18 juni 2024" in page("2024-2025/cykelstolder", "2025-05-11").text
    assert f"{told} 5 maj 2025" in page("", "2025-05-05").text  # when what comes next got another place


def test_a_row_says_all_that_the_plan_says(page):
    told = row(page(PLAN).text, "20 maj 2025 kl. 18.00–20.00: Trygghetsvandring till Mönsterskolan")
    for words in (
        "Planerad",
        "Budskap Du vet bäst var det känns otryggt.",
        "Målgrupp alla som bor i Exempelby",
        "Kanal webbplatsen, affischer, nyhetsbrev",
        "Plats Busskuren på Linjalvägen",
        "Ansvarig kommunen, polisen och bostadsbolaget",
        "Löfte Trygghetsvandringar",
        "Öppet för alla. Lägg till i din kalender",
    ):
        assert words in told


def test_the_figure_stands_over_the_agenda_with_what_is_missing(page):
    found = page(PLAN)
    assert re.search(r"\d+ av \d+ planerade uppdateringar publicerade Det här har inte redovisats", found.text)
    published, promised = map(int, re.search(r"(\d+) av (\d+) planerade", found.text).groups())
    missing = found.text[found.text.index("har inte redovisats") : found.text.index("Den som bor i Exempelby")]
    assert "Månadsbrev om trygghetsvandringarna, juli 2024" in missing
    assert "Ljusvandring på lucia 🕯️, 13 december 2024 kl. 16.30" in missing
    assert found.text.count("Uppdatering saknas") == promised - published


def test_a_moved_one_stands_at_its_new_place_and_struck_at_the_old(page, site):
    text = page(PLAN).text
    assert "tisdag 28 maj 2024 kl. 18.00–20.00: Trygghetsvandring ✓ Genomförd Flyttad från 21 maj 2024" in text
    assert "tisdag 21 maj 2024 kl. 18.00–20.00: Trygghetsvandring Flyttad till 28 maj 2024 kl. 18.00–20.00" in text
    assert "Gräsmattan vid lekplatsen grävs upp den 20–24 maj. (beslutat 13 maj 2024)" in text
    html = (site("exempelby") / PLAN / "index.html").read_text("utf-8")
    struck = [html_text.Document(each).text for each in re.findall(r"<del>.*?</del>", html)]
    assert "tisdag 21 maj 2024 kl. 18.00–20.00: Trygghetsvandring" in struck


def test_a_cancelled_one_says_why(page):
    assert "3 december 2024 kl. 17.00–19.00: Trygghetsvandring ✕ Inställd Skäl: Snöoväder." in page(PLAN).text
    assert "Ändring Inställd (beslutat 3 december 2024)" in page(PLAN).text


def test_a_month_is_a_table_of_weeks_with_headers(page):
    found = page(PLAN)
    tables = [tag for tag, _ in found.elements if tag in ("table", "caption", "thead", "tbody", "details", "summary")]
    count = tables.count("table")
    assert count == tables.count("caption") == tables.count("summary") - 1 > 12, "and one summary of what is missing"
    heads = [attrs.get("scope") for tag, attrs in found.elements if tag == "th"]
    assert set(heads) == {"col", "row"}
    assert heads.count("col") == 8 * count
    assert sum("open" in attrs for tag, attrs in found.elements if tag == "details" and "class" in attrs) == 1
    assert [attrs for _, attrs in found.elements if attrs.get("aria-current") == "date"]


def test_a_day_of_the_table_holds_what_is_on_that_day_alone(page):
    text = page(PLAN).text
    grid = text[text.rindex("Månad för månad") :]
    april = grid[grid.index("April 2025 ") : grid.index("Maj 2025 ")]
    assert re.search(r" 17 ●Trygg påsk 🐣 18 ●.* 21 ●Trygg påsk 🐣 22 ", april)
    assert "Månadsbrev" not in april
    december = grid[grid.index("December 2024 ") : grid.index("Januari 2025 ")]
    assert " 3 ●Trygghetsvandring (Inställd) " in december


def test_what_lasts_for_days_is_one_link_a_week_and_month_of_the_table(site):
    text = (site("exempelby") / PLAN / "index.html").read_text("utf-8")
    grid = text[text.index('id="manader"') :]
    days = re.findall(
        r"<td class=\"fm-month__busy\"[^>]*>(\d+)(?: <span>.*?</span></span>)* <a href=\"#host[^>]*>", grid
    )
    assert days == ["28", "1", "27", "1"]


def test_a_partys_part_holds_its_own_and_nothing_else(page):
    found, everything = page("2024-2025/parter/polisen"), page(PLAN)
    assert "trafikvecka-2025-W20" in found.ids
    assert "manadsbrev-2025-06" not in found.ids
    assert "manadsbrev-2025-06" in everything.ids
    assert any(link.endswith("2024-2025/parter/polisen/") for link in everything.links)
    assert re.search(r"\d+ av \d+ planerade uppdateringar", found.text)


def test_the_running_plan_stands_at_the_short_address_too(page):
    short, long = page("kalender"), page(PLAN)
    assert short.ids == long.ids
    assert short.text.split("Det här kommer")[1][:2000] == long.text.split("Det här kommer")[1][:2000]


def test_the_start_page_tells_the_next_five(page):
    text = page("").text
    found = text[text.rindex("Det här händer härnäst") : text.index("Hela kommunikationsplanen")]
    assert len(re.findall(r"[○◑]", found)) == 5
    assert "Trygghetsvandring till Mönsterskolan" in found
    assert found.index("vecka 20, 2025") < found.index("20 maj 2025") < found.index("maj 2025: Månadsbrev")
    assert "Inställd" not in found


def test_a_pledges_page_tells_its_part_of_the_plan(page):
    text = page("2024-2025/foraldramoten").text
    found = text[text.index("I kommunikationsplanen") :]
    assert "Tidigare 17–21 april 2025: Trygg påsk 🐣" in found
    # The day is once more in the link, for those who hear nothing else of it.
    when = "5 februari 2025 kl. 18.30–20.00"
    assert re.search(f"{when}: Föräldramöte om narkotika, [^:]*{when} ✕ Inställd", found)
    assert "Trygghetsvandring" not in found.split("Följ det här löftet")[0]


def test_silence_is_said_on_the_pledge_until_there_is_word(page):
    late = (
        "Uppdateringen om ”Brev till hushållen kring Mönsterskolan om sommarens bygge” (april 2025) är försenad. "
        "Den skulle ha kommit senast 14 maj 2025. Nästa uppdatering väntas senast 25 maj 2025."
    )
    for address in ("", "2024-2025", "2024-2025/skolvagar"):
        assert late in page(address).text
    assert "försenad" not in page("2024-2025/trygghetsvandringar").text
    assert "Nästa uppdatering väntas senast 20 maj 2025." in page("2024-2025/trygghetsvandringar").text


@pytest.mark.parametrize(
    ("today", "words", "absent"),
    [
        (
            "2025-05-15",
            ["16 september 2025 kl. 17.30–19.30: Trygghetsvandring"],
            ["Öppet hus i parken", "Kulturhuset är bok"],
        ),
        ("2025-05-26", ["23 september 2025 kl. 17.30–19.30: Trygghetsvandring", "Öppet hus i parken"], []),
        ("2026-03-01", ["Inget mer är planerat.", "Slutrapport, löfte för löfte ✓ Genomförd"], ["Just nu"]),
    ],
)
def test_a_build_knows_the_plan_as_of_its_day(page, site, today, words, absent):
    text = page(PLAN, today).text
    assert all(each in text for each in words)
    for file in site("exempelby", today).rglob("*"):
        if file.suffix in (".html", ".ics", ".json", ".xml"):
            assert not any(each in file.read_text("utf-8") for each in absent), file


@pytest.mark.parametrize("today", ["2025-05-15", "2025-05-26"])
def test_the_figure_counts_what_the_page_shows(page, site, today):
    text = page(PLAN, today).text
    published, promised = map(int, re.search(r"(\d+) av (\d+) planerade", text).groups())
    assert text.count("Uppdatering saknas") == promised - published
    cancelled = text.count("✕ Inställd")
    calendar = icalendar.Calendar.from_ical((site("exempelby", today) / "2024-2025/../kalender.ics").read_bytes())
    titles = [str(each["SUMMARY"]) for each in calendar.events if str(each["UID"]).startswith("2024-2025.")]
    months = ["sommarkvallar"]
    assert sum(title.startswith("INSTÄLLT: ") for title in titles) == cancelled - len(months)


def test_a_party_whose_part_is_all_ongoing_has_the_page_that_the_plan_links_to():
    project, (period,) = read_project(building.CONFIGS["exempelby"]), whole_catalog().periods
    kept = tuple(each for each in period.plan.file.activities if each.id not in ("brev", "vecka"))
    file = period.plan.file.model_copy(update={"activities": kept})
    every = tuple(each for activity in kept for each in occurrences(activity))
    plan = replace(period.plan, file=file, occurrences=every)
    views = Views(Catalog((replace(period, plan=plan),)), date.fromisoformat(WHOLE["last"]))
    pages = Pages(views, project, building.ROOT / "overrides/foljmed")
    made = {page.address: page.html for page in pages.every(Feeds(views, project, pages.item), ())}
    assert 'href="../../2021/parter/polisen/"' in made["2021/kalender/"]
    assert 'id="jour"' in made["2021/parter/polisen/"]


@functools.cache
def ids(file):
    return set(html_text.read(file).ids)


@pytest.mark.parametrize("name", ["salem", "exempelby"])
def test_every_link_of_a_plan_leads_somewhere(site, name):
    for file in [*site(name).rglob("kalender/index.html"), *site(name).glob("*/parter/*/index.html")]:
        found = html_text.read(file)
        for link in set(found.links):
            address, _, anchor = link.partition("#")
            if "//" in address or link.startswith(("mailto:", "webcal:", "/")):
                continue
            target = (file.parent / address).resolve()
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), (file, link)
            assert not anchor or anchor in ids(target), (file, link)


def test_the_subscribe_page_tells_three_ways_into_every_calendar_with_days(site):
    found = html_text.read(site("exempelby") / "prenumerera/index.html")
    for file in sorted(site("exempelby").rglob("kalender.ics")):
        address = file.relative_to(site("exempelby")).as_posix()
        shown = b"BEGIN:VEVENT" in file.read_bytes()
        assert (f"https://exempelby.example/{address}" in found.text.split()) == shown
        assert (f"webcal://exempelby.example/{address}" in found.links) == shown
        quoted = f"webcal://exempelby.example/{address}".replace(":", "%3A").replace("/", "%2F")
        assert (f"https://calendar.google.com/calendar/r?cid={quoted}" in found.links) == shown


def test_the_real_plan_says_no_more_than_the_document(site):
    text = html_text.read(site("salem") / "2021-2022/kalender/index.html").text
    assert "Operativa gruppen träffas" in text
    assert "planerade uppdateringar publicerade" not in text
    assert "Uppdatering saknas" not in text
    assert "Löpande: Fortlöpande information till medborgarna" in text
    assert "Det här skulle göras hela tiden och hade inget datum." in text
    assert "Planen antogs" not in text, "nobody has said when"
    assert "har varit" not in text


def test_every_plan_is_linked_from_its_period_and_the_running_one_from_the_start_page(site):
    for name, period, earlier in (("salem", "2021-2022", None), ("exempelby", "2024-2025", "2022-2023")):
        folder = site(name)
        for page, address in (("", period), (period, period), (earlier, earlier)):
            if address:
                links = html_text.read(folder / page / "index.html").links
                assert f"{'../' if page else './'}{address}/kalender/" in links


def test_a_calendar_without_days_is_offered_nowhere(site):
    for file in site("salem").rglob("index.html"):
        found = html_text.read(file)
        assert "din kalender" not in found.text.replace("lägga in i en kalender", ""), file
        assert not any(link.endswith("kalender.ics") for link in found.links), file
    offered = html_text.read(site("exempelby") / "2024-2025/foraldramoten/index.html").links
    assert "../../prenumerera/#kalender" in offered


def test_what_has_a_longer_time_than_a_month_stands_under_that_time(site):
    text = (site("exempelby") / PLAN / "index.html").read_text("utf-8")
    headings = re.findall(r"<h3>(.*?)</h3>", text)
    assert "Andra halvåret 2025" in headings
    assert headings.index("2024") < headings.index("Andra halvåret 2024") < headings.index("Augusti 2024")


def test_a_plan_says_what_it_does_not_know_of_what_has_passed(page):
    assert "passerat är det inte redovisat här om det blev av" in page(PLAN).text
    assert "inte redovisat här" not in page("2024-2025/trygghetsvandringar").text
