"""What bad content gets, and what good content must not get: the files under ``tests/cases``."""

import json
import logging
import os
import re
import subprocess
import sys
import time
from datetime import date
from functools import reduce
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings, strategies
from mkdocs.__main__ import cli as mkdocs
from mkdocs.config.defaults import MkDocsConfig
from pydantic import BaseModel

import building
import casefiles
from foljmed import model, plain_yaml
from foljmed.cli import READING, main
from foljmed.handwritten import SETTINGS
from foljmed.problems import GROUPS, MESSAGES, WARNINGS, InvalidContent
from foljmed.reader import read_catalog
from foljmed.settings import read_project
from foljmed.spans import Span, in_words

BROKEN = casefiles.read_cases("broken")
WARNED = casefiles.read_cases("warnings")
GOOD = casefiles.read_cases("good")
# What a process of its own could do otherwise: print letters with dots, exit with another code, show a traceback.
REAL = ("several-files", "file-latin-1", "settings-id-authority-without-year")
TODAY = {"FOLJMED_TODAY": "2021-09-01", "NO_MKDOCS_2_WARNING": "1"}
LAST_GOOD = {"index.html": "Så gick det i går.", "2021-2022/feed.xml": "<rss/>"}


def broken(names=None):
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=case.name) for case in BROKEN if names is None or case.name in names]
    )


def check(config, *more):
    return CliRunner().invoke(main, ["check", "--config", str(config), *more])


def flat(text):
    """Return a text whose lines were perhaps wrapped and indented for a terminal on one line."""
    return " ".join(text.split())


# --- Bad content


@broken()
def test_every_problem_is_told_at_its_line(case, tmp_path):
    result = check(case.lay(tmp_path))
    assert tuple(result.stdout.splitlines()) == case.expected
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    problems = [line for line in case.expected if ": Varning: " not in line]
    assert result.stderr.startswith(f"{len(problems)} problem")


def test_the_settings_that_are_known_are_those_of_mkdocs():
    removed_or_its_own = {"config_file_path", "google_analytics", "pages"}
    assert set(SETTINGS) == MkDocsConfig().keys() - removed_or_its_own


@broken()
def test_a_build_tells_the_same_and_leaves_the_last_good_site(case, tmp_path, monkeypatch):
    monkeypatch.setattr(logging.getLogger("mkdocs.commands.build"), "filters", [])  # drops what another case said
    config = case.lay(tmp_path)
    before = publish(tmp_path / "site")
    result = CliRunner(env=TODAY).invoke(mkdocs, ["build", "--config-file", str(config)])
    assert result.exit_code == 1
    assert flat("\n".join(case.expected)) in flat(result.output)
    assert "Traceback" not in result.output
    assert contents(tmp_path / "site") == before


def test_a_site_is_not_built_over_its_content_when_the_command_line_says_so(tmp_path):
    config = casefiles.Case("", "", (), ()).lay(tmp_path)
    before = contents(tmp_path / "pledges")
    result = CliRunner(env=TODAY).invoke(mkdocs, ["build", "-f", str(config), "-d", str(tmp_path / "pledges")])
    assert result.exit_code == 1
    assert "där innehållet ligger" in result.output
    assert contents(tmp_path / "pledges") == before


def test_a_pipe_is_told_and_nobody_waits_for_it(tmp_path):
    config = casefiles.Case("", "", (), ()).lay(tmp_path)
    pipes = ["docs/ror.md", "pledges/2021-2022/vandringar/2021-05-01-ror.md"]
    for pipe in pipes:
        os.mkfifo(tmp_path / pipe)
    assert check(config).stdout.splitlines() == [f"{pipe}:1: Filen saknas eller går inte att läsa." for pipe in pipes]


@broken(REAL)
def test_commands_of_their_own_tell_the_same(case, tmp_path):
    config = case.lay(tmp_path)
    before = publish(tmp_path / "site")
    foljmed = Path(sys.executable).with_name("foljmed")
    checked = subprocess.run([foljmed, "check"], cwd=tmp_path / "docs", capture_output=True, text=True, check=False)
    built = building.mkdocs("build", "--config-file", config, env=building.environment(TODAY["FOLJMED_TODAY"]))
    assert (checked.returncode, built.returncode) == (1, 1)
    assert tuple(checked.stdout.splitlines()) == case.expected
    assert flat("\n".join(case.expected)) in flat(built.stdout + built.stderr)
    assert "Traceback" not in checked.stderr + built.stderr
    assert contents(tmp_path / "site") == before


