"""The templates to copy, ``pledges/_mallar``: each becomes a file that is right once it is filled in."""

import re
import shutil

import pytest
from click.testing import CliRunner

import building
import casefiles
from foljmed import schema, validation
from foljmed.cli import main
from foljmed.guard import TEMPLATE_MARK
from foljmed.source import read_markdown, read_yaml

TEMPLATES = building.ROOT / "pledges/_mallar"
PERIOD = "pledges/2021-2022"
# Where each is laid in the base case, and what is written in the place of its marks, in order.
FILLED = {
    "uppdatering.md": (f"{PERIOD}/vandringar/2021-05-14-vandring.md", ["Vandring vid skolan", "Tolv gick med."]),
    "halvarsrapport.md": (
        f"{PERIOD}/2022-01-15-halvarsrapport.md",
        ["en vandring av tio", "2021", "En vandring.", "En vandring.", "Nio vandringar.", "Nästa i april."],
    ),
    "rattelse.md": (
        f"{PERIOD}/vandringar/2021-04-20-rattelse.md",
        ["tolv gick med", "2021-04-15-forsta-vandringen", "Vi skrev fel."],
    ),
    "tillbakadragen.md": (
        f"{PERIOD}/belysning/2021-06-01-nya-lampor.md",
        ["2021-06-05", "Det gällde ett annat löfte."],
    ),
    "lofte.md": (
        f"{PERIOD}/cykelvagar/lofte.md",
        ["9", "Trygga cykelvägar", "trygga-kvallar", "Vi bygger.", "Vi ska bygga trygga cykelvägar."],
    ),
    "period.md": (
        "pledges/2030-2031/period.md",
        [
            *("Medborgarlöften i Provby 2030–2031", "2030-01-01", "2031-12-31", "Provby kommun"),
            *("https://provby.example/", "Polisen i Provby", "Provby", "Centrum", "Bakgrund", "Parterna är överens."),
        ],
    ),
    "kommunikationsplan.yml": (
        f"{PERIOD}/kommunikationsplan.yml",
        ["Kommunikationsplan", "2021-02-01", "2021", "2022", "Medborgardialog", "2021-10-05", "Biblioteket"],
    ),
}
# A mark with the words that ask, up to a quote or the line's end; or a day or year that is to be written.
MARK = re.compile(rf"{TEMPLATE_MARK}[^\"\n]*|ÅÅÅÅ(?:-MM-DD)?")


def filled(name, words):
    """Return a template's text, its marks replaced one by one and its comments kept."""
    left = list(words)
    lines = [
        line if line.lstrip().startswith("# ") else MARK.sub(lambda _: left.pop(0), line)
        for line in (TEMPLATES / name).read_text("utf-8").split("\n")
    ]
    assert not left
    return "\n".join(lines)


def test_each_template_is_filled_in_by_a_test():
    assert {file.name for file in TEMPLATES.iterdir()} == {*FILLED, "LAS-MIG.md"}
    listed = re.findall(r"(?m)^\| `(\S+)`", (TEMPLATES / "LAS-MIG.md").read_text("utf-8"))
    assert sorted(listed) == sorted(FILLED)


def laid(name, tmp_path, text):
    config = casefiles.Case("base", "", (), ()).lay(tmp_path)
    path, _ = FILLED[name]
    if name == "kommunikationsplan.yml":  # the base's plan goes, and so must what refers to it
        for file in (tmp_path / PERIOD).rglob("*.md"):
            file.write_text(re.sub(r"(?m)^uppfyller:.*\n", "", file.read_text("utf-8")), "utf-8")
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text, "utf-8")
    return CliRunner().invoke(main, ["check", "--config", str(config)])


@pytest.mark.parametrize("name", FILLED)
def test_a_template_that_is_filled_in_checks_clean(name, tmp_path):
    result = laid(name, tmp_path, filled(name, FILLED[name][1]))
    told = result.output.partition("Publiceras först senare")[0]
    assert told == "Inga problem. Innehållet går att publicera.\n"


@pytest.mark.parametrize("name", FILLED)
def test_a_template_that_is_not_filled_in_is_not_published(name, tmp_path):
    result = laid(name, tmp_path, (TEMPLATES / name).read_text("utf-8"))
    assert result.exit_code == 1
    assert FILLED[name][0] in result.output


@pytest.mark.parametrize("name", FILLED)
def test_what_is_optional_in_a_template_is_right_too(name, tmp_path):
    kind = {each.file: each for each in schema.KINDS}.get(name, schema.UPDATE)
    text = filled(name, FILLED[name][1])
    options = re.findall(r"(?m)^ *# (\w+): .+$", text)
    text = re.sub(r"(?m)^( *)# (\w+: .+)$", r"\1\2", text)
    file = tmp_path / name
    file.write_text(text, "utf-8")
    found, problems = validation.validate(
        kind.model, (read_yaml if name.endswith(".yml") else read_markdown)(file, name)
    )
    assert problems == []
    assert found is not None
    assert options or name == "tillbakadragen.md"


def test_nothing_of_the_templates_is_in_a_build(site, tmp_path):
    built = site("salem")
    assert not [file for file in built.rglob("*") if "mallar" in file.as_posix().lower()]
    asked = {match for name in FILLED for match in MARK.findall((TEMPLATES / name).read_text("utf-8"))}
    asked = {each.encode() for each in asked if each.startswith(f"{TEMPLATE_MARK} ")}  # the guide tells of the mark
    assert len(asked) > 15
    for file in built.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [each for each in asked if each in content], file
    project = casefiles.Case("base", "", (), ()).lay(tmp_path).parent
    shutil.copytree(TEMPLATES, project / PERIOD / "_mallar")
    assert CliRunner().invoke(main, ["check", "-f", str(project / "mkdocs.yml")]).exit_code == 0
