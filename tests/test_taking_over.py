"""What docs/guide/drift.md tells somebody who takes the project over to run, run as it stands there."""

import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import building
import tools
import workshop
from workshop import Repository

GUIDE = (building.ROOT / "docs/guide/drift.md").read_text("utf-8")
BLOCKS = [
    "\n".join(line.strip() for line in block.splitlines())
    for block in (*re.findall(r"(?ms)^```text\n(.*?)^```", GUIDE), *re.findall(r"(?m)(?:^ {8}\S.*\n)+", GUIDE))
]
EXEMPELBY = building.ROOT / "tests/sites/exempelby"
DEMONSTRATION = "pledges/2021-2022"
# What is an adopter's own: an upgrade must not touch it. All else in the project is the program.
OWN = re.compile(r"pledges/\d|docs/[^/]+\.md$|mkdocs\.yml$")
OLD = "hooks/foljmed/gammal.py"


def block(words):
    """Return the only block of the guide that holds some words."""
    (found,) = (each for each in BLOCKS if words in each)
    return found


def run(repository, commands, *, expect=0):
    """Run a block's commands as a person does who stops at the first that fails."""
    return repository.run("sh", "-e", "-c", commands, expect=expect)


def with_programs(repository):
    """Give a project what ``make`` would have installed."""
    programs = repository.folder / ".venv/bin"
    programs.mkdir(parents=True)
    for program in Path(sys.executable).parent.iterdir():
        (programs / program.name).symlink_to(program)
    (repository.folder / ".venv/ready").touch()
    return replace(repository, env={**repository.env, "PYTHONPATH": str(repository.folder / "hooks")})


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """Return the project as it is fetched from where it is developed: an older version, and then this one."""
    home = tmp_path_factory.mktemp("program")
    project = Repository(home / "project", workshop.environment(home / "home"))
    made = shutil.ignore_patterns(".git", ".venv", ".cache", ".hypothesis", "node_modules", "__pycache__", "site")
    shutil.copytree(building.ROOT, project.folder, ignore=made)
    project.git("init", "--quiet")
    return project


@pytest.fixture
def own(program, tmp_path):
    """Return a municipality's own repository, begun as the guide says from an older version of the program."""
    here = Repository(tmp_path, {**program.env, "FOLJMED_TODAY": building.TODAY["salem"]})
    first = replace(program, folder=tmp_path / "program")
    shutil.copytree(program.folder, first.folder)
    (first.folder / OLD).write_text("# gone in the next version\n", "utf-8")
    shutil.move(first.folder / "docs/guide/foto.md", tmp_path)
    first.edit("Makefile", "help: ## list the targets", "help: ## list")
    first.commit("En äldre version")
    run(here, block("rm -rf .git").replace("ADRESS", str(first.folder)))
    project = with_programs(replace(here, folder=tmp_path / "foljmed"))
    shutil.copytree(EXEMPELBY / "pledges", project.folder / "pledges", dirs_exist_ok=True)
    for page in (EXEMPELBY / "docs").iterdir():
        shutil.copy(page, project.folder / "docs")
    remote = tmp_path / "own.git"
    here.git("init", "--quiet", "--bare", "--initial-branch=main", remote)
    project.run(".venv/bin/pre-commit", "install", "--hook-type", "pre-push")
    run(project, block("git remote add origin FÖRRÅD").replace("FÖRRÅD", str(remote)))
    (first.folder / OLD).unlink()
    shutil.move(tmp_path / "foto.md", first.folder / "docs/guide")
    first.edit("Makefile", "help: ## list", "help: ## list the targets")
    first.commit("En nyare version")
    return project, first


def tracked(repository, revision="HEAD"):
    """Return the files of a commit, and of each what it holds."""
    listed = repository.git("ls-tree", "-r", "-z", revision).stdout.split("\0")
    return {path: entry for entry, _, path in (line.partition("\t") for line in listed if line)}


