"""The communicator's commands: what they ask, write, tell and refuse."""

import ast
import errno
import importlib
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies

import building
import casefiles
import html_text
from foljmed import swedish
from foljmed.cli import main
from foljmed.plain_yaml import write
from foljmed.problems import GROUPS, refused
from foljmed.reader import read_catalog
from foljmed.settings import read_project
from foljmed.source import read_markdown

TODAY = "2021-09-01"
PERIOD = "pledges/2021-2022"
FIRST_WALK = f"{PERIOD}/vandringar/2021-04-15-forsta-vandringen.md"
# What is needed, so that nothing is asked.
NEEDED = ("--title", "Nya bänkar", "--by", "kommunen", "--type", "aktivitet")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Return a function that runs a command in a small project on 1 September 2021."""
    casefiles.Case("base", "", (), ()).lay(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOLJMED_TODAY", TODAY)
    return lambda *arguments, answers="": CliRunner().invoke(main, list(map(str, arguments)), input=answers)


def update(path):
    """Return the update that a file holds, read as the site reads it."""
    catalog = read_catalog(read_project(Path("mkdocs.yml")))
    return next(each for each in catalog.all_updates() if each.source.path == path)


def files():
    return {path.as_posix(): path.read_bytes() for path in Path("pledges").rglob("*") if path.is_file()}


# --- foljmed new


def test_an_update_by_options_is_whole(desk):
    done = desk(
        *("new", "--pledge", "vandringar", "--title", "Andra vandringen: hamnen", "--by", "polisen,kommunen"),
        *("--type", "resultat", "--status", "delvis genomfört", "--reason", "Hamnen återstår", "--happened", "2021-08"),
        *(
            "--value",
            "deltagare=1 200",
            "--source",
            "Rapporten #2 https://provby.example/r?a=1",
            "--source",
            "Egen uppgift",
        ),
        *("--also", "belysning", "--text", "Vi gick runt hamnen.", "--date", "2021-08-30"),
    )
    assert done.exit_code == 0, done.output
    path = f"{PERIOD}/vandringar/2021-08-30-andra-vandringen-hamnen.md"
    assert done.stdout == f"{path}\n"
    found = update(path)
    assert (found.file.title, found.file.by) == ("Andra vandringen: hamnen", ("polisen", "kommunen"))
    assert (found.file.status, found.file.reason) == ("delvis genomfört", "Hamnen återstår")
    assert found.file.values == {"deltagare": 1200}
    assert [(each.title, each.url) for each in found.file.sources] == [
        ("Rapporten #2", "https://provby.example/r?a=1"),
        ("Egen uppgift", None),
    ]
    assert found.file.also == ("belysning",)
    assert not found.file.draft
    assert "Vi gick runt hamnen." in found.text.html
    assert desk("check").exit_code == 0


def test_what_is_missing_is_asked_for_in_the_order_of_the_file(desk):
    answers = [
        "9",
        "1",
        "",
        "Ny vandring",
        "1, 2",
        "resultat",
        "2021-08-20",
        "7",
        "Hamnen återstår",
        "Egen uppgift: kommunen",
        "",
    ]
    done = desk("new", answers="\n".join([*answers, "Vi gick.", ""]))
    assert done.exit_code == 0, done.output
    found = update(f"{PERIOD}/vandringar/{TODAY}-ny-vandring.md")
    assert (found.file.by, found.file.kind, found.file.status) == (
        ("kommunen", "polisen"),
        "resultat",
        "delvis genomfört",
    )
    assert str(found.file.happened) == "2021-08-20"
    assert found.file.reason == "Hamnen återstår"
    assert found.file.sources[0].title == "Egen uppgift: kommunen"
    assert "”9” finns inte i listan. Svara med ett nummer från 1 till 4." in done.stderr
    order = [
        "Vad handlar",
        "Rubrik",
        "Vem berättar?",
        "slags uppdatering",
        "När hände",
        "status",
        "Vad återstår",
        "Källa",
        "Texten",
    ]
    assert sorted(order, key=done.stderr.index) == order


def test_an_occurrence_that_waits_is_offered(desk):
    done = desk("new", "--pledge", "vandringar", "--date", "2021-09-25", answers="Vandring\n\n1\n\n\n1\nVi gick.\n")
    assert done.exit_code == 0, done.output
    assert update(f"{PERIOD}/vandringar/2021-09-25-vandring.md").file.fulfils == ("vandring@2021-09-15",)


def test_without_text_it_becomes_a_draft_that_says_so(desk):
    done = desk("new", "--pledge", "belysning", *NEEDED)
    found = update(f"{PERIOD}/belysning/{TODAY}-nya-bankar.md")
    assert found.file.draft
    assert "SKRIV HÄR" in done.stderr
    assert "tar bort raden utkast: true" in done.stderr
    written = Path(found.source.path).read_text("utf-8")
    Path(found.source.path).write_text(written.replace("utkast: true\n", ""), "utf-8")
    assert "SKRIV HÄR" in desk("check").stdout


def test_comments_name_what_else_can_be_said_here_and_can_be_used(desk):
    desk("new", "--pledge", "vandringar", *NEEDED, "--text", "Så var det.", "--date", "2021-09-25")
    path = Path(f"{PERIOD}/vandringar/2021-09-25-nya-bankar.md")
    written = path.read_text("utf-8")
    for key in ("hände", "status", "gäller", "värden", "källor", "uppfyller"):
        assert f"\n# {key}: " in written
    written = written.replace("gäller: region\n", "gäller: provby\n").replace(", trygghet: SKRIV HÄR", "")
    written = written.replace("\n# ", "\n").replace("Valfritt.", "# Valfritt.")
    path.write_text(written.replace("\nutkast: true", ""), "utf-8")
    assert desk("check").stdout.count("SKRIV HÄR”") == 3  # nobody publishes an example by mistake
    written = written.replace("deltagare: SKRIV HÄR", "deltagare: 3")
    written = written.replace("SKRIV HÄR adressen", "https://provby.example/").replace("SKRIV HÄR ", "")
    path.write_text(written, "utf-8")
    assert update(path.as_posix()).file.fulfils == ("vandring@2021-09-15",)


def test_background_is_asked_and_offered_only_what_it_may_hold(desk):
    pledge = Path(f"{PERIOD}/vandringar/lofte.md")
    measure = "  - {id: vandringar, namn: Vandringar, enhet: vandringar, typ: antal}\n"
    pledge.write_text(pledge.read_text("utf-8").replace("mått:\n", f"mått:\n{measure}"), "utf-8")
    done = desk("new", "--pledge", "vandringar", "--date", "2021-09-25", answers="Fakta\n\nbakgrund\n\nSå är det.\n")
    assert done.exit_code == 0, done.output
    written = Path(f"{PERIOD}/vandringar/2021-09-25-fakta.md").read_text("utf-8")
    assert "\n# värden: {deltagare: SKRIV HÄR, trygghet: SKRIV HÄR}\n" in written
    assert "status" not in written
    assert "uppfyller" not in written


def test_one_for_every_pledge(desk):
    done = desk("new", "--each", "--title", "Halvårsrapport", "--type", "information")
    assert "i filerna" in done.stderr
    names = [f"{PERIOD}/{pledge}/{TODAY}-halvarsrapport.md" for pledge in ("vandringar", "belysning", "skolvagar")]
    assert done.stdout.split() == names
    assert [update(name).file.by for name in names] == [("kommunen", "polisen"), ("kommunen",), ("kommunen", "polisen")]


def test_all_are_written_or_none(desk):
    Path(f"{PERIOD}/skolvagar/{TODAY}-halvarsrapport.md").write_bytes(
        b"---\ntitel: x\nav: polisen\ntyp: beslut\n---\nx\n"
    )
    before = files()
    done = desk("new", "--each", "--title", "Halvårsrapport", "--type", "information")
    assert done.exit_code == 1
    assert "skolvagar/2021-09-01-halvarsrapport.md:1: Filen finns redan." in done.stdout
    assert files() == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--status", "pausat"), "behöver ett skäl"),
        (("--value", "deltagre=3"), "Menade du ”deltagare”?"),
        (("--happened", "2021-10"), "efter dagen i filnamnet"),
        (("--text", "Ring 19900101-2385."), "personnummer"),
        (("--fulfils", "vandrign"), "Menade du ”vandring"),
        (("--place", "månen"), "finns inte bland"),
    ],
)
def test_what_would_not_be_right_is_not_written(desk, more, words):
    before = files()
    done = desk("new", "--pledge", "vandringar", *NEEDED, *more)
    assert done.exit_code == 1
    assert words in done.stdout
    assert "Ingenting har sparats" in done.stderr
    assert files() == before


def test_a_colleagues_broken_file_stops_nobody(desk):
    Path(FIRST_WALK).write_text("---\ntyp: ?\n---\n", "utf-8")
    done = desk("new", "--pledge", "belysning", *NEEDED, "--text", "Klart.")
    assert done.exit_code == 0, done.output
    assert Path(f"{PERIOD}/belysning/{TODAY}-nya-bankar.md").is_file()


def test_a_warning_is_told_with_what_was_written(desk):
    done = desk("new", "--pledge", "vandringar", *NEEDED, "--text", "Skriv till nils@privat.example.")
    assert done.exit_code == 0
    assert "Varning: Här står en e-postadress" in done.stderr


def test_the_editor_is_opened_if_asked(desk, monkeypatch, tmp_path):
    editor = tmp_path / "editor.py"
    editor.write_text("import sys\nopen(sys.argv[1], 'a').write('Tillägg.\\n')\n", "utf-8")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    assert desk("new", "--pledge", "vandringar", *NEEDED, "--text", "Klart.", "--edit").exit_code == 0
    assert "Tillägg." in update(f"{PERIOD}/vandringar/{TODAY}-nya-bankar.md").text.html


def test_it_works_in_any_folder_of_the_repository(desk, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path / PERIOD / "vandringar")
    done = desk("new", "--pledge", "vandringar", *NEEDED, "--text", "Klart.")
    assert done.stdout.strip() == f"{PERIOD}/vandringar/{TODAY}-nya-bankar.md"
    assert (tmp_path / done.stdout.strip()).is_file()


def test_a_number_of_a_person_is_refused_where_it_is_answered(desk):
    done = desk("new", "--pledge", "belysning", answers="Bänk för 19900101-2385\nNya bänkar\n\n1\n\n\nKlart.\n")
    assert done.exit_code == 0, done.output
    assert "Här står något som ser ut som ett personnummer" in done.stderr
    assert update(done.stdout.strip()).file.title == "Nya bänkar"


def test_a_list_speaks_of_what_stands_in_it(desk):
    done = desk("new", "--pledge", "vandringar", answers="Bänkar\npolis\nPolisen i Provby\nAKTIVITET\n\n\n\nKlart.\n")
    assert done.exit_code == 0, done.output
    assert "Nummer, med komma mellan [1, 2]:" in done.stderr
    assert "”polis” finns inte i listan. Svara med ett nummer från 1 till 2." in done.stderr
    assert update(done.stdout.strip()).file.by == ("polisen",)


def test_capitals_and_repeats_are_no_fault(desk):
    more = ("--by", "kommunen,polisen", "--by", "kommunen", "--status", "Pågår", "--type", "Beslut", "--text", "X.")
    found = update(desk("new", "--pledge", "vandringar", "--title", "X", *more).stdout.strip())
    assert (found.file.by, found.file.status, found.file.kind) == (("kommunen", "polisen"), "pågår", "beslut")
    assert "”nyhet” går inte att välja. Välj bland aktivitet, resultat" in desk("new", "--type", "nyhet").stderr


def test_several_pledges_continue_with_commas_too(desk):
    dates = ("--title", "Löften", "--first", "2025-01-01", "--last", "2025-12-31")
    last = Path("pledges/2023-2024/vandringar/lofte.md")
    Path("pledges/2023-2024/lampor").mkdir()
    Path("pledges/2023-2024/lampor/lofte.md").write_text(
        last.read_text("utf-8").replace("nummer: 1", "nummer: 2"), "utf-8"
    )
    done = desk("new", "period", *dates, "--continue", "vandringar,lampor")
    assert done.exit_code == 0, done.output
    assert len(done.stdout.split()) == 3


def test_an_editor_that_is_not_there_is_told_in_swedish(desk, monkeypatch):
    monkeypatch.setenv("EDITOR", "/finns-inte")
    done = desk("new", "--pledge", "vandringar", *NEEDED, "--text", "Klart.", "--edit")
    assert "/finns-inte gick inte att starta" in done.stderr or "/finns-inte avslutades med ett fel" in done.stderr


def test_a_file_of_settings_that_is_not_there_is_named_in_full(desk):
    assert desk("check", "--config", "/finns/inte.yml").stdout.startswith("/finns/inte.yml:1: Filen saknas")


@pytest.mark.parametrize("before", ["", "./", "../vandringar/"])
def test_a_file_is_found_from_its_own_folder(before, desk, monkeypatch):
    monkeypatch.chdir(f"{PERIOD}/vandringar")
    name = f"{before}{Path(FIRST_WALK).name}"
    assert desk("new", "correction", name, "--title", "X", "--text", "Y.").exit_code == 0
    assert desk("withdraw", name, "--reason", "Fel löfte").exit_code == 0


def test_a_file_that_can_not_be_read_is_not_said_to_be_missing(desk):
    for path in (FIRST_WALK, f"{PERIOD}/skolvagar/lofte.md"):
        Path(path).write_text("---\ntyp: ?\n---\n", "utf-8")
    assert f"{FIRST_WALK} går inte att läsa. Kör foljmed check" in desk("withdraw", FIRST_WALK, "--reason", "x").stderr
    told = desk("show", "skolvagar").stderr
    assert f"{PERIOD}/skolvagar/lofte.md går inte att läsa." in told
    assert "Innehållet har" in told
    Path(f"{PERIOD}/period.md").write_text("---\ntitel: ?\n---\n", "utf-8")
    assert f"{PERIOD}/period.md går inte att läsa." in desk("show", "2021-2022/vandringar").stderr


def test_what_only_another_period_has_is_found_without_its_name(desk, monkeypatch):
    monkeypatch.setenv("FOLJMED_TODAY", "2023-01-02")
    lamps = "belysning/2021-06-01-nya-lampor"
    assert "Bättre belysning" in desk("show", "belysning").stdout
    assert "nästa period" not in desk("show", "vandringar").stdout
    done = desk("new", "correction", lamps, "--title", "Rättelse: femtio", "--text", "Femtio.")
    assert done.stdout.strip() == f"{PERIOD}/belysning/2023-01-02-rattelse-femtio.md"
    assert desk("new", "--pledge", "belysning", *NEEDED, "--text", "Klart.").stdout.startswith(f"{PERIOD}/belysning/")
    assert desk("withdraw", lamps, "--reason", "Fel löfte").exit_code == 0
    assert desk("new", "--pledge", "vandringar", *NEEDED, "--text", "X.").stdout.startswith("pledges/2023-2024/")


def test_what_several_other_periods_have_is_asked_for_by_their_names(desk, monkeypatch):
    monkeypatch.setenv("FOLJMED_TODAY", "2023-01-02")
    folder = Path("pledges/2019-2020/belysning")
    folder.mkdir(parents=True)
    text = Path("pledges/2023-2024/period.md").read_text("utf-8")
    folder.with_name("period.md").write_text(text.replace("2023", "2019").replace("2024", "2020"), "utf-8")
    for file in Path(f"{PERIOD}/belysning").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    pledges = "”2019-2020/belysning” eller ”2021-2022/belysning”"
    assert f"”belysning” finns i flera perioder. Menade du {pledges}?" in desk("show", "belysning").stderr
    told = desk("withdraw", "belysning/2021-06-01-nya-lampor", "--reason", "x").stderr
    assert pledges.replace("ing”", "ing/2021-06-01-nya-lampor”") in told
    assert desk("show", "2019-2020/belysning").exit_code == 0


@pytest.mark.parametrize("name", ["vandringar/lofte.md", f"{PERIOD}/vandringar/lofte", "kommunikationsplan.yml"])
def test_only_updates_are_withdrawn_or_corrected(desk, name):
    for command in (("withdraw", name, "--reason", "x"), ("new", "correction", name)):
        assert f"”{name}” är ingen uppdatering. Bara uppdateringar" in desk(*command).stderr


# --- foljmed new correction


def test_a_correction_takes_over_what_still_holds(desk):
    done = desk("new", "correction", "vandringar/2021-04-15-forsta-vandringen", answers="\n12\n\nDet var 12.\n")
    assert done.exit_code == 0, done.output
    found, wrong = update(done.stdout.strip()), update(FIRST_WALK)
    assert found.file.title == f"Rättelse av ”{wrong.file.title}”"
    assert (found.file.corrects, found.file.by, found.file.kind) == (wrong.id, wrong.file.by, wrong.file.kind)
    assert found.file.values["deltagare"] == 12
    assert str(found.file.happened) == "2021-04-14"


def test_a_correction_of_the_same_day_comes_after_what_it_corrects(desk):
    desk("new", "--pledge", "belysning", "--title", "Ö-lampor", *NEEDED[2:], "--text", "Fem lampor.")
    wrong = f"belysning/{TODAY}-o-lampor"
    done = desk("new", "correction", wrong, "--title", "Annat antal lampor", "--text", "Sex lampor.")
    assert done.exit_code == 0, done.output
    assert update(done.stdout.strip()).order > update(f"{PERIOD}/{wrong}.md").order


def test_a_correction_of_the_same_day_has_room_after_a_long_headline(desk):
    title = "Trygghetsvandring i Norrängen lockade många deltagare och barn"
    wrong = desk("new", "--pledge", "belysning", "--title", title, *NEEDED[2:], "--text", "Fem.").stdout.strip()
    done = desk("new", "correction", wrong, "--title", "Annat antal", "--text", "Sex.")
    assert done.exit_code == 0, done.output
    assert update(done.stdout.strip()).order > update(wrong).order


def test_the_latest_updates_are_offered_for_correction(desk):
    done = desk("new", "correction", answers="3\n\n\n\nDet var fel.\n")
    assert done.exit_code == 0, done.output
    assert update(done.stdout.strip()).file.corrects == "2021-04-15-forsta-vandringen"


# --- foljmed withdraw


def test_withdrawing_leaves_a_notice_and_nothing_of_the_text(desk):
    done = desk(
        "withdraw", "vandringar/2021-04-15-forsta-vandringen", "--reason", "Fel löfte: skulle stått hos polisen"
    )
    assert done.exit_code == 0, done.output
    found = update(FIRST_WALK)
    assert found.file.withdrawn.reason == "Fel löfte: skulle stått hos polisen"
    assert found.file.withdrawn.date == date(2021, 9, 1)
    assert set(found.source.values) == {"av", "typ", "tillbakadraget"}
    assert not Path(f"{PERIOD}/vandringar/vandring.jpg").exists()
    assert "vandring.jpg (borttagen)" in done.stdout
    assert "finns kvar i gits historik" in done.stderr
    assert desk("check").exit_code == 0


def test_withdrawing_leaves_an_image_that_a_file_shows_which_cannot_be_read_yet(desk):
    text = "---\ntitel: Samma bild: igen\nav: kommunen\ntyp: aktivitet\n---\n\n![Vandring](vandring.jpg)\n"
    Path(f"{PERIOD}/vandringar/{TODAY}-samma-bild.md").write_text(text, "utf-8")
    desk("withdraw", "vandringar/2021-04-15-forsta-vandringen", "--reason", "Fel löfte")
    assert Path(f"{PERIOD}/vandringar/vandring.jpg").exists()


def test_withdrawing_names_the_corrections_that_remain(desk):
    given = ("--title", "Rättelse: tio gick med", "--text", "Tio.")
    first = desk("new", "correction", FIRST_WALK, "--date", "2021-08-01", *given).stdout.strip()
    again = desk("new", "correction", first, "--date", "2021-08-02", *given).stdout.strip()
    told = [desk("withdraw", FIRST_WALK, "--reason", "Fel löfte").stderr]
    told += [desk("withdraw", first, "--reason", "Fel löfte").stderr]
    refs = [path.removeprefix("pledges/").removesuffix(".md") for path in (first, again)]
    assert [re.findall("Ska den också bort: foljmed withdraw (.+)", each) for each in told] == [refs, refs[1:]]
    assert told[0].count("Rättelsen ”Rättelse: tio gick med” står kvar") == 2
    assert "Rättelsen" not in desk("withdraw", again, "--reason", "Fel löfte").stderr


def refuse(*_):
    raise OSError(errno.ENOSPC, "No space left on device", "x")


def test_what_the_system_refuses_is_told_in_words_and_leaves_no_half_file(desk, monkeypatch):
    monkeypatch.setattr(Path, "replace", refuse)
    before = files()
    done = desk("new", "--pledge", "belysning", "--title", "Lampor", *NEEDED[2:], "--text", "Fem lampor.")
    assert "Datorn säger: No space left on device" in done.stderr
    assert done.exit_code == 1
    assert files() == before


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied", "pledges/2021/.period.md.new"), "pledges/2021/period.md. D"),
        (OSError(18, "Cross-device link", ".period.md.new", None, "period.md"), "period.md. D"),
        (PermissionError(13, "Permission denied", "/srv/foljmed-source/.cache"), "/srv/foljmed-source/.cache. D"),
        (OSError(28, "No space left on device"), "en fil. Datorn säger: No space left on device"),
    ],
)
def test_what_the_system_refuses_is_named_as_people_know_it(error, told):
    assert f"läsa eller spara {told}" in refused(error).at("", 1).message


def test_a_reason_is_looked_through_before_anything_is_written(desk):
    before = files()
    done = desk("withdraw", FIRST_WALK, "--reason", "\ufeffFel löfte")
    assert "osynligt tecken" in done.stderr
    done = desk("withdraw", FIRST_WALK, "--reason", "Gällde 19900101-2385")
    assert done.exit_code == 1
    assert "personnummer" in done.stderr
    assert files() == before
    done = desk("withdraw", FIRST_WALK, "--reason", "Fråga nils@privat.example")
    assert done.exit_code == 0
    assert "Varning: Här står en e-postadress" in done.stderr


def test_an_image_that_another_text_shows_stays(desk):
    desk("new", "--pledge", "vandringar", *NEEDED, "--text", "![Vägen i höstsol](vandring.jpg)")
    assert desk("withdraw", FIRST_WALK, "--reason", "Fel löfte").exit_code == 0
    assert Path(f"{PERIOD}/vandringar/vandring.jpg").is_file()
    assert desk("check").exit_code == 0


# --- foljmed new pledge, new period


def test_a_pledge_waits_for_its_words(desk):
    done = desk("new", "pledge", "--title", "Trygga cykelvägar", "--goal", "centrum", "--by", "kommunen")
    assert done.exit_code == 0, done.output
    path = Path(f"{PERIOD}/trygga-cykelvagar/lofte.md")
    assert done.stdout.strip() == path.as_posix()
    assert "SKRIV HÄR" in done.stderr
    assert "utkast" not in done.stderr
    assert desk("check").stdout.count("SKRIV HÄR") == 2
    written = path.read_text("utf-8").replace("SKRIV HÄR", "")
    path.write_text(written, "utf-8")
    assert desk("check").exit_code == 0
    assert read_catalog(read_project(Path("mkdocs.yml"))).periods[0].pledges[-1].file.number == 4


@pytest.mark.parametrize(("today", "is_told"), [("2021-01-31", False), ("2021-02-01", True), ("2023-01-20", False)])
def test_since_when_reports_are_counted_is_told_when_some_would_be_missing(desk, monkeypatch, today, is_told):
    monkeypatch.setenv("FOLJMED_TODAY", today)
    done = desk("new", "pledge", "--title", "Trygga cykelvägar", "--goal", "centrum", "--by", "kommunen")
    assert done.exit_code == 0, done.output
    assert ("redovisas_varje räknas från dokumentets datum, 15 december 2020" in done.stderr) == is_told
    assert (f"tillagd: {today}" in done.stderr) == is_told


def test_a_period_goes_on_from_the_last(desk):
    done = desk("new", "period", answers="Medborgarlöften 2025–2026\n2025-01-01\n2026-12-31\n\nalla\n")
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == ["pledges/2025-2026/period.md", "pledges/2025-2026/vandringar/lofte.md"]
    for path in done.stdout.split():
        Path(path).write_text(Path(path).read_text("utf-8").replace("SKRIV HÄR", ""), "utf-8")
    assert desk("check").exit_code == 0
    before, after = read_catalog(read_project(Path("mkdocs.yml"))).periods[-2:]
    assert after.pledges[0].file.continues == before.pledges[0].ref
    assert (after.file.parties, after.file.places) == (before.file.parties, before.file.places)


def test_a_period_s_days_and_folder_are_asked_for_again_while_they_can_not_be(desk):
    taken = PERIOD.rsplit("/", 1)[1]
    days = "2024-12-31\n2025-01-01\n2024-12-31\n2026-12-31"
    done = desk("new", "period", answers=f"Löften\n{days}\n{taken}\n2025 26\n\n\n")
    assert "Perioden börjar 31 december 2024, men 2023-2024 pågår till och med 31 december 2024." in done.stderr
    assert "Perioden slutar 31 december 2024, innan den börjar 1 januari 2025." in done.stderr
    assert f"Mappen {taken} finns redan." in done.stderr
    assert "går inte att använda som id" in done.stderr
    assert done.stdout.split() == ["pledges/2025-2026/period.md"]
    needed = ("new", "period", "--title", "Löften", "--id", "2030", "--first", "2030-12-31", "--last", "2030-01-01")
    assert "innan den börjar" in desk(*needed).stderr
    assert not Path("pledges/2030").exists()


def test_a_pledge_whose_folder_is_taken_is_told_so_before_the_rest_is_asked(desk):
    done = desk("new", "pledge", answers="Vandringar\n")
    assert "Mappen vandringar finns redan." in done.stderr
    assert "Vilket mål" not in done.stderr


def test_the_first_period_of_all(desk, tmp_path):
    for folder in (tmp_path / "pledges").iterdir():
        for file in sorted(folder.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        folder.rmdir()
    Path("pledges/2021").mkdir()
    done = desk("new", "period", "--title", "Löften", "--first", "2021-01-01", "--last", "2021-12-31")
    path = Path("pledges/2021/period.md")
    assert done.stdout.strip() == path.as_posix()
    assert "inte en hel webbadress" not in done.output
    asked = {int(line.split(":")[1]) for line in done.stderr.splitlines() if line.startswith(path.as_posix())}
    lines = path.read_text("utf-8").replace("\n# ", "\n").split("\n")
    invented = {number for number, line in enumerate(lines, 1) if "SKRIV HÄR" in line}
    assert asked < invented  # what is optional is a comment, and asks as soon as it is none
    known = ("Löften", "2021-01-01", "2021-12-31", "kommunen", "polisen", "trygghet", "https://polisen.se/")
    values = [line for line in lines if re.search(r": \S", line) and "SKRIV HÄR" not in line]
    assert [line for line in values if not line.endswith(known) and "Valfritt" not in line] == []


def test_an_empty_folder_is_taken_for_a_pledge_and_another_is_not(desk):
    needed = ("new", "pledge", "--id", "cykelvagar", "--title", "X", "--goal", "centrum", "--by", "kommunen")
    folder = Path(f"{PERIOD}/cykelvagar")
    folder.mkdir()
    assert desk(*needed).exit_code == 0
    assert (folder / "lofte.md").is_file()
    assert "Mappen cykelvagar finns redan." in desk(*needed).stderr


@pytest.mark.parametrize("command", ["pledge", "update"])
def test_every_comment_that_is_no_fact_asks_when_it_is_used(desk, command):
    if command == "pledge":
        done = desk("new", "pledge", "--title", "Cykelvägar", "--goal", "centrum", "--by", "kommunen")
    else:
        done = desk("new", "--pledge", "belysning", *NEEDED, "--text", "Så var det.")
    text = Path(done.stdout.strip()).read_text("utf-8")
    optional = dict(re.findall(r"(?m)^# (\S+): (.*)$", text))
    facts = {key for key, example in optional.items() if "SKRIV HÄR" not in example}
    assert facts <= {"hände", "status", "gäller", "uppfyller", "utkast"}
    assert "exempel" not in text


# --- foljmed due, foljmed show


def due(name="exempelby", form="json", today=""):
    config = str(building.CONFIGS[name])
    env = {"FOLJMED_TODAY": today or building.TODAY[name]}
    return CliRunner(env=env).invoke(main, ["due", "--config", config, "--format", form])


def test_this_week_ends_on_sunday_and_the_next_four_on_a_sunday_too(desk):
    plan = Path(f"{PERIOD}/kommunikationsplan.yml")
    days = "2021-08-30, 2021-09-01, 2021-09-05, 2021-09-06, 2021-10-03, 2021-10-04"
    new = f"  - {{id: x, titel: Träff, ansvariga: kommunen, typ: möte, när: [{days}], tillagd: 2021-08-20}}\n"
    plan.write_text(plan.read_text("utf-8") + new, "utf-8")
    told = [each for each in json.loads(desk("due", "--format", "json").stdout) if each["what"].startswith("Träff")]
    assert [(each["when"], each["day"]) for each in told] == [
        ("this-week", "2021-09-01"),
        ("this-week", "2021-09-05"),
        ("next-four-weeks", "2021-09-06"),
        ("next-four-weeks", "2021-10-03"),
    ]


def test_due_tells_what_is_late_what_this_week_asks_for_and_the_next_four():
    found = json.loads(due().stdout)
    assert [each["when"] for each in found] == sorted(
        (each["when"] for each in found),
        key=["overdue", "this-week", "next-four-weeks", "period-ended"].index,
    )
    by_ref = {each["fulfils"]: each for each in found if each["fulfils"]}
    assert by_ref["manadsbrev@2024-07"]["day"] == "2024-08-14"
    assert by_ref["manadsbrev@2024-07"]["when"] == "overdue"
    assert by_ref["trafikvecka@2025-W20"] == {
        "when": "next-four-weeks",
        "day": "2025-06-01",
        "what": "Uppdatering om: Trafikvecka vid skolorna, vecka 20, 2025",
        "responsible": ["polisen"],
        "period": "2024-2025",
        "pledges": by_ref["trafikvecka@2025-W20"]["pledges"],
        "fulfils": "trafikvecka@2025-W20",
        "is_report": True,
    }
    assert all("2025-05-12" <= each["day"] < "2025-05-19" for each in found if each["when"] == "this-week")
    assert all("2025-05-19" <= each["day"] < "2025-06-16" for each in found if each["when"] == "next-four-weeks")


def test_due_says_what_the_parties_themselves_said():
    late = [each for each in json.loads(due().stdout) if each["when"] == "overdue" and not each["fulfils"]]
    assert [(each["what"], each["responsible"]) for each in late] == [
        ("Uppdatering för andra halvåret 2024: Medling för unga", ["kommunen"])
    ]


def test_due_in_markdown_is_a_list_to_tick_off_that_calls_nobody():
    text = due(form="markdown").stdout
    assert text.startswith("## Det här väntas, 15 maj 2025\n")
    assert "\n### Försenat\n\n- [ ] senast 14 augusti 2024: Uppdatering om: Månadsbrev" in text
    assert "`manadsbrev@2024-07`" in text
    assert due(form="text").stdout.count("uppfyller:") == text.count("uppfyller:")


def test_a_month_that_runs_is_due_in_each_of_its_weeks():
    assert "Den här veckan" in due("salem", "text", "2021-05-12").stdout
    assert "maj 2021" in due("salem", "text", "2021-05-12").stdout
    assert "maj 2021" not in due("salem", "text", "2021-06-02").stdout


def test_a_year_that_runs_is_due_in_its_first_week_and_its_last_five():
    days = {"2025-01-02": True, "2025-05-15": False, "2025-11-30": False, "2025-12-01": True, "2025-12-29": True}
    assert {day: "Temaår" in due(form="text", today=day).stdout for day in days} == days


def test_what_never_came_in_a_period_is_asked_for_some_weeks_after_it_was_to_come(desk, monkeypatch):
    plan = Path(f"{PERIOD}/kommunikationsplan.yml")
    text = plan.read_text("utf-8").replace("vänta_dagar: 14", "vänta_dagar: 90")
    new = (
        "  - {id: x, titel: Sist, ansvariga: kommunen, typ: möte, när: 2022-12, redovisas: true, tillagd: 2021-08-20}\n"
    )
    plan.write_text(text + new, "utf-8")

    def told(today):
        monkeypatch.setenv("FOLJMED_TODAY", today)
        found = json.loads(desk("due", "--format", "json").stdout)
        return [each["when"] for each in found if "Sist" in each["what"]]

    assert told("2023-03-31") == ["this-week"]
    assert told("2023-04-01") == told("2023-05-26") == ["period-ended"]
    assert told("2023-05-27") == []


def test_show_lists_what_due_lists_for_the_pledge():
    config = str(building.CONFIGS["exempelby"])
    env = {"FOLJMED_TODAY": "2025-06-01"}
    expected = [each for each in json.loads(due(today="2025-06-01").stdout) if each["fulfils"]]
    assert {"manadsbrev@2024-07", "klotterrapport@2024-Q3"} <= {each["fulfils"] for each in expected}
    for pledge in ("trygghetsvandringar", "klotter"):
        told = CliRunner(env=env).invoke(main, ["show", pledge, "--config", config]).stdout
        for each in expected:
            assert (f"uppfyller: {each['fulfils']}\n" in told) == (pledge in each["pledges"])


def test_a_terminal_of_another_encoding_shows_what_it_can():
    command = [Path(sys.executable).with_name("foljmed"), "show", "tobak"]
    env = building.environment("2021-06-01") | {"PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, cwd=building.ROOT, env=env, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Löfte" in done.stdout.decode("cp1252")


def test_nothing_due_is_said():
    assert "Ingenting är försenat" in due("salem", "text", "2024-01-03").stdout


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_could_not_be_read_is_not_said_to_be_nothing_due(desk, form):
    plan = Path("pledges/2021-2022/kommunikationsplan.yml")
    plan.write_text(f"<<<<<<< HEAD\n{plan.read_text('utf-8')}", "utf-8")
    told = desk("due", "--format", form).stdout
    assert "Innehållet har 1 problem, så allt kanske inte är med." in told
    assert "Ingenting är försenat" not in told


@pytest.mark.parametrize(
    ("pledge", "told"),
    [
        ("trygghetsvandringar", ["Pågår", "Sedan 17 april 2024", "Nästa uppdatering väntas senast 20 maj 2025."]),
        (
            "medling",
            [
                "Uppdateringen för andra halvåret 2024 är försenad. Den skulle ha kommit senast 31 december 2024.",
                "Nästa uppdatering väntas senast 30 juni 2025.",
            ],
        ),
    ],
)
def test_show_tells_the_same_as_the_page(site, pledge, told):
    env = {"FOLJMED_TODAY": building.TODAY["exempelby"]}
    config = str(building.CONFIGS["exempelby"])
    done = CliRunner(env=env).invoke(main, ["show", pledge, "--config", config])
    page = html_text.read(site("exempelby") / "2024-2025" / pledge / "index.html").text
    for words in told:
        assert words in done.stdout
        assert words in page


def test_show_of_a_silent_pledge_shows_the_silence(desk):
    done = desk("show", "2021-2022/skolvagar")
    assert "Ingen uppdatering publicerad" in done.stdout
    assert "Inget än" in done.stdout


# --- Messages


def test_every_message_of_the_commands_is_produced(desk, monkeypatch):
    asked = desk("new", answers="9\n")
    desk("withdraw", FIRST_WALK, "--reason", "x")
    Path(f"{PERIOD}/belysning/2021-12-01-sedan.md").write_text(
        "---\ntitel: S\nav: kommunen\ntyp: beslut\n---\nX\n", "utf-8"
    )
    Path("empty/pledges").mkdir(parents=True)
    Path("empty/mkdocs.yml").write_text(Path("mkdocs.yml").read_text("utf-8"), "utf-8")
    told = [
        asked,
        desk("new", "--title", " "),
        desk("show", "vandring"),
        desk("show", "2021/vandringar"),
        desk("new", "--each", "--pledge", "vandringar"),
        desk("new", "--pledge", "vandringar", "--value", "deltagare"),
        desk("withdraw", "vandringar/2021", "--reason", "x"),
        desk("withdraw", FIRST_WALK, "--reason", "x"),
        desk("withdraw", "belysning/2021-12-01-sedan", "--reason", "x"),
        desk("new", "pledge", "--id", "vandringar", "--title", "x", "--goal", "centrum", "--by", "kommunen"),
        desk("new", "--pledge", "belysning", *NEEDED, "--date", "2021-12-01", "--slug", "sedan"),
        desk("new", "--pledge", "belysning", "--config", "empty/mkdocs.yml"),
    ]
    with monkeypatch.context() as full:
        full.setattr(Path, "replace", refuse)
        told.append(desk("new", "--pledge", "belysning", *NEEDED, "--text", "Fem."))
    Path("empty/pledges/2030").mkdir()
    Path("empty/pledges/2030/period.md").write_bytes(Path(f"{PERIOD}/period.md").read_bytes())
    told.append(desk("new", "correction", "--config", "empty/mkdocs.yml"))
    for folder in ("a", "b"):
        lofte = Path(f"pledges/{folder}/belysning/lofte.md")
        lofte.parent.mkdir(parents=True)
        lofte.write_bytes(Path(f"{PERIOD}/belysning/lofte.md").read_bytes())
        text = Path("pledges/2023-2024/period.md").read_text("utf-8").replace("2023-01-01", "2025-01-01")
        lofte.parents[1].joinpath("period.md").write_text(text.replace("2024-12-31", "2025-12-31"), "utf-8")
    told += [desk("withdraw", "vandringar/lofte.md", "--reason", "x")]
    with monkeypatch.context() as later:
        later.setenv("FOLJMED_TODAY", "2023-01-02")
        told += [desk("new", "--pledge", "belysning", *NEEDED)]
    told += [desk("new", "vandringar"), desk("new", "--type", "nyhet")]
    Path(FIRST_WALK).write_text("---\ntyp: ?\n---\n", "utf-8")
    told.append(desk("withdraw", FIRST_WALK, "--reason", "x"))
    text = "\n".join(each.output for each in told)
    for code, message in GROUPS["Kommandona"].items():
        longest = max(message.split("{"), key=len).partition("}")[2] or message.split("{")[0]
        assert longest.strip() in " ".join(text.split()), code
    assert all(each.exit_code in (1, 2) for each in told)
    assert "Traceback" not in text


def test_click_speaks_swedish(desk):
    done = desk("new", "--help")
    assert "Så här skriver du: main new [VAL]" in done.stdout
    assert "Visa den här hjälpen." in done.stdout
    assert "Menade du 'check'?" in desk("chek").stderr
    assert "Valet --ech finns inte." in desk("new", "--ech").stderr
    assert "går inte att välja. Välj bland" in desk("new", "--status", "klart").stderr


def test_every_sentence_that_click_can_say_here_is_translated():
    said = {words for name in ("core", "exceptions", "formatting", "parser") for words in sentences(f"click.{name}")}
    # What only a programmer of the commands can meet, or nobody: there is no such option here.
    programmers = {
        words
        for words in said
        if words.startswith(("DeprecationWarning", "Name '", "Could not determine", "No options defined"))
    }
    programmers |= {
        "deprecated",
        "(dynamic)",
        "unknown error",
        "Could not open file {filename!r}: {message}",
        "Value must be an iterable.",
        "Arguments take exactly one parameter declaration, got {length}: {decls}.",
        "Boolean option {decl!r} cannot use the same flag for true/false.",
        "Invalid start character for option ({option})",
        "Takes {nargs} values but 1 was given.",
        "Takes {nargs} values but {len} were given.",
    }
    assert said - programmers <= set(swedish.WORDS)


def sentences(module):
    """Yield the literal texts that a module hands to gettext."""
    tree = ast.parse(Path(importlib.import_module(module).__file__).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
            yield from (
                each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


# --- Writing YAML


@settings(max_examples=300, deadline=None)
@given(
    texts=strategies.lists(
        strategies.text(
            strategies.one_of(
                strategies.sampled_from("åÖ:#-?&*!|>'\"%@`,[]{}\\ =~0123a.–”/"), strategies.characters(codec="utf-8")
            ),
            min_size=1,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_written_reads_back_as_the_same(texts, tmp_path_factory):
    texts = [text for each in texts if (text := clean(each))]
    if not texts:
        return
    values = {"titel": texts[0], "lista": texts, "källor": [{"titel": text, "url": text} for text in texts]}
    file = tmp_path_factory.mktemp("yaml") / "x.md"
    file.write_text(f"---\n{write(values)}---\n", "utf-8", newline="\n")
    assert read_markdown(file, "x.md").values == values


def clean(text):
    """Return a text as the reader would have it: composed, one line, no characters that it forbids."""
    import unicodedata

    shown = "".join(each for each in text if each.isprintable() and each not in "\u2028\u2029\ufeff")
    return " ".join(unicodedata.normalize("NFC", shown).split()).strip()


# --- Speed


def test_new_and_check_answer_within_a_second(tmp_path):
    copy = tmp_path / "salem"
    for part in ("pledges", "docs", "mkdocs.yml"):
        building.copy_part(building.ROOT / part, copy / part)
    new = ("new", "--pledge", "trygghetsvandringar", *NEEDED, "--text", "X", "--slug")
    assert min(seconds(copy, "check") for _ in range(3)) < 1
    assert min(seconds(copy, *new, f"x{turn}") for turn in range(3)) < 1


def seconds(folder, *command):
    """Return the processor's seconds a command took: what else a machine is doing is not the command's fault."""
    foljmed = Path(sys.executable).with_name("foljmed")
    before = os.times()
    done = subprocess.run([foljmed, *command], cwd=folder, env=building.environment("2022-01-03"), check=False)
    assert done.returncode == 0
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