def publish(site):
    """Put a finished site in place, and return what it holds."""
    for name, text in LAST_GOOD.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, "utf-8")
    return contents(site)


def contents(site):
    return {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in site.rglob("*") if file.is_file()}


def test_json_holds_the_same_problems(tmp_path):
    case = next(case for case in BROKEN if case.name == "several-files")
    result = check(case.lay(tmp_path), "--format", "json")
    problems = json.loads(result.stdout)
    assert tuple("{path}:{line}: {message}".format(**problem) for problem in problems) == case.expected
    assert {problem["code"] for problem in problems} < set(MESSAGES)
    assert {problem["severity"] for problem in problems} == {"error"}
    assert result.exit_code == 1


def test_settings_that_cannot_be_read_are_told_in_the_form_that_was_asked_for(tmp_path, monkeypatch):
    case = next(case for case in BROKEN if case.name == "settings-id-authority-without-year")
    monkeypatch.chdir(case.lay(tmp_path).parent)
    result = CliRunner().invoke(main, ["check", "--format", "json"])
    assert ["{path}:{line}: {message}".format(**each) for each in json.loads(result.stdout)] == list(case.expected)
    watched = CliRunner().invoke(main, ["watch"])
    assert watched.stdout.splitlines() == [READING, *case.expected]
    assert watched.stderr.startswith("1 problem")


def test_outside_a_project_the_check_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["check"])
    assert MESSAGES["no-config"] in result.stderr
    assert result.exit_code == 1


def test_a_config_that_does_not_exist_is_a_problem_like_any_other(tmp_path):
    result = check(tmp_path / "mkdocs.yml")
    assert result.stdout.startswith(f"{tmp_path / 'mkdocs.yml'}:1: ")
    assert result.exit_code == 1


# --- Content that may be in order


def warned():
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in WARNED])


@warned()
def test_every_warning_is_told_at_its_line(case, tmp_path):
    result = check(case.lay(tmp_path))
    assert tuple(result.stdout.splitlines()) == case.expected
    count = f"{len(case.expected)} {'varning' if len(case.expected) == 1 else 'varningar'}"
    assert result.stderr == f"Inga problem men {count}. Innehållet går att publicera.\n"
    assert result.exit_code == 0


@warned()
def test_a_strict_build_tells_the_warnings_and_publishes(case, tmp_path):
    config = case.lay(tmp_path)
    done = building.mkdocs(
        "build", "--strict", "--config-file", config, env=building.environment(TODAY["FOLJMED_TODAY"])
    )
    assert done.returncode == 0
    assert all(flat(line) in flat(done.stdout + done.stderr) for line in case.expected)
    assert (tmp_path / "site/index.html").is_file()


def test_json_tells_warnings_from_errors(tmp_path):
    case = next(case for case in BROKEN if case.name == "warning-beside-a-problem")
    problems = json.loads(check(case.lay(tmp_path), "--format", "json").stdout)
    assert [problem["severity"] for problem in problems] == ["error", "warning"]
    assert {problem["code"] for problem in problems} == {"missing-key", "mobile-number"}


def test_a_warning_alone_is_no_failure_in_json(tmp_path):
    result = check(WARNED[0].lay(tmp_path), "--format", "json")
    assert [problem["severity"] for problem in json.loads(result.stdout)] == ["warning"] * len(WARNED[0].expected)
    assert result.exit_code == 0


# --- Nothing forgotten

# test_desk.py, test_history.py, test_serve.py and test_timeline.py hold that these are produced, and a test below holds
# that what MkDocs does not find to load is told: a build stops at that before it reads anything of ours.
ELSEWHERE = {
    "no-config",
    "mkdocs-refuses",
    "not-in-time",
    "not-installed",
    "two-names",
    *GROUPS["Kommandona"],
    *GROUPS["Det som redan är publicerat"],
}


