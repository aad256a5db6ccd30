"""From a terminal to the site, and what is stopped on the way: real repositories, real hooks, a real build."""

import os
import shutil

import pytest

import tools
import workshop
from workshop import PLEDGES, TODAY

WALKS = f"{PLEDGES}/trygghetsvandringar"
NEW = (
    *("new", "--pledge", "2024-2025/trygghetsvandringar", "--title", "Vandring på Blyertsbacken: sju mörka platser"),
    *("--by", "kommunen", "--by", "polisen", "--type", "aktivitet", "--happened", "2025-05-06"),
    *("--fulfils", "trygghetsvandring@2025-05-06", "--text", "Arton invånare gick med."),
)


@pytest.fixture
def desk(origin, tmp_path):
    """Return a communicator's clone."""
    remote, env = origin
    return workshop.clone(remote, tmp_path / "desk", env)


@pytest.fixture
def served(origin, tmp_path):
    """Return a communicator's clone of a server's repository, and the folder that the server shows."""
    tools.need("rsync", "rsync")
    remote = shutil.copytree(origin[0], tmp_path / "remote.git")
    source = workshop.clone(remote, tmp_path / "source", origin[1])
    shown = tmp_path / "shown"
    for name in ("pre-receive", "post-receive"):
        shutil.copy(source.folder / "deploy" / name, remote / "hooks" / name)
    env = {
        **origin[1],
        "FOLJMED": str(source.folder / ".venv/bin/foljmed"),
        "FOLJMED_PUBLISH": str(source.folder / "deploy/publish.sh"),
        "FOLJMED_TARGET": f"{shown}/",
    }
    return workshop.clone(remote, tmp_path / "desk", env), shown


def test_an_update_written_in_a_terminal_is_pushed_built_and_shown_and_fulfils_the_plan(served):
    desk, shown = served
    assert "trygghetsvandring@2025-05-06" in desk.foljmed("due").stdout
    path = desk.foljmed(*NEW).stdout.strip()
    assert path.startswith(f"{WALKS}/{TODAY}-vandring-pa-blyertsbacken")
    assert desk.foljmed("check", "--since", "origin/main", expect=None).returncode == 0
    desk.commit()
    pushed = desk.git("push", "--quiet")
    assert "remote: Mottaget, och webbplatsen är uppdaterad." in pushed.stderr
    stem = path.rsplit("/", 1)[1].removesuffix(".md")
    title = "Vandring på Blyertsbacken: sju mörka platser"
    page = (shown / "2024-2025/trygghetsvandringar/index.html").read_text("utf-8")
    assert f'id="{stem}"' in page
    assert title in page
    for feed in ("", "2024-2025/", "2024-2025/trygghetsvandringar/", "parter/kommunen/", "parter/polisen/"):
        assert title in (shown / feed / "feed.xml").read_text("utf-8")
    assert f"trygghetsvandringar/#{stem}" in (shown / "2024-2025/kalender/index.html").read_text("utf-8")
    assert "trygghetsvandring@2025-05-06" not in desk.foljmed("due").stdout


# --- The wrong ways


def broken(desk):
    path = desk.foljmed(*NEW).stdout.strip()
    desk.edit(path, "typ: aktivitet", "typ: aktivitt")
    return path, "”aktivitt” går inte att välja för ”typ”. Menade du ”aktivitet”?"


def personal(desk):
    path = desk.foljmed(*NEW).stdout.strip()
    desk.edit(path, "Arton invånare gick med.", "Arton invånare gick med. Ring 19900101-2385.")
    return path, "personnummer"


def deleted(desk):
    path = f"{WALKS}/2025-04-15-svar-inom-30-dagar.md"
    (desk.folder / path).unlink()
    return path, "foljmed withdraw"


def reworded(desk):
    path = f"{WALKS}/lofte.md"
    file = desk.folder / path
    file.write_text(f"{file.read_text('utf-8').rstrip()} Om vi hinner.\n", "utf-8")
    return path, "ordalydelse"


def deleted_by_another(desk):
    desk.edit("mkdocs.yml", "id_authority: exempelby.example,2022", "id_authority: annan.example,2026")
    return deleted(desk)


WRONGS = [broken, personal, deleted, reworded, deleted_by_another]
# What the content says by itself, and what only a comparison with the published shows.
ALONE = (broken, personal)


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.__name__)
def test_a_server_refuses_it_says_why_and_shows_what_it_showed(wrong, served):
    desk, shown = served
    path, words = wrong(desk)
    desk.commit()
    refused = desk.git("push", expect=1)
    line = next(each for each in refused.stderr.splitlines() if words in each)
    assert f"remote: {path.rsplit('/', 1)[0]}/" in line
    assert "Ändringen är inte mottagen. Rätta det som står ovan" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not shown.exists()


