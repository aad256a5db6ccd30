"""How a pledge is going, day by day: tables of days around every boundary, as data files."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import casefiles
from foljmed.catalog import AsRead, Catalog, Period, Pledge, Update
from foljmed.model import PeriodFile, PledgeFile, UpdateFile
from foljmed.problems import InvalidContent
from foljmed.prose import Text
from foljmed.reader import read_catalog
from foljmed.settings import read_project, read_today
from foljmed.source import Source, read_yaml
from foljmed.views import Views

FILES = sorted((Path(__file__).parent / "timelines").glob("*.yml"))
NOWHERE = Source("x.md")


def catalog(case):
    """Return a catalog of one period and one pledge, from what a data file says of them."""
    period = case["period"]
    updates = [
        Update(
            UpdateFile.model_validate({"titel": id_, "av": "kommunen", **told}),
            id_,
            date.fromisoformat(id_[:10]),
            "2021",
            "ett",
            AsRead(NOWHERE, Text("<p>Text.</p>", "Text.")),
        )
        for id_, told in case["updates"].items()
    ]
    pledge = {"nummer": "1", "titel": "Ett", "mål": "o", "ansvariga": "kommunen", "sammanfattning": "Ett."}
    pledges = [
        Pledge(
            PledgeFile.model_validate({**pledge, **case["pledge"]}),
            NOWHERE,
            "ett",
            "2021",
            updates=tuple(sorted(updates, key=lambda update: update.order, reverse=True)),
        )
    ]
    file = {
        "titel": "Löften",
        "börjar": period["börjar"],
        "slutar": period["slutar"],
        "parter": {"kommunen": {"namn": "K", "kort": "kommunen", "url": "https://k.example"}},
        "platser": {"orten": "Orten"},
        "områden": [{"id": "o", "titel": "O"}],
        "källa": {"titel": "Dokumentet", "datum": period["dokument"]},
    }
    return Catalog((Period(PeriodFile.model_validate(file), NOWHERE, "2021", pledges=tuple(pledges)),))


def shown(case, today):
    """Return what the pledge's page says on a day."""
    views = Views(catalog(case), date.fromisoformat(today))
    pledge = views.catalog.periods[0].pledges[0]
    view = views.pledge(pledge, "")
    latest = view.card.latest
    return {
        "status": view.card.status.label,
        "note": view.card.status_note,
        "unfinished": view.unfinished,
        "latest": latest.address.partition("#")[2] if latest else None,
        "next": view.card.expected.next,
        "overdue": view.card.expected.overdue,
        "missed": list(view.card.expected.missed),
        "gaps": view.card.expected.gaps,
        "values": {
            each.id: [value.replace("\u00a0", " ") for value in each.values]
            for year in view.years
            for each in year.items
            if each.values
        },
        "corrected": {
            each.id: [link.note for link in each.corrected_by]
            for year in view.years
            for each in year.items
            if each.corrected_by
        },
        "measures": [f"{each.sentence} {each.note}".replace("\u00a0", " ").strip() for each in view.measures],
    }


def tables():
    for file in FILES:
        case = read_yaml(file, file.name).values
        for today, expected in case["on"].items():
            yield pytest.param(case, today, expected, id=f"{file.stem}-{today}")


@pytest.mark.parametrize(("case", "today", "expected"), list(tables()))
def test_a_pledge_on_a_day(case, today, expected):
    found = shown(case, today)
    wanted = {key: None if value == "null" else value for key, value in expected.items()}
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2021-04-14T21:59:00", "2021-04-14"),
        ("2021-04-14T22:00:00", "2021-04-15"),
        ("2021-04-14T23:30:00", "2021-04-15"),
        ("2021-01-14T22:59:00", "2021-01-14"),
        ("2021-01-14T23:30:00", "2021-01-15"),
        ("2021-03-27T23:30:00", "2021-03-28"),
        ("2021-10-30T23:30:00", "2021-10-31"),
        ("2021-12-31T23:30:00", "2022-01-01"),
    ],
)
def test_today_is_stockholms_day(monkeypatch, utc, day):
    monkeypatch.delenv("FOLJMED_TODAY", raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp())))
    assert read_today().isoformat() == day


def test_the_environment_may_say_which_day_it_is(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    monkeypatch.setenv("FOLJMED_TODAY", "2021-05-01")
    assert read_today() == date(2021, 5, 1)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FOLJMED_TODAY", "2199-12-31"),
        ("FOLJMED_TODAY", "1969-12-31"),
        ("SOURCE_DATE_EPOCH", "99999999999"),
        ("SOURCE_DATE_EPOCH", "9999999999"),
        ("SOURCE_DATE_EPOCH", "i går"),
    ],
)
def test_a_day_that_no_compressed_file_can_tell_of_is_refused(monkeypatch, variable, value):
    monkeypatch.delenv("FOLJMED_TODAY", raising=False)
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidContent) as refused:
        read_today()
    assert [str(each) for each in refused.value.problems] == [
        f"{variable}:1: ”{value}” ligger inte mellan åren 1970 och 2105."
    ]


def test_what_is_corrected_twice_tells_of_the_newest_correction_that_stands(tmp_path):
    config = casefiles.Case("base", "", (), ()).lay(tmp_path)
    first = "2021-04-15-forsta-vandringen"
    home = config.parent / "pledges/2021-2022/vandringar"
    text = f"---\n{{}}av: kommunen\ntyp: aktivitet\nrättar: {first}\n{{}}---\n{{}}"
    newer = home / "2021-05-20-igen.md"
    (home / "2021-05-10-rattelse.md").write_text(text.format("titel: Rättelse\n", "", "Elva gick med.\n"), "utf-8")
    newer.write_text(text.format("titel: Igen\n", "", "Tio gick med.\n"), "utf-8")
    for day in ("20 maj 2021", "10 maj 2021"):
        views = Views(read_catalog(read_project(config)), date(2021, 6, 1))
        update = next(each for each in views.catalog.all_updates() if each.id == first)
        assert views.line(update).corrected == views.update(update, "").corrected == f"Rättad {day}"
        newer.write_text(text.format("", "tillbakadraget: {datum: 2021-05-25, skäl: Fel.}\n", ""), "utf-8")


def test_a_value_that_a_correction_moves_to_another_time_is_marked_in_the_table():
    case = read_yaml(next(file for file in FILES if file.stem == "corrections-of-time"), "").values
    views = Views(catalog(case), date(2021, 12, 1))
    rows = views.pledge(views.catalog.periods[0].pledges[0], "").measures[0].rows
    assert [(row.about, row.corrected) for row in rows] == [
        ("första kvartalet 2021", "rättelse"),
        ("andra kvartalet 2021", "rättad 3 juli 2021"),
        ("juni 2021", ""),
    ]