@pytest.mark.parametrize("code", sorted(set(MESSAGES) - ELSEWHERE))
def test_every_message_stands_in_some_case(code):
    parts = re.split(r"\{(\w+)\}", flat(MESSAGES[code]).replace("{{", "{").replace("}}", "}"))
    pattern = "".join(".*" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    mark = "Varning: " if code in WARNINGS else ""
    lines = [line for case in (*BROKEN, *WARNED) for line in case.expected]
    assert any(re.fullmatch(rf"[^:]+:\d+: {mark}{pattern.strip()}", line) for line in lines)


KINDS = {
    "period.md": model.PeriodFile,
    "lofte.md": model.PledgeFile,
    "kvallsvandring.md": model.UpdateFile,
    "kommunikationsplan.yml": model.PlanFile,
}


@pytest.mark.parametrize("file", KINDS)
def test_every_required_key_is_missed_in_some_case(file):
    told = {line for case in BROKEN for line in case.expected if file in line}
    missed = {match[1] for line in told if (match := re.search(r": Nyckeln ”(\w+)” saknas", line))}
    models = {KINDS[file], *parts_of(KINDS[file])}
    required = {
        field.alias or name for each in models for name, field in each.model_fields.items() if field.is_required()
    }
    assert required <= missed


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("period", model.PeriodFile),
        ("pledge", model.PledgeFile),
        ("update", model.UpdateFile),
        ("plan", model.PlanFile),
        ("activity", model.Activity),
        ("measure", model.Measure),
        ("change", model.Change),
        ("every", model.Recurrence),
    ],
)
def test_every_key_has_a_value_of_the_wrong_type_in_some_case(name, kind):
    case = next(case for case in BROKEN if case.name == f"{name}-wrong-types")
    assert len(case.expected) == len(kind.model_fields)


def parts_of(kind):
    for field in kind.model_fields.values():
        for inner in models_in(field.annotation):
            yield inner
            yield from parts_of(inner)


def models_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inside in getattr(annotation, "__args__", ()):
        yield from models_in(inside)


# --- Good content


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in GOOD])
def test_good_content_is_read_as_written(case, tmp_path):
    config = case.lay(tmp_path)
    result = check(config)
    drafts = [fact.split()[0] for fact in case.expected if fact.endswith(" utkast = true")]
    unpublished = f"Utkast, som inte publiceras: {', '.join(drafts)}.\n" if drafts else ""
    assert result.output == f"Inga problem. Innehållet går att publicera.\n{unpublished}"
    assert result.exit_code == 0
    files = dict(written(read_catalog(read_project(config))))
    for fact in case.expected:
        path, key, value = re.fullmatch(r"(\S+) (\S+) = ?(.*)", fact).groups()
        assert shown(look_up(files[path], key)) == re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), value), (
            fact
        )


def written(catalog):
    """Yield the path of every file, what it holds, and its text as HTML."""
    for period in catalog.periods:
        parts = [(period, period.text), *((update, update.text) for update in period.all_updates())]
        parts += [(pledge, pledge.wording) for pledge in period.pledges]
        parts += [(period.plan, period.plan.purpose)] if period.plan else []
        for part, text in parts:
            yield part.source.path, {"file": part.file, "text": text.html, "bilder": text.images}


def look_up(written, key):
    return written[key] if key in written else reduce(step, key.split("."), written["file"])


def step(value, key):
    if isinstance(value, BaseModel):
        names = {field.alias or name: name for name, field in type(value).model_fields.items()}
        return getattr(value, names[key])
    return value[int(key)] if isinstance(value, tuple) else value[key]


def shown(value):
    if isinstance(value, tuple):
        return " | ".join(map(shown, value))
    if isinstance(value, Span):
        return in_words(value)
    if isinstance(value, bool | None):
        return {None: "saknas", True: "true", False: "false"}[value]
    return flat_but_for_hard_spaces(value.isoformat() if isinstance(value, date) else str(value))


def flat_but_for_hard_spaces(text):
    return re.sub(r"[ \n]+", " ", text).strip()