def test_a_server_keeps_the_history_of_what_it_has_shown(served):
    desk, _ = served
    was = desk.git("rev-parse", "origin/main").stdout
    desk.git("checkout", "--quiet", "--orphan", "ny")
    desk.commit("Allt på nytt")
    refused = desk.git("push", "--force", "origin", "ny:main", expect=1)
    assert "remote: Historiken på main får inte skrivas om" in refused.stderr
    assert "får inte skrivas om" not in desk.git("push", "origin", "ny").stderr
    assert "går inte att ta bort" in desk.git("push", "origin", ":main", expect=1).stderr
    assert desk.git("ls-remote", "origin", "refs/heads/main").stdout.split()[0] == was.strip()


def test_a_server_says_when_it_has_received_what_it_could_not_build(served):
    desk, shown = served
    config = desk.folder / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("theme:\n", "theme:\n  name: finns-inte\n"), "utf-8")
    desk.commit()
    pushed = desk.git("push")
    assert "finns-inte" in pushed.stderr
    assert "remote: Ändringen är mottagen men INTE publicerad. Webbplatsen är som den var." in pushed.stderr
    assert not shown.exists()


def test_a_server_that_can_not_fetch_says_why_that_may_be(served):
    desk, shown = served
    source = workshop.Repository(desk.folder.parent / "source", desk.env)
    source.git("commit", "--quiet", "--amend", "--message", "En annan historik")
    said = source.run("deploy/publish.sh", f"{shown}/", expect=1).stderr
    assert "kör som den användare som äger den, inte som root" in said
    assert "töm mappen och klona den på nytt" in said
    assert not shown.exists()


@pytest.mark.parametrize("program", ["", "#!/finns/inte/python\n"], ids=["missing", "without its Python"])
def test_a_server_without_its_program_says_who_can_help(program, served):
    desk, _ = served
    there = desk.folder.parent / "source/.venv/bin/foljmed"
    there.unlink()
    if program:
        there.write_text(program, "utf-8")
        there.chmod(0o755)
    desk.foljmed(*NEW)
    desk.commit()
    said = desk.git("push", expect=1).stderr
    assert "remote: Ändringen är inte mottagen: programmet som ska läsa den saknas på servern." in said
    assert "make -C /srv/foljmed-source .venv/ready" in said
    assert "Rätta det som står ovan" not in said


def test_a_lock_that_can_not_be_installed_leaves_the_program_that_was(desk):
    program, ready = desk.folder / ".venv/bin/foljmed", desk.folder / ".venv/ready"
    was = program.readlink()
    for lock in ("finns inte\n", "setuptools==0 \\\n    --hash=sha256:00\n"):
        (desk.folder / "requirements.lock").write_text(lock, "utf-8")
        os.utime(ready, (0, 0))
        assert "requirement" in desk.run("make", ".venv/ready", expect=2, PIP_NO_INDEX="1").stderr
        assert program.readlink() == was
        assert desk.foljmed("check").returncode == 0
    assert not (desk.folder / ".cache/venv").exists()


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.__name__)
def test_git_itself_stops_it_on_the_communicators_own_machine(wrong, desk):
    desk.run(".venv/bin/pre-commit", "install")
    path, words = wrong(desk)
    desk.git("add", "--all")
    command = ["commit", "-m", "Ny uppdatering"]
    stopped = desk.git(*command, expect=1 if wrong in ALONE else 0)
    if wrong not in ALONE:
        stopped = desk.git("push", expect=1)
    said = stopped.stdout + stopped.stderr
    assert words in next(each for each in said.splitlines() if each.startswith(path.rsplit("/", 1)[0]))
    assert "Traceback" not in said


def test_git_takes_back_a_page_but_not_what_has_been_told_of_a_pledge(desk):
    desk.edit("docs/om.md", "# Om ", "# Mer om ")
    desk.commit()
    desk.git("revert", "--no-edit", "HEAD")
    assert desk.foljmed("check", "--since", "HEAD^").returncode == 0
    path = desk.foljmed(*NEW).stdout.strip()
    desk.commit()
    desk.git("revert", "--no-edit", "HEAD")
    refused = desk.foljmed("check", "--since", "HEAD^", expect=1)
    assert f"{path}:1: Uppdateringen är publicerad och får inte bara försvinna." in refused.stdout
    desk.git("revert", "--no-edit", "HEAD")
    stem = path.removeprefix("pledges/").removesuffix(".md")
    desk.foljmed("withdraw", stem, "--reason", "Vandringen blev aldrig av.")
    desk.commit()
    assert desk.foljmed("check", "--since", "HEAD^").returncode == 0


def test_a_link_to_a_part_of_a_page_that_goes_with_the_day_stops_no_build(desk):
    page = desk.folder / "docs/om.md"
    page.write_text(f"{page.read_text('utf-8')}\n[Vad som kommer](index.md#harnast)\n", "utf-8")
    for day, is_told in ((TODAY, False), ("2027-01-01", True)):
        built = desk.run(".venv/bin/mkdocs", "build", "--strict", FOLJMED_TODAY=day)
        assert ("”index.md#harnast” finns inte i det här bygget." in built.stderr) == is_told
        assert ' id="harnast"' in (desk.folder / "site/index.html").read_text("utf-8") or is_told
        assert 'href="../#harnast"' in (desk.folder / "site/om/index.html").read_text("utf-8")
