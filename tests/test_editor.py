"""What an editor shows of the content: with the YAML extension's own language server, and by the tasks in .vscode."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import building
import casefiles
from clients_setup import node
from foljmed import guide, schema
from foljmed.cli import READING, _conclusion
from foljmed.problems import Problem
from foljmed.source import read_markdown, read_yaml
from test_generated import GOOD, kind_of, refused, sources, written

VSCODE = building.ROOT / ".vscode"


def settings_of(name):
    """Return one of VS Code's files, which may hold comments on lines of their own."""
    return json.loads(re.sub(r"(?m)^\s*//.*$", "", (VSCODE / name).read_text("utf-8")))


def in_editor(root, *places):
    return json.loads(node("editor.mjs", root, *places))


# --- The plan, with the YAML extension


def test_no_plan_is_red_in_an_editor(tmp_path):
    plans = [file for root in GOOD.values() for file in root.glob("pledges/*/kommunikationsplan.yml")]
    plans = [file for file in plans if "_mallar" not in file.parts]
    assert len(plans) > 1
    broken = tmp_path / "kommunikationsplan.yml"
    broken.write_text("okänd: 1", "utf-8")
    found = in_editor(building.ROOT, *plans, broken)
    assert [file for file, seen in found.items() if seen["errors"]] == [str(broken)]


BROKEN_PLAN = """\
titel: 2021
antagen: 2021-13-01
aktiviteter:
  - id: Möte
    titel: Möte
    ansvariga: kommunen
    typ: 
    när: 2021-04
    öppen: true
    okänd: 3
"""  # noqa: W291 - what is offered after a key is its values


def test_a_broken_plan_is_red_where_it_is_wrong_and_values_are_offered(tmp_path):
    shutil.copytree(VSCODE, tmp_path / ".vscode")
    shutil.copytree(building.ROOT / "docs/schema", tmp_path / "docs/schema")
    plan = tmp_path / "pledges/2021-2022/kommunikationsplan.yml"
    plan.parent.mkdir(parents=True)
    plan.write_text(BROKEN_PLAN, "utf-8")
    ((_, seen),) = in_editor(tmp_path, f"{plan}@7@9").items()
    assert [int(error.split(":")[0]) for error in seen["errors"]] == [2, 4, 7, 10]
    assert seen["errors"][0] == "2: En dag, skriven ÅÅÅÅ-MM-DD."
    assert seen["offers"] == ["publicering", "möte", "aktivitet", "kampanj"]


def test_the_keys_of_every_file_of_whole_sites_suit_an_editor_too(tmp_path):
    """The YAML extension does not read front matter, but other editors and tools with the same language server may."""
    shutil.copytree(building.ROOT / "docs/schema", tmp_path / "schema")
    (tmp_path / ".vscode").mkdir()
    mapped = {f"schema/{kind.id}.json": [f"*.{kind.id}.yml"] for kind in schema.KINDS}
    (tmp_path / ".vscode/settings.json").write_text(json.dumps({"yaml.schemas": mapped}), "utf-8")
    files = []
    for root in GOOD.values():
        for kind, source in sources(root):
            files.append(tmp_path / f"{len(files)}.{kind.id}.yml")
            files[-1].write_text(source.yaml, "utf-8")
    assert len(files) > 50
    broken = [tmp_path / f"okänd.{kind.id}.yml" for kind in schema.KINDS]
    for file in broken:
        file.write_text("okänd: 1", "utf-8")
    found = in_editor(tmp_path, *files, *broken)
    assert [file for file, seen in found.items() if seen["errors"]] == [str(file) for file in broken]


# --- Every file, with the task that checks when something is saved

TASK = settings_of("tasks.json")["tasks"][0]
ERRORS, WARNINGS = TASK["problemMatcher"]


def matched(lines):
    """Return what VS Code makes of lines: severity, file, line, message."""
    for line in lines:
        for matcher in (ERRORS, WARNINGS):
            pattern = matcher["pattern"]
            if match := re.search(pattern["regexp"], line):
                yield (
                    matcher["severity"],
                    match[pattern["file"]],
                    int(match[pattern["line"]]),
                    match[pattern["message"]],
                )


