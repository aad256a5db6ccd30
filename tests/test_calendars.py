"""The calendars: the bytes that clients need, and what real clients make of them."""

import functools
import http.server
import itertools
import json
import re
import shutil
import subprocess
import threading
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import unquote, urldefrag
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import vobject
import yaml
from ical.calendar_stream import IcsCalendarStream

import building
import clients_setup
import html_text
import libical
from foljmed import ics
from foljmed.calendars import Calendars
from foljmed.reader import read_catalog
from foljmed.settings import read_project
from foljmed.spans import parse_when
from foljmed.views import Views

SITES = ("salem", "exempelby")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Stockholm
X-LIC-LOCATION:Europe/Stockholm
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
both = pytest.mark.parametrize("name", SITES)


def calendars(folder):
    return sorted(folder.rglob("*.ics"))


def is_single(file):
    """Return whether a file is one to add once, not to subscribe to."""
    return file.name != "kalender.ics"


@pytest.fixture(scope="session")
def project():
    return functools.cache(lambda name: read_project(building.CONFIGS[name]))


# --- Which there are


def test_a_calendar_exists_for_everything_and_for_each_party_and_pledge(site, project):
    expected = {"kalender.ics"}
    for period in read_catalog(project("exempelby")).periods:
        if str(period.dated) <= building.TODAY["exempelby"]:
            expected |= {f"{period.id}/{pledge.id}/kalender.ics" for pledge in period.pledges}
            expected |= {f"parter/{party}/kalender.ics" for party in period.file.parties}
    found = {each.relative_to(site("exempelby")).as_posix() for each in calendars(site("exempelby"))}
    assert {each for each in found if each.endswith("kalender.ics")} == expected


def test_a_small_file_exists_for_what_is_to_come_and_open_to_all(site):
    found = {each.stem for each in calendars(site("exempelby")) if is_single(each)}
    assert found == {
        "trygghetsvandring-2025-05-20",
        "trygghetsvandring-2025-09-16",
        "trygghetsvandring-2025-10-26",
        "kaffe-2025-10-04",
    }


def test_a_plan_without_days_gives_calendars_without_events(site):
    assert calendars(site("salem"))
    for file in calendars(site("salem")):
        assert events(file) == []


def test_each_calendar_holds_what_its_pledge_or_party_has_a_part_in(site):
    found = {file: {value(each, "UID") for each in events(file)} for file in calendars(site("exempelby"))}
    everything = found[site("exempelby") / "kalender.ics"]
    for activity in written_plan("2024-2025")["aktiviteter"]:
        uids = {uid for uid in everything if uid.startswith(f"2024-2025.{activity['id']}.")}
        for part, names in (("2024-2025", activity.get("löften", [])), ("parter", activity["ansvariga"])):
            chosen = [names] if isinstance(names, str) else names
            for file in (site("exempelby") / part).glob("*/kalender.ics"):
                own = {uid for uid in found[file] if uid.startswith(f"2024-2025.{activity['id']}.")}
                assert own == (uids if file.parent.name in chosen else set())


def test_what_is_told_in_months_stands_on_the_page_but_in_no_calendar(site):
    text = (site("exempelby") / "kalender.ics").read_text("utf-8")
    page = html_text.read(site("exempelby") / "2024-2025/kalender/index.html")
    for anchor in (
        "manadsbrev-2025-06",
        "samordning-2025-Q3",
        "halvarsrapport-2025-H1",
        "temaar-2025",
        "digital-vandring-2025-09-01--2025-09-21",
        "trygghetsmatning-2024-09-16--2024-10-13",
        "sommarkvallar-2024-06--2024-08",
    ):
        assert anchor in page.ids
        assert anchor not in text
    for anchor in ("digital-vandring-2024-06-10--2024-06-23", "trafikvecka-2025-W20", "nyarsveckan-2025-W01"):
        assert anchor in page.ids
        assert anchor in text.replace("\n ", "")


# --- The bytes, read by the letter of RFC 5545


def unfolded(file):
    """Return a file's lines as (name, parameters, value), checking how they are laid out on the way."""
    data = file.read_bytes()
    assert data.endswith(b"\r\n")
    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    for line in lines:
        assert len(line) <= 75, line
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
        line.decode()  # folding splits no letter in two
        assert line.strip(), "an empty line"
    text = data.decode().removesuffix("\r\n").replace("\r\n ", "")
    found = []
    for line in text.split("\r\n"):
        match = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^;:\",]+)*):(.*)", line)
        assert match, line
        found.append((match[1], match[2], match[3]))
    return found