def test_an_upgrade_brings_the_program_and_nothing_of_the_demonstration(own):
    project, first = own
    before, new = tracked(project), tracked(first)
    assert OLD in before
    assert not [path for path in before if path.startswith(DEMONSTRATION)]
    assert [path for path in new if path.startswith(DEMONSTRATION)]
    run(project, block("git restore --source=program/main").replace("ADRESS", str(first.folder)))
    run(project, block("Ny version av Följ med"))
    after = tracked(project)
    assert {path: held for path, held in after.items() if OWN.match(path)} == {
        path: held for path, held in before.items() if OWN.match(path)
    }
    assert {path: held for path, held in after.items() if not OWN.match(path)} == {
        path: held for path, held in new.items() if not OWN.match(path)
    }
    assert (project.folder / "site/2024-2025/index.html").is_file()
    project.git("push", "--quiet")


# --- What is left of the demonstration


LEFT = block("git grep")


def test_what_is_left_of_the_demonstration_is_found_to_the_last_page(tmp_path):
    here = Repository(tmp_path, workshop.environment(tmp_path / "home"))
    here.git("init", "--quiet")
    for part in ("docs", "mkdocs.yml"):
        building.copy_part(building.ROOT / part, tmp_path / part)
    found = run(here, LEFT).stdout
    own = {path.relative_to(building.ROOT).as_posix() for path in building.ROOT.glob("docs/*.md")}
    assert {line.split(":")[0] for line in found.splitlines()} == {*own, "mkdocs.yml"} - {"docs/uppdateringar.md"}
    for words in ("08-532 598 00", "https://www.salem.se", "id_authority: foljmed.example", "en demonstration"):
        assert words in found


def test_nothing_is_left_of_the_demonstration_when_all_is_written_anew(tmp_path):
    here = Repository(tmp_path, workshop.environment(tmp_path / "home"))
    workshop.lay_project(tmp_path)
    (tmp_path / "inherited.yml").unlink()
    building.copy_part(building.ROOT / "docs/guide", tmp_path / "docs/guide")
    building.copy_part(building.ROOT / "docs/schema", tmp_path / "docs/schema")
    here.git("init", "--quiet")
    assert run(here, LEFT, expect=1).stdout == ""


def test_the_site_builds_without_its_guide(tmp_path):
    for part in ("docs", "pledges", "hooks", "overrides", "mkdocs.yml"):
        building.copy_part(building.ROOT / part, tmp_path / part)
    shutil.rmtree(tmp_path / "docs/guide")
    config = (tmp_path / "mkdocs.yml").read_text("utf-8")
    shorter = re.sub(r"(?m)^  - För dig som skriver:\n(?: {6}- .*\n)+", "", config)
    assert shorter != config
    (tmp_path / "mkdocs.yml").write_text(shorter, "utf-8")
    built = building.build(tmp_path / "mkdocs.yml", tmp_path / "site", building.TODAY["salem"])
    assert "guide/" not in (built / "index.html").read_text("utf-8")


# --- A server of one's own


def test_a_server_is_set_up_as_the_guide_says(origin, tmp_path):
    tools.need("rsync", "rsync")
    first, env = origin
    srv = tmp_path / "srv"
    srv.mkdir()
    places = {
        "FOLJMED": str(srv / "foljmed-source/.venv/bin/foljmed"),
        "FOLJMED_PUBLISH": str(srv / "foljmed-source/deploy/publish.sh"),
        "FOLJMED_TARGET": f"{srv / 'foljmed'}/",
    }
    desk = workshop.clone(first, tmp_path / "desk", {**env, **places})
    here = Repository(tmp_path, desk.env)
    run(here, block("git init --bare").replace("/srv", str(srv)))
    desk.git("remote", "remove", "origin")
    begun = "\n".join(block("git remote add origin FÖRRÅD").splitlines()[2:])
    run(desk, begun.replace("FÖRRÅD", str(srv / "foljmed.git")))
    clone, rest = block("deploy/publish.sh /srv/foljmed/\ncp").replace("/srv", str(srv)).split("\n", 1)
    assert clone.startswith("git clone ")
    workshop.clone(srv / "foljmed.git", srv / "foljmed-source", here.env)
    run(here, rest)
    assert (srv / "foljmed/index.html").is_file()
    desk.edit("mkdocs.yml", "Följ med i Exempelby", "Följ med")
    desk.commit()
    assert "remote: Mottaget, och webbplatsen är uppdaterad." in desk.git("push").stderr