def test_every_line_of_a_check_is_one_problem_in_its_file():
    lines = [
        line for folder in ("broken", "warnings") for case in casefiles.read_cases(folder) for line in case.expected
    ]
    found = list(matched(lines))
    assert len(found) == len(lines) > 300
    for line, (severity, file, number, message) in zip(lines, found, strict=True):
        mark = "Varning: " if severity == "warning" else ""
        assert line == f"{file}:{number}: {mark}{message}"
        assert not message.startswith("Varning: ")


@pytest.mark.parametrize("matcher", [ERRORS, WARNINGS], ids=lambda matcher: matcher["severity"])
def test_the_task_knows_where_a_check_begins_and_ends(matcher):
    background = matcher["background"]
    assert re.search(background["beginsPattern"], READING)
    error, warning = (Problem("a.md", 1, "fel", severity=severity) for severity in ("error", "warning"))
    for problems in ((), (error,), (error, error, warning), (warning,)):
        for drafts in ((), ("pledges/a/b.md",)):
            assert re.search(background["endsPattern"], _conclusion(problems, drafts))
        assert not any(re.search(background["endsPattern"], str(problem)) for problem in problems)


def test_saving_a_file_is_noticed_and_its_problems_told(tmp_path):
    casefiles.Case("base", "", (), ()).lay(tmp_path)
    update = tmp_path / "pledges/2021-2022/vandringar/2021-04-15-forsta-vandringen.md"
    good = update.read_text("utf-8")
    command = [Path(sys.executable).with_name(Path(TASK["command"]).name), *TASK["args"]]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    try:
        assert told(process) == []
        update.write_text(good.replace("typ: aktivitet", "typ: aktivitett"), "utf-8")
        ((severity, file, line, message),) = matched(told(process))
        assert (severity, tmp_path / file) == ("error", update)
        assert "aktivitett" in good.replace("typ: aktivitet", "typ: aktivitett").splitlines()[line - 1]
        assert "Menade du ”aktivitet”?" in message
        update.write_text(good, "utf-8")
        assert told(process) == []
    finally:
        process.terminate()
        process.communicate()


def told(process):
    """Return what is said between the begin and the end of a check."""
    ends = ERRORS["background"]["endsPattern"]
    lines = iter(process.stdout.readline, "")
    assert next(lines) == f"{READING}\n"
    found = []
    for line in lines:
        if re.search(ends, line):
            return found
        found.append(line.rstrip("\n"))
    raise AssertionError(found)


# --- Keys to choose from in Markdown


def test_a_snippet_of_a_whole_file_is_a_file_but_for_the_text(tmp_path):
    snippets = json.loads(guide.generated()[".vscode/foljmed.code-snippets"])
    for kind in schema.KINDS[:3]:
        text = filled("\n".join(snippets[kind.title]["body"]))
        file = tmp_path / kind.file
        file.write_text(text, "utf-8")
        assert refused(kind, written(read_markdown(file, kind.file).values)) == []


def test_every_key_of_a_markdown_file_can_be_chosen(tmp_path):
    file = tmp_path / "x.yml"
    snippets = json.loads(guide.generated()[".vscode/foljmed.code-snippets"])
    for kind in schema.KINDS[:3]:
        for key in schema.keys(kind.model):
            name = key.path[-1]
            snippet = snippets[f"{kind.title}: {name}"]
            assert snippet["prefix"] == name
            file.write_text(filled("\n".join(snippet["body"])) + "\n", "utf-8")
            value = read_yaml(file, file.name).values[name]
            assert value == as_text(key.example) or value == key.shape.choices[0][0]


def as_text(value):
    """Return a value as it is read from a file, in which every scalar is the text that was written."""
    if isinstance(value, dict):
        return {key: as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return list(map(as_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def filled(body):
    """Return what a snippet inserts where every proposal is taken, the first where there are several."""
    body = re.sub(r"\$\{\d\|((?:[^,|])+)[^|]*\|\}", r"\1", body)
    body = re.sub(r"\$\{\d:((?:\\.|[^}\\])*)\}", r"\1", body).replace("$0", "")
    return re.sub(r"\\([\\$}])", r"\1", body)


def test_the_settings_name_what_exists():
    for path, files in settings_of("settings.json")["yaml.schemas"].items():
        assert (building.ROOT / path).is_file()
        assert [kind_of(file).id for file in files] == [Path(path).stem]
    assert settings_of("extensions.json") == {"recommendations": ["redhat.vscode-yaml"]}