def parts(file):
    """Return the calendar's own properties, and each event's."""
    head, found, depth = [], [], []
    for name, parameters, text in unfolded(file):
        if name == "BEGIN":
            depth.append(text)
            if text == "VEVENT":
                found.append([])
        elif name == "END":
            assert depth.pop() == text
        elif depth == ["VCALENDAR"]:
            head.append((name, parameters, text))
        elif depth == ["VCALENDAR", "VEVENT"]:
            found[-1].append((name, parameters, text))
        else:
            assert "VTIMEZONE" in depth, depth
    assert depth == []
    return head, found


def events(file):
    return parts(file)[1]


def value(event, name):
    return next(text for found, _, text in event if found == name)


def names(properties):
    return Counter(name for name, _, _ in properties)


def plain(text):
    """Return a text without its escapes, which are four and no more."""
    assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,n])*", text), text
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


@both
def test_lines_are_folded_within_75_octets_and_end_with_carriage_return_and_line_feed(site, name):
    for file in calendars(site(name)):
        assert unfolded(file)[0] == ("BEGIN", "", "VCALENDAR")
        assert unfolded(file)[-1] == ("END", "", "VCALENDAR")


@both
def test_the_zone_stands_once_before_the_events_and_right_in_every_client(site, name):
    for file in calendars(site(name)):
        data = file.read_bytes()
        assert data.count(b"BEGIN:VTIMEZONE") == 1
        assert ZONE.replace("\n", "\r\n").encode() in data
        assert data.index(b"BEGIN:VTIMEZONE") < data.find(b"BEGIN:VEVENT") or b"BEGIN:VEVENT" not in data


@both
def test_a_calendar_says_what_it_is_and_nothing_that_clients_stumble_on(site, project, name):
    base = project(name).site_url
    about = project(name).settings.disclaimer
    for file in calendars(site(name)):
        head, _ = parts(file)
        always = {"VERSION": "2.0", "PRODID": "-//Folj med//foljmed//SV", "CALSCALE": "GREGORIAN"}
        if is_single(file):
            assert head == [(key, "", text) for key, text in always.items()]
            continue
        own = {key: (parameters, text) for key, parameters, text in head}
        assert len(own) == len(head)
        assert {key: own[key] for key in always} == {key: ("", text) for key, text in always.items()}
        assert own["REFRESH-INTERVAL"] == (";VALUE=DURATION", "PT6H")
        assert own["X-PUBLISHED-TTL"] == ("", "PT6H")
        assert own["X-WR-TIMEZONE"] == ("", "Europe/Stockholm")
        assert own["SOURCE"] == (";VALUE=URI", base + file.relative_to(site(name)).as_posix())
        assert own["NAME"] == own["X-WR-CALNAME"]
        assert project(name).site_name in plain(own["NAME"][1])
        assert own["DESCRIPTION"] == own["X-WR-CALDESC"]
        assert " ".join(about.split()) in plain(own["DESCRIPTION"][1])
        assert "saknar dag eller varar mer än två veckor står bara på webbplatsen" in plain(own["DESCRIPTION"][1])
        assert (site(name) / unquote(own["URL"][1].removeprefix(base)) / "index.html").is_file()
        assert set(own) == {
            *always,
            *("REFRESH-INTERVAL", "X-PUBLISHED-TTL", "X-WR-TIMEZONE", "SOURCE", "URL"),
            *("NAME", "X-WR-CALNAME", "DESCRIPTION", "X-WR-CALDESC"),
        }


def test_no_two_calendars_of_a_period_have_the_same_name(site):
    found = []
    for file in calendars(site("exempelby")):
        own = {key: text for key, _, text in parts(file)[0]}
        found += [(file.parts[-3], own["NAME"])] if "NAME" in own else []
    assert len(found) == len(set(found)) > 15