def test_the_base_builds_without_a_warning(tmp_path):
    config = casefiles.Case("base", "", (), ()).lay(tmp_path / "project")
    site = building.build(config, tmp_path / "site", TODAY["FOLJMED_TODAY"])
    assert (site / "2021-2022/vandringar/vandring.jpg").is_file()


def test_a_hand_written_page_may_lead_to_what_is_yet_to_come(tmp_path):
    config = casefiles.Case("", "", (), ()).lay(tmp_path)
    later = tmp_path / "pledges/2021-2022/vandringar/2021-12-24-fackeltag.md"
    later.write_text("---\ntitel: Fackeltåg\nav: kommunen\ntyp: information\n---\n\nVi gick.\n", "utf-8")
    period = tmp_path / "pledges/2023-2024/period.md"
    period.write_text(
        period.read_text("utf-8").replace("---\n", "---\nkälla: {titel: Löften, datum: 2022-11-01}\n", 1), "utf-8"
    )
    with (tmp_path / "docs/om.md").open("a", encoding="utf-8") as page:
        page.write(f"\n[Tåget](2021-2022/vandringar/index.md#{later.stem})\n")
        page.write("[Nästa flöde](2023-2024/feed.xml), [nästa kalender](2023-2024/vandringar/kalender.ics)\n")
        page.write("[Flöde](2021-2022/omraden/centrum/feed.xml), [kalender](2021-2022/vandringar/kalender.ics)\n")
        page.write("[Första](2021-2022/vandringar/index.md#2021-04-15-forsta-vandringen)\n")
        page.write(
            "\n[Ett][1] [två](<2023-2024/feed.xml>) [[tre]](2023-2024/index.md 'Tre') [*fyra*](2023-2024/index.md)\n"
        )
        page.write(
            "\n[Förra](2021-2022/kalender/vandring-2021-04-14.ics)"
            " [nästa](2021-2022/kalender/vandring-2021-09-15.ics)\n"
        )
        page.write("\n[Plan](2021-2022/parter/polisen/index.md), [bild](2021-2022/vandringar/vandring.jpg)\n")
        page.write("\n`[Nästa](2023-2024/index.md)`\n\n[1]: 2023-2024/feed.xml\n")
    with config.open("a", encoding="utf-8") as settings:
        settings.write(
            "nav: [Start: index.md, Om: om.md, Sedan: 2023-2024/index.md, Mer: [2023-2024/loften/index.md]]\n"
        )
    assert check(config).exit_code == 0
    building.build(config, tmp_path / "site", TODAY["FOLJMED_TODAY"])
    shown = (tmp_path / "site/om/index.html").read_text("utf-8")
    assert "Tåget" in shown
    assert "fackeltag" not in shown
    assert "Nästa flöde, nästa kalender" in shown
    assert 'omraden/centrum/feed.xml">Flöde</a>' in shown
    assert 'vandringar/kalender.ics">kalender</a>' in shown
    assert 'vandringar/#2021-04-15-forsta-vandringen">Första</a>' in shown
    assert "<p>Ett två [tre] <em>fyra</em></p>" in shown
    assert '<p>Förra <a href="../2021-2022/kalender/vandring-2021-09-15.ics">nästa</a></p>' in shown
    assert 'parter/polisen/">Plan</a>, <a href="../2021-2022/vandringar/vandring.jpg">bild</a>' in shown
    assert "<code>[Nästa](2023-2024/index.md)</code>" in shown
    assert [title in shown for title in (">Start<", ">Om<", ">Sedan<", ">Mer<")] == [True, True, False, False]