def test_an_event_has_what_clients_need_once_and_no_more(site):
    once = ("UID", "DTSTAMP", "LAST-MODIFIED", "CREATED", "SEQUENCE", "SUMMARY", "DTSTART", "DESCRIPTION", "URL")
    needed = {*once, "STATUS", "TRANSP", "CLASS"}
    for file in calendars(site("exempelby")):
        for event in events(file):
            found = names(event)
            assert set(found.values()) == {1}
            assert needed <= set(found) <= needed | {"DTEND", "LOCATION", "CATEGORIES"}
            assert value(event, "TRANSP") == "TRANSPARENT"
            assert value(event, "CLASS") == "PUBLIC"
            assert value(event, "STATUS") in ("CONFIRMED", "CANCELLED")
            assert re.fullmatch(r"\d+", value(event, "SEQUENCE"))


def test_every_stamp_is_in_utc_from_the_data_and_never_later_than_the_day(site):
    last = datetime.combine(date.fromisoformat(building.TODAY["exempelby"]), time(), STOCKHOLM).astimezone(UTC)
    for event in events(site("exempelby") / "kalender.ics"):
        found = {}
        for key in ("CREATED", "LAST-MODIFIED", "DTSTAMP"):
            assert re.fullmatch(r"\d{8}T\d{6}Z", value(event, key))
            found[key] = datetime.strptime(value(event, key), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            assert found[key].astimezone(STOCKHOLM).time() == time()
        assert found["CREATED"] <= found["LAST-MODIFIED"] == found["DTSTAMP"] <= last
        assert (found["CREATED"] < found["DTSTAMP"]) <= (value(event, "SEQUENCE") != "0")


def test_a_time_is_local_with_its_zone_or_whole_days_with_the_day_after_as_end(site):
    kinds = set()
    for event in events(site("exempelby") / "kalender.ics"):
        times = {key: (parameters, text) for key, parameters, text in event if key in ("DTSTART", "DTEND")}
        (how, start), (how_end, end) = times["DTSTART"], times.get("DTEND", times["DTSTART"])
        assert how == how_end
        if how == ";VALUE=DATE":
            assert re.fullmatch(r"\d{8}", start)
            assert end > start
        else:
            assert how == ";TZID=Europe/Stockholm"
            assert re.fullmatch(r"\d{8}T\d{4}00", start)
            assert re.fullmatch(r"\d{8}T\d{4}00", end)
        kinds.add((how, len(times)))
    assert kinds == {(";VALUE=DATE", 2), (";TZID=Europe/Stockholm", 2), (";TZID=Europe/Stockholm", 1)}


def test_texts_are_escaped_once(site):
    titles = set()
    for event in events(site("exempelby") / "kalender.ics"):
        titles.add(plain(value(event, "SUMMARY")))
        for key in ("DESCRIPTION", "LOCATION", "UID"):
            for text in [text for name, _, text in event if name == key]:
                assert plain(text).strip() == plain(text)
    assert {"Trygg påsk 🐣", "Kaffe & frågor med kommunpolisen ☕", "Ljusvandring på lucia 🕯️"} <= titles


def test_categories_are_a_list_of_the_pledges_titles(site, project):
    titles = {
        f"{period.id}/{pledge.id}": pledge.file.title
        for period in read_catalog(project("exempelby")).periods
        for pledge in period.pledges
    }
    several = 0
    for event in events(site("exempelby") / "kalender.ics"):
        for name, _, text in event:
            if name == "CATEGORIES":
                found = [plain(each) for each in re.split(r"(?<!\\),", text)]
                assert set(found) <= set(titles.values())
                several += len(found) > 1
    assert several


def test_the_last_line_of_the_text_is_the_events_own_place_on_the_site(site, project):
    base, pages = project("exempelby").site_url, functools.cache(html_text.read)
    for file in calendars(site("exempelby")):
        for event in events(file):
            last = plain(value(event, "DESCRIPTION")).split("\n")[-1]
            assert last == value(event, "URL")
            address, anchor = urldefrag(last.removeprefix(base))
            page = pages(site("exempelby") / address / "index.html")
            assert page.ids.count(anchor) == 1


def told_first(event):
    """Return the lines that tell of decisions, which stand before all others."""
    lines = plain(value(event, "DESCRIPTION")).split("\n")
    return list(itertools.takewhile(re.compile("Skäl: |Flyttad |Ändring: ").match, lines))


@pytest.mark.parametrize(
    ("period", "activity", "key", "told"),
    [
        (
            "2024-2025",
            "trygghetsvandring",
            "2024-09-10",
            [
                (
                    "Ändring: Flyttad från 10 september 2024 kl. 17.30–19.30. Ny plats, tidigare "
                    "”Samlingsplatsen står på webbplatsen en vecka före”. Stambytet i Sagovången är försenat. "
                    "(beslutat 2 september 2024)"
                ),
            ],
        ),
        ("2022-2023", "vandring", "2022-10-12", ["Ändring: Flyttad från 12 oktober 2022 (beslutat 3 oktober 2022)"]),
        (
            "2024-2025",
            "samordning",
            "2024-Q3",
            [
                (
                    "Ändring: Flyttad från tredje kvartalet 2024. Flyttat till efter budgetveckan. "
                    "(beslutat 2 september 2024)"
                ),
            ],
        ),
        (
            "2024-2025",
            "kaffe",
            "2024-10-05",
            [
                "Ändring: Ny plats, tidigare ”Provtorget” (beslutat 15 april 2024)",
                (
                    "Ändring: Ny plats, tidigare ”Provtorget, vid fontänen”. Inomhus på grund av regnvarning. "
                    "(beslutat 27 september 2024)"
                ),
            ],
        ),
        (
            "2024-2025",
            "cykelmarkning",
            "2025-06-05",
            [
                "Flyttad till juni 2025.",
                (
                    "Ändring: Flyttad från 5 juni 2025 kl. 16.00–19.00. Ny dag meddelas när märkmaskinen är lagad. "
                    "(beslutat 12 maj 2025)"
                ),
            ],
        ),
        (
            "2024-2025",
            "trygghetsvandring",
            "2024-12-03",
            ["Skäl: Snöoväder.", "Ändring: Inställd (beslutat 3 december 2024)"],
        ),
        ("2024-2025", "ljusvandring", "2024-12-13", ["Ändring: Tillagd i planen 4 november 2024"]),
        ("2024-2025", "trygghetsvandring", "2024-04-16", []),
    ],
)
def test_what_was_decided_stands_first_in_the_text_as_on_the_plans_page(site, period, activity, key, told):
    uid = f"{period}.{activity}.{key}@exempelby.example"
    (event,) = (each for each in events(site("exempelby") / "kalender.ics") if value(each, "UID") == uid)
    assert told_first(event) == told
    html = (site("exempelby") / period / "kalender/index.html").read_text("utf-8")
    rows = re.findall(rf'<li [^>]*id="{activity}-{key}(?:-tidigare)?">.*?</li>', html, re.DOTALL)
    shown = " ".join(html_text.Document(each).text for each in rows)
    for line in told:
        assert line.removesuffix(".").replace("Ändring: ", "Ändring ") in shown


def test_a_move_and_its_note_are_told_from_the_day_of_the_decision(project):
    catalog, found = read_catalog(project("exempelby")), []
    for today in ("2025-05-19", "2025-05-20"):
        made = Calendars(Views(catalog, date.fromisoformat(today)), project("exempelby")).every[0][1]
        own = {str(each["UID"]).partition("@")[0]: each for each in icalendar.Calendar.from_ical(made).events}
        found.append(str(own["2024-2025.trygghetsvandring.2025-09-16"]["DESCRIPTION"]))
    before, after = found
    assert after == (
        "Ändring: Flyttad från 16 september 2025 kl. 17.30–19.30. Kulturhuset är bokat den 16 september. "
        f"(beslutat 20 maj 2025)\n{before}"
    )


def test_a_uid_is_minted_from_period_activity_and_key_and_used_once(site):
    for file in calendars(site("exempelby")):
        uids = [value(event, "UID") for event in events(file)]
        assert len(uids) == len(set(uids))
        for uid in uids:
            assert re.fullmatch(r"(2022-2023|2024-2025)\.[a-z0-9-]+\.[\dWQH/-]+@exempelby\.example", uid)
    uids = {value(event, "UID") for event in events(site("exempelby") / "kalender.ics")}
    for key in (
        "manadsbrev.2024-12",
        "samordning.2024-Q3",
        "trafikvecka.2024-W38",
        "trygghetsvandring.2024-05-21",
        "hostlov.2024-10-28/2024-11-03",
    ):
        assert f"2024-2025.{key}@exempelby.example" in uids


def test_the_same_occurrence_is_the_same_bytes_in_every_calendar(site):
    seen = {}
    for file in calendars(site("exempelby")):
        for event in re.findall(rb"BEGIN:VEVENT.*?END:VEVENT\r\n", file.read_bytes(), re.DOTALL):
            uid = re.search(rb"UID:(.*)\r\n", event)[1]
            assert seen.setdefault(uid, event) == event


def test_building_again_changes_no_byte_of_a_calendar(site, tmp_path):
    again = building.build(building.CONFIGS["exempelby"], tmp_path, building.TODAY["exempelby"], TZ="Asia/Tokyo")
    assert [file.relative_to(again) for file in calendars(again)]
    for file in calendars(again):
        assert file.read_bytes() == (site("exempelby") / file.relative_to(again)).read_bytes()


# --- What clients understand
#
# Each returns a file's events as UTC instants, or dates where all-day.


def instant(when):
    if isinstance(when, datetime):
        assert when.tzinfo, "floating"
        return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return when.isoformat() if when else None


def with_recurring_ical_events(files):
    for file in files:
        found = recurring_ical_events.of(icalendar.Calendar.from_ical(file.read_bytes())).all()
        yield (
            file,
            [
                {
                    "uid": each["UID"],
                    "start": instant(each.start),
                    "end": instant(each.end) if each.end != each.start else None,
                    "summary": each["SUMMARY"],
                    "description": each["DESCRIPTION"],
                    "place": each.get("LOCATION", ""),
                    "status": each["STATUS"],
                    "sequence": each["SEQUENCE"],
                }
                for each in found
            ],
        )


def with_ical(files):
    for file in files:
        yield (
            file,
            [
                {
                    "uid": each.uid,
                    "start": instant(each.dtstart),
                    "end": instant(each.dtend),
                    "summary": each.summary,
                    "description": each.description,
                    "place": each.location or "",
                    "status": each.status.value,
                    "sequence": each.sequence,
                }
                for each in IcsCalendarStream.calendar_from_ics(file.read_bytes().decode()).events
            ],
        )


def with_vobject(files):
    for file in files:
        calendar = vobject.readOne(file.read_bytes().decode())
        yield (
            file,
            [
                {
                    "uid": each.uid.value,
                    "start": instant(each.dtstart.value),
                    "end": instant(each.dtend.value) if "dtend" in each.contents else None,
                    "summary": each.summary.value,
                    "description": each.description.value,
                    "place": each.location.value if "location" in each.contents else "",
                    "status": each.status.value,
                    "sequence": int(each.sequence.value),
                }
                for each in calendar.contents.get("vevent", [])
            ],
        )


def with_ical_js(files):
    found = json.loads(clients_setup.node("calendars.mjs", *files))
    return ((file, found[str(file)]) for file in files)


def with_libical(files):
    return ((file, libical.read(file)) for file in files)


CLIENTS = [
    pytest.param(with_recurring_ical_events, id="recurring-ical-events"),
    pytest.param(with_ical, id="ical"),
    pytest.param(with_vobject, id="vobject"),
    pytest.param(with_ical_js, id="ical.js"),
    pytest.param(with_libical, id="libical"),
]
every_client = pytest.mark.parametrize("client", CLIENTS)


@every_client
@both
def test_every_client_reads_every_calendar_and_finds_what_the_plan_says(site, name, client):
    wanted = {}
    for period in ("2022-2023", "2024-2025") if name == "exempelby" else ():
        wanted |= expected(period, date.fromisoformat(building.TODAY[name]))
    for file, found in client(calendars(site(name))):
        uids = {value(event, "UID") for event in events(file)}
        assert {each["uid"] for each in found} == uids
        assert len(found) == len(uids)
        got = {each["uid"]: tuple(each[key] for key in ("start", "end", "status", "sequence")) for each in found}
        assert got == {uid: wanted[uid] for uid in uids}
        if file == site(name) / "kalender.ics":
            assert uids == set(wanted)


@every_client
def test_every_client_reads_the_same_texts(site, client):
    written = {}
    for event in events(site("exempelby") / "kalender.ics"):
        texts = {key: plain(text) for key, _, text in event if key in ("UID", "SUMMARY", "DESCRIPTION", "LOCATION")}
        written[texts.pop("UID")] = texts
    for _, found in client(calendars(site("exempelby"))):
        for each in found:
            texts = {"SUMMARY": each["summary"], "DESCRIPTION": each["description"], "LOCATION": each["place"]}
            assert {key: text for key, text in texts.items() if text} == written[each["uid"]]


def written_plan(period):
    """Return a plan as plain YAML says it, every value a text."""
    file = building.CONFIGS["exempelby"].parent / "pledges" / period / "kommunikationsplan.yml"
    return yaml.load(file.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - its values are texts only


def expected(period, today):
    """Return UID → start, end, status and sequence, worked out from the YAML without the project's own code."""
    found = {}
    for activity in written_plan(period)["aktiviteter"]:
        if activity.get("tillagd", "") > str(today):
            continue
        decisions = [each for each in activity.get("ändringar", []) if each["beslutad"] <= str(today)]
        for first in times(activity["när"]):
            key = first.split()[0]
            own = [each for each in decisions if each.get("tillfälle", key) == key]
            now = [first, *(each["flyttad_till"] for each in own if "flyttad_till" in each)]
            if days := [each for each in map(in_utc, now) if each]:
                gone = in_utc(now[-1]) is None or any("inställd" in each for each in own)
                uid = f"{period}.{activity['id']}.{key}@exempelby.example"
                found[uid] = (*days[-1], "CANCELLED" if gone else "CONFIRMED", len(own))
    return found


def times(when):
    """Return the times that may have days; ``varje`` has whole months or more, so only its moved ones do."""
    if isinstance(when, dict):
        years = range(int(when["från"][:4]), int(when["till"][:4]) + 1)
        forms = {"månad": [f"-{n:02}" for n in range(1, 13)], "kvartal": [f"-Q{n}" for n in range(1, 5)]}
        return [f"{year}{part}" for year in years for part in forms.get(when["varje"], [])]
    return [when] if isinstance(when, str) else when


def in_utc(when):
    """Return start and end of what has a day, a week or at most 14 days; None for wider times."""
    if match := re.fullmatch(r"(\S+) (\d\d:\d\d)(?:-(\d\d:\d\d))?", when):
        hours = [datetime.fromisoformat(f"{match[1]}T{hour}") if hour else None for hour in match.group(2, 3)]
        return tuple(instant(hour.replace(tzinfo=STOCKHOLM)) if hour else None for hour in hours)
    if match := re.fullmatch(r"(\d{4})-W(\d\d)", when):
        first = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return str(first), str(first + timedelta(days=7))
    if re.fullmatch(r"\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?", when):
        first, last = (date.fromisoformat(part) for part in (when.split("/") * 2)[:2])
        return (str(first), str(last + timedelta(days=1))) if (last - first).days < 14 else None
    return None


def test_the_expected_instants_are_right_on_both_sides_of_the_clocks_changes():
    found = expected("2024-2025", date(2025, 5, 15))
    starts = {uid.partition("@")[0].removeprefix("2024-2025."): each[0] for uid, each in found.items()}
    assert starts["paskpromenad.2024-03-31"] == "2024-03-31T09:00:00Z"
    assert starts["trygghetsvandring.2024-10-27"] == "2024-10-27T15:00:00Z"
    assert starts["trygghetsvandring.2024-12-03"] == "2024-12-03T16:00:00Z"
    assert starts["trygghetsvandring.2025-03-30"] == "2025-03-30T17:00:00Z"
    assert starts["manadsbrev.2024-12"] == "2025-01-10"
    assert starts["samordning.2024-Q3"] == "2024-10-02T11:00:00Z"
    assert starts["cykelmarkning.2025-06-05"] == "2025-06-05T14:00:00Z"


HARD = {
    "escapes": "Komma, semikolon; bakstreck \\ och \\n som text",
    "lines": "Två\nrader",
    "emoji": "🕯️" * 40,
    "folds": "å" * 75,
    "quotes": 'Citat "x" och kolon: x=y',
    "signs": "a\u00a0b – ”c”",
}


@every_client
@pytest.mark.parametrize("when", ["2024-03-31 03:00", "2024-10-27 02:30-03:30", "2024-02-29", "2024-12-31/2025-01-02"])
@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_any_text_and_any_time_arrive_as_written(client, when, text, tmp_path):
    day = date(2024, 1, 1)
    happening = ics.Happening(
        uid="p.a.k@x.example",
        title=" ".join(text.split()),
        span=parse_when(when),
        page="https://x.example/#a",
        description=text,
        place=" ".join(text.split()),
        categories=(" ".join(text.split()), "b"),
        created=day,
        changed=day,
        decisions=0,
        is_cancelled=False,
    )
    file = tmp_path / "a.ics"
    file.write_bytes(ics.write([ics.event(happening)], None))
    assert len(unfolded(file)) > 20
    ((_, (found,)),) = client([file])
    assert found["summary"] == found["place"] == happening.title
    assert found["description"] == f"{text}\nhttps://x.example/#a"
    assert (found["start"], found["end"]) == in_utc(when)


# --- Somebody who subscribes


PLAN = Path("tests/sites/exempelby/pledges/2024-2025/kommunikationsplan.yml")
WALK = "2024-2025.trygghetsvandring.2025-10-26@exempelby.example"


def decide(root, decision, activity="trygghetsvandring"):
    """Write a decision into the plan of a copy of Exempelby, last among the activity's."""
    file = root / PLAN
    before, own, after = re.fullmatch(
        rf"(.*?)(  - id: {activity}\n.*?)((?:\n  - id: .*)?)", file.read_text("utf-8"), re.DOTALL
    ).groups()
    own += "" if "    ändringar:\n" in own else "    ändringar:\n"
    file.write_text(f"{before}{own.rstrip()}\n      - {{{decision}}}\n{after}", "utf-8")


@pytest.fixture
def copy(tmp_path):
    """Return a copy of Exempelby to write in."""
    building.copy_exempelby(tmp_path / "project")
    return tmp_path / "project"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def subscriber(tmp_path):
    """Return a folder to serve, a function that syncs it with vdirsyncer, and one that asks khal about a day.

    vdirsyncer knows what it fetches over HTTP by its content: what has changed is one item less and one more.
    """
    web, mine = tmp_path / "web", tmp_path / "mine"
    for folder in (web, mine):
        folder.mkdir()
    handler = functools.partial(_Quiet, directory=web)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    (tmp_path / "vdirsyncer.conf").write_text(
        f'[general]\nstatus_path = "{tmp_path / "status"}"\n'
        '[pair plan]\na = "web"\nb = "mine"\ncollections = null\nconflict_resolution = "a wins"\n'
        '[storage web]\ntype = "http"\n'
        f'url = "http://127.0.0.1:{server.server_port}/kalender.ics"\n'
        f'[storage mine]\ntype = "filesystem"\npath = "{mine}"\nfileext = ".ics"\n',
        "utf-8",
    )
    (tmp_path / "khal.conf").write_text(
        f"[calendars]\n[[plan]]\npath = {mine}\n[sqlite]\npath = {tmp_path / 'khal.db'}\n"
        "[locale]\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        "default_timezone = Europe/Stockholm\nlocal_timezone = Europe/Stockholm\n",
        "utf-8",
    )

    def run(name, *arguments):
        command = [clients_setup.BIN / name, "--config", tmp_path / f"{name}.conf", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def sync():
        files = {file.name: file.read_bytes() for file in mine.iterdir()}
        log = [line.split()[0] for line in run("vdirsyncer", "sync").splitlines() if line != "Syncing plan"]
        now = {file.name: file.read_bytes() for file in mine.iterdir()}
        assert log.count("Copying") == len(now.items() - files.items())
        assert log.count("Deleting") == len(files.items() - now.items())
        assert len(log) == log.count("Copying") + log.count("Deleting")
        return log.count("Copying"), log.count("Deleting")

    def ask(day):
        found = run("khal", "list", "--day-format", "", "--format", "{start} {cancelled}{title}", day, "1d")
        return [line for line in found.splitlines() if line]

    run("vdirsyncer", "discover")
    yield web, sync, ask
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_subscriber_gets_each_occurrence_once_and_then_only_what_changes(copy, subscriber, tmp_path):
    web, sync, ask = subscriber

    def publish():
        built = building.build(copy / "tests/sites/exempelby/mkdocs.yml", tmp_path / "built", "2025-05-15")
        shutil.copy(built / "kalender.ics", web)
        return len(events(built / "kalender.ics"))

    assert sync_first(publish, sync) == (0, 0)
    assert ask("2024-12-03") == ["2024-12-03 17:00 CANCELLED INSTÄLLT: Trygghetsvandring"]
    assert ask("2025-10-26") == ["2025-10-26 16:00 Trygghetsvandring"]

    decide(copy, 'tillfälle: 2025-10-26, beslutad: 2025-05-15, flyttad_till: "2025-10-29 16:00-18:00"')
    publish()
    assert sync() == (1, 1)
    assert ask("2025-10-26") == []
    assert ask("2025-10-29")[0].endswith("Fältare varje kväll på höstlovet")
    assert ask("2025-10-29")[1:] == ["2025-10-29 16:00 Trygghetsvandring"]

    decide(copy, "tillfälle: 2025-10-26, beslutad: 2025-05-15, inställd: Halka.")
    publish()
    assert sync() == (1, 1)
    assert ask("2025-10-29")[1:] == ["2025-10-29 16:00 CANCELLED INSTÄLLT: Trygghetsvandring"]


def sync_first(publish, sync):
    """Fetch everything, publish again with nothing changed, and return what the second fetch brought."""
    count = publish()
    assert sync() == (count, 0)
    publish()
    return sync()


# --- A series of decisions


def state_of(root, today):
    """Return UID → what a calendar says of it on a day: sequence, and what the sequence must follow."""
    project = read_project(root / "tests/sites/exempelby/mkdocs.yml")
    made = Calendars(Views(read_catalog(project), date.fromisoformat(today)), project)
    found = {}
    for each in icalendar.Calendar.from_ical(made.every[0][1]).events:
        what = (instant(each.start), instant(each.end), str(each["STATUS"]), str(each["SUMMARY"]))
        found[str(each["UID"])] = (int(each["SEQUENCE"]), instant(each.DTSTAMP), *what, str(each.get("LOCATION", "")))
    return found


def test_uids_never_change_and_sequence_rises_with_each_decision_and_nothing_else(copy):
    series = [
        ("2025-05-16", 'beslutad: 2025-05-16, flyttad_till: "2025-10-27 16:00-18:00"', "2025-10-27T15:00:00Z"),
        ("2025-05-19", 'beslutad: 2025-05-18, flyttad_till: "2025-11-03 16:00-18:00"', "2025-11-03T15:00:00Z"),
        ("2025-05-20", "beslutad: 2025-05-20, titel: Höstens sista vandring", "Höstens sista vandring"),
        ("2025-06-02", "beslutad: 2025-06-01, plats: Provtorget", "Provtorget"),
        ("2025-06-03", "beslutad: 2025-06-03, not: Ta med en lampa.", ""),
        ("2025-06-04", "beslutad: 2025-06-04, flyttad_till: 2025-11", "CANCELLED"),
        ("2025-06-05", "beslutad: 2025-06-05, flyttad_till: 2025-11-20", "2025-11-20"),
        ("2025-06-06", "beslutad: 2025-06-06, inställd: Ingen kan leda den.", "INSTÄLLT: Höstens sista vandring"),
        ("2025-06-09", 'beslutad: 2025-06-08, flyttad_till: "2025-11-20 16:00"', "2025-11-20T15:00:00Z"),
    ]
    before = state_of(copy, "2025-05-15")
    for today, decision, told in series:
        calm = state_of(copy, today)
        assert calm.keys() >= before.keys()
        decide(copy, f"tillfälle: 2025-10-26, {decision}")
        after = state_of(copy, today)
        assert after.keys() == calm.keys()
        assert {uid: each for uid, each in after.items() if uid != WALK} == {
            uid: each for uid, each in calm.items() if uid != WALK
        }
        assert after[WALK][0] == calm[WALK][0] + 1 == before[WALK][0] + 1
        assert after[WALK][1] > before[WALK][1]
        assert told in (*after[WALK], "")
        before = after


def test_sequence_and_stamp_never_fall_from_day_to_day_and_a_change_raises_them(project):
    catalog, seen = read_catalog(project("exempelby")), {}
    for number in range(0, 760, 15):
        today = date(2024, 1, 1) + timedelta(days=number)
        made = Calendars(Views(catalog, today), project("exempelby")).every[0][1]
        found = {}
        for event in re.findall(r"BEGIN:VEVENT.*?END:VEVENT", made.decode(), re.DOTALL):
            found[re.search(r"UID:(.*)", event)[1]] = event
        assert found.keys() >= seen.keys()
        for uid, old in seen.items():
            was, now = (
                (int(re.search(r"SEQUENCE:(\d+)", event)[1]), re.search(r"DTSTAMP:(.*)", event)[1])
                for event in (old, found[uid])
            )
            assert now == was if found[uid] == old else now[0] > was[0] and now[1] >= was[1]
        seen = found
    assert len(seen) > 40