# --- However much is wrong


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (
            "INHERIT: mkdocs.yml",
            "”mkdocs.yml” går inte att välja för ”INHERIT”. Skriv en annan fil, eller ta bort raden.",
        ),
        ("INHERIT: docs/../mkdocs.yml", "”docs/../mkdocs.yml” går inte att välja för ”INHERIT”."),
        ("INHERIT: [a.yml, b.yml]", "”INHERIT” ska ha ett enda värde, men här står något annat."),
        ("INHERIT:", "”INHERIT” ska ha ett enda värde, men här står något annat."),
        ("INHERIT: ingen.yml", "Filen saknas eller går inte att läsa."),
        (f"nav: {'[' * 1200}{']' * 1200}", MESSAGES["too-deep"]),
        (f"nav: {'[' * 200_000}", MESSAGES["too-deep"]),  # which ends a process
        (f"nav: &nav {'[' * 9}*nav{']' * 9}", MESSAGES["too-deep"]),
    ],
)
def test_settings_that_mkdocs_trips_over_are_told_of(tmp_path, setting, told):
    config = casefiles.Case("base", "", (), ()).lay(tmp_path)
    text = config.read_text("utf-8")
    config.write_text(f"{text}{setting}\n", "utf-8")
    line, file = (1, "ingen.yml") if "ingen" in setting else (text.count("\n") + 1, "mkdocs.yml")
    assert check(config).stdout.startswith(f"{file}:{line}: {told}")


@pytest.mark.parametrize(
    ("setting", "line", "told"),
    [
        ("markdown_extensions: [toc, tabels]", 1, "”tabels” under ”markdown_extensions” är inte installerat. Men"),
        ("markdown_extensions:\n  - toc:\n  - nej.x:\n      a: b", 3, "”nej.x” under ”markdown_extensions” är inte"),
        ("markdown_extensions: {toc: , code: }", 1, "”code” under ”markdown_extensions” är inte installerat. Det här "),
        ("markdown_extensions: tables", 1, "”markdown_extensions” ska vara en lista, men här står texten ”tables”."),
        ("markdown_extensions:\n  - toc: 1", 2, "”toc” ska innehålla nycklar med värden (inställning: värde), men här"),
        ("markdown_extensions:\n  - toc\n  -", 3, "”markdown_extensions, del 2” har inget värde."),
        ("markdown_extensions:\n  - [toc]", 2, "”markdown_extensions, del 1” ska ha ett enda värde, men här står en "),
        ("plugins:\n  - serach", 2, "”serach” under ”plugins” är inte installerat. Menade du ”search”? Finns det "),
        ("plugins:\n  - search\n  - blogg: {a: b}", 3, "”blogg” under ”plugins” är inte installerat. Menade du ”blog"),
        ("plugins:\n  - search:\n    lang: sv", 3, "”lang” står bredvid ”search” i samma del av ”plugins”."),
        ("nav:\n  Om: om.md", 1, "”nav” ska vara en lista, men här står nycklar med värden. Börja varje del med ett "),
        ("nav:\n  - index.md\n  - Om:", 3, "”Om” har inget värde. Skriv ett, eller ta bort raden."),
        ("nav:\n  - Mer:\n    - Om: om.md\n      Hem: index.md", 4, "”Hem” står bredvid ”Om” i samma del av ”Mer”."),
        ("nav:\n  - Mer:\n      Om: om.md", 2, "”Mer” ska vara en lista, men här står nycklar med värden. Börja varje"),
    ],
)
def test_lists_that_mkdocs_trips_over_are_told(tmp_path, setting, line, told):
    config = casefiles.Case("base", "", (), ()).lay(tmp_path)
    text = config.read_text("utf-8").replace("plugins:\n  - search:\n      lang: sv\n", "")
    config.write_text(f"{text}{setting}\n", "utf-8")
    (problem,) = check(config).stdout.splitlines()
    assert problem.startswith(f"mkdocs.yml:{text.count(chr(10)) + line}: {told}")


@pytest.mark.parametrize(
    "setting",
    [
        "markdown_extensions: [footnotes, pymdownx.superfences, 'markdown.extensions.toc:TocExtension']",
        "markdown_extensions:\n  toc: {permalink: true}\n  tables:\n  abbr: false",
        "markdown_extensions:\nplugins: [search, tags, /search]",
        "plugins: {material/search: {lang: sv}, meta: }",
        "plugins: []",
        "nav:",
        "nav: [index.md, Mer: [om.md, Ut: https://provby.example]]",
    ],
)
def test_lists_that_mkdocs_takes_are_not_refused(tmp_path, setting):
    config = casefiles.Case("base", "", (), ()).lay(tmp_path)
    text = config.read_text("utf-8").replace("plugins:\n  - search:\n      lang: sv\n", "")
    config.write_text(f"{text}{setting}\n", "utf-8")
    assert check(config).exit_code == 0
    loaded = MkDocsConfig(config_file_path=str(config))
    with config.open("rb") as file:
        loaded.load_file(file)
    assert loaded.validate()[0] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("titel: Nya", f"titel: Nya{' ' * 50_000}"),
        ("titel: Nya", f"titel: Nya{' ' * 50_000}lampor: "),
        ("när: 2021-10-05", f'när: "1{" " * 20_000}x"'),
        ("Kommunstyrelsen", "[x]: y\n" * 10_000 + "\nKommunstyrelsen"),
        ("Kommunstyrelsen", "a\t" * 20_000 + "Kommunstyrelsen"),
    ],
)
def test_what_somebodys_hand_rested_on_is_read_within_a_second(tmp_path, old, new):
    config = casefiles.Case("base", "", (), ()).lay(tmp_path)
    for name in ("belysning/2021-06-01-nya-lampor.md", "kommunikationsplan.yml"):
        file = tmp_path / "pledges/2021-2022" / name
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    used = time.process_time()  # what else a machine is doing does not count
    problems_in(config)
    assert time.process_time() - used < 1


def test_a_file_with_many_problems_is_composed_once_more_for_all_of_their_lines(tmp_path, monkeypatch):
    compose, composed = plain_yaml.Loader, []
    monkeypatch.setattr(plain_yaml, "Loader", lambda text: composed.append(text) or compose(text))
    config = casefiles.Case("base", "", (), ()).lay(tmp_path)
    plan = tmp_path / "pledges/2021-2022/kommunikationsplan.yml"
    head = plan.read_text("utf-8").partition("  - id:")[0]
    lines = range(head.count("\n") + 1, head.count("\n") + 51)
    activity = "  - {{id: nr-{}, titel: Möte, ansvariga: komunen, typ: möte, när: 2021-10-05}}\n"
    plan.write_text(head + "".join(map(activity.format, lines)), "utf-8")
    assert [problem.line for problem in problems_in(config) if "komunen" in problem.message] == list(lines)
    assert composed.count(plan.read_text("utf-8")) == 2


# --- Whatever people write

PIECES = [
    "\t",
    " ",
    "\n",
    "\r\n",
    "---\n",
    "...\n",
    "#",
    " # ",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    ":",
    ": ",
    "- ",
    "&a ",
    "*a",
]
PIECES += [
    "!x ",
    "|",
    ">",
    "? ",
    "%",
    "@",
    "\\",
    "\u00a0",
    "\u2028",
    "\x00",
    "\ufeff",
    "\ufffe",
    "<a href='",
    "](",
    "~",
]


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    file=strategies.sampled_from(sorted(path for path in casefiles.BASE.rglob("*") if path.suffix in (".md", ".yml"))),
    places=strategies.lists(strategies.floats(0, 1), min_size=1, max_size=4),
    pieces=strategies.lists(strategies.sampled_from(PIECES), min_size=4, max_size=4),
    dropped=strategies.integers(0, 9),
)
def test_no_slip_of_the_pen_ends_in_a_traceback(file, places, pieces, dropped, tmp_path):
    if not (tmp_path / "mkdocs.yml").is_file():
        casefiles.Case("base", "", (), ()).lay(tmp_path)
    text = file.read_text("utf-8")
    for place, piece in zip(places, pieces, strict=False):
        at = int(place * len(text))
        text = text[:at] + piece + text[at + dropped :]
    slipped = tmp_path / file.relative_to(casefiles.BASE)
    slipped.write_text(text, "utf-8", newline="")
    try:
        problems = problems_in(tmp_path / "mkdocs.yml")
    finally:
        slipped.write_bytes(file.read_bytes())
    path, last = file.relative_to(casefiles.BASE).as_posix(), len(text.splitlines()) + 1
    assert all(1 <= problem.line <= last for problem in problems if problem.path == path)


def problems_in(config):
    try:
        read_catalog(read_project(config))
    except InvalidContent as invalid:
        return invalid.problems
    return ()
