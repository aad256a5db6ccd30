"""What has been published stays: ``foljmed check --since``, in real repositories."""

import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import zlib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies

import building
import casefiles
from foljmed.catalog import known
from foljmed.cli import main
from foljmed.history import compare
from foljmed.problems import GROUPS
from foljmed.reader import read, read_as_written
from foljmed.settings import read_project

UPDATE = "pledges/2021-2022/belysning/2021-06-01-nya-lampor.md"
HISTORY = casefiles.read_cases("history")
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "prov@foljmed.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def git(folder, *arguments):
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    subprocess.run(command, cwd=folder, env={**os.environ, **GIT}, check=True, capture_output=True)


def publish(folder, *more):
    """Commit what a folder holds."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", *more)
    git(folder, "commit", "--quiet", "--message", "Publicerat")


def check(config, revision="HEAD", today="2021-09-01", **env):
    arguments = ["check", "--config", str(config), f"--since={revision}"]
    return CliRunner(env={"FOLJMED_TODAY": today, **env}).invoke(main, arguments)


LATER = "Publiceras först senare: "


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in HISTORY])
def test_what_breaks_with_the_published_is_told_at_its_line(case, tmp_path):
    config = case.lay(tmp_path)
    publish(tmp_path)
    for part in case.later:
        part.put(tmp_path)
    result = check(config)
    told = tuple(line for line in result.stdout.splitlines() if not line.startswith(LATER))
    assert told == (case.expected or ("Inga problem. Innehållet går att publicera.",))
    errors = [line for line in case.expected if ": Varning: " not in line]
    assert result.exit_code == bool(errors)


def laid(folder):
    return casefiles.Case("base", "", (), ()).lay(folder)


def test_nothing_changed_is_no_problem(tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    assert check(config).exit_code == 0


def test_what_is_published_later_was_not_published_yet(tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    (tmp_path / "pledges/2021-2022/belysning/2021-06-01-nya-lampor.md").unlink()
    assert check(config, today="2021-05-01").exit_code == 0
    assert check(config, today="2021-06-01").exit_code == 1


def test_a_project_below_the_repositorys_root_is_found_with_what_it_inherits(tmp_path):
    sites = tmp_path / "tests/sites"
    building.copy_part(building.ROOT / "tests/sites/exempelby", sites / "exempelby")
    building.copy_part(building.ROOT / "mkdocs.yml", tmp_path / "mkdocs.yml")
    publish(tmp_path)
    config = sites / "exempelby/mkdocs.yml"
    assert check(config, today="2025-05-15").exit_code == 0
    gone = sites / "exempelby/pledges/2022-2023/2022-07-08-halvarsrapport.md"
    gone.unlink()
    assert f"{gone.relative_to(sites / 'exempelby').as_posix()}:1: " in check(config, today="2025-05-15").stdout


def test_a_commit_before_there_was_a_site_published_nothing(tmp_path):
    (tmp_path / "README").write_text("Snart.", "utf-8")
    publish(tmp_path)
    result = check(laid(tmp_path))
    assert result.stdout == (
        "mkdocs.yml:1: Varning: I ”HEAD” finns inget innehåll för den här webbplatsen, så inget har jämförts.\n"
    )
    assert result.exit_code == 0


def test_a_site_may_move_within_its_repository(tmp_path):
    before, after = tmp_path / "foljmed", tmp_path / "webb/Följ med"
    laid(before)
    publish(tmp_path)
    after.parent.mkdir()
    before.rename(after)
    (after / UPDATE).unlink()
    config = after / "mkdocs.yml"
    assert check(config).stdout.startswith(f"{UPDATE}:1: Uppdateringen är publicerad")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--message", "Flyttat")
    assert check(config).exit_code == 0


def test_another_site_in_the_repository_is_not_this_one(tmp_path):
    other = laid(tmp_path / "a")
    other.write_text(other.read_text("utf-8").replace("provby.example,2021", "annan.example,2021"), "utf-8")
    publish(tmp_path)
    assert "så inget har jämförts" in check(laid(tmp_path / "b")).stdout


def test_the_folder_of_the_content_may_move(tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    (tmp_path / "pledges").rename(tmp_path / "innehall")
    config.write_text(config.read_text("utf-8").replace("  foljmed:\n", "  foljmed:\n    content: innehall\n"), "utf-8")
    assert check(config).stdout.partition(LATER)[0] == "Inga problem. Innehållet går att publicera.\n"


def test_what_a_commit_holds_is_read_as_git_keeps_it(tmp_path):
    config = laid(tmp_path)
    update = tmp_path / UPDATE
    update.write_bytes(update.read_bytes().replace(b"\n", b"\r\n"))
    (tmp_path / ".gitattributes").write_text("pledges export-ignore\n*.md export-subst\n", "utf-8")
    secret = tmp_path / "utanfor.md"
    secret.write_bytes(update.read_bytes())
    for link in ("pledges/2021-2022/belysning/2021-08-01-lank.md", "pledges/2019-2020"):
        (tmp_path / link).symlink_to(secret if link.endswith(".md") else "/etc")
    publish(tmp_path)
    for link in ("pledges/2021-2022/belysning/2021-08-01-lank.md", "pledges/2019-2020"):
        (tmp_path / link).unlink()
    update.write_bytes(update.read_bytes().replace(b"\r\n", b"\n"))
    assert check(config).stdout.partition(LATER)[0] == "Inga problem. Innehållet går att publicera.\n"
    update.unlink()
    assert check(config).stdout.startswith(f"{UPDATE}:1: Uppdateringen är publicerad")


def test_a_decomposed_folder_in_git_is_the_same_folder(tmp_path):
    names = [unicodedata.normalize(form, "innehåll") for form in ("NFD", "NFC")]
    config = laid(tmp_path)
    config.write_text(config.read_text("utf-8") + f"    content: {names[1]}\n", "utf-8")
    (tmp_path / "pledges").rename(tmp_path / names[0])
    publish(tmp_path)
    (tmp_path / names[0]).rename(tmp_path / names[1])
    (tmp_path / UPDATE.replace("pledges", names[1])).unlink()
    assert f"{UPDATE.replace('pledges', names[1])}:1: Uppdateringen" in check(config).stdout


def test_within_hooks_git_is_asked_about_the_projects_repository(tmp_path):
    config = laid(tmp_path / "webb")
    publish(tmp_path)
    (tmp_path / "webb" / UPDATE).unlink()
    for told in (
        {"GIT_DIR": ".git"},
        {"GIT_DIR": str(tmp_path / "annat"), "GIT_INDEX_FILE": "x", "GIT_PREFIX": "webb/"},
    ):
        assert "Uppdateringen är publicerad" in check(config, **told).stdout


def test_a_hook_that_laid_the_files_elsewhere_is_asked_about_its_own_repository(tmp_path):
    bare, work = tmp_path / "webb.git", tmp_path / "arbete"
    laid(work / "webb")
    other = laid(work)  # another site, in the place that ours would have if the repository were ours alone
    other.write_text(other.read_text("utf-8").replace("provby.example,2021", "annan.example,2021"), "utf-8")
    publish(work)
    git(tmp_path, "clone", "--bare", work, bare)
    config = laid(tmp_path / "utlagt")
    (tmp_path / "utlagt" / UPDATE).unlink()
    result = check(config, GIT_DIR=str(bare), GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert result.stdout.startswith(f"{UPDATE}:1: Uppdateringen är publicerad")
    assert len(result.stdout.splitlines()) == 1


def test_a_first_push_has_nothing_before_it(tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    result = check(config, "0" * 40)
    assert "så inget har jämförts" in result.stdout
    assert result.exit_code == 0


def test_in_a_shallow_clone_it_says_how_to_fetch_the_rest(tmp_path):
    laid(tmp_path / "a")
    publish(tmp_path / "a")
    git(tmp_path / "a", "commit", "--allow-empty", "--message", "Nästa")
    git(tmp_path, "clone", "--depth", "1", f"file://{tmp_path / 'a'}", "b")
    told = check(tmp_path / "b/mkdocs.yml", "HEAD~1").stdout
    assert told.startswith("mkdocs.yml:1: ”HEAD~1” är inte hämtad hit")
    assert "git fetch --unshallow" in told


def test_what_a_colleague_has_published_since_is_not_taken_for_gone(tmp_path):
    laid(tmp_path / "a")
    publish(tmp_path / "a")
    git(tmp_path, "clone", "a", "b")
    for folder in ("a", "b"):
        report = tmp_path / folder / "pledges/2021-2022/2021-07-02-halvarsrapport.md"
        report.with_name(f"2021-07-03-{folder}.md").write_bytes(report.read_bytes())
        publish(tmp_path / folder)
    config = tmp_path / "b/mkdocs.yml"
    assert check(config, "origin/main").exit_code == 0
    git(tmp_path / "b", "fetch")
    told = check(config, "origin/main")
    assert told.stdout.startswith("mkdocs.yml:1: I ”origin/main” finns nyare ändringar som inte finns här")
    assert len(told.stdout.splitlines()) == told.exit_code == 1
    git(tmp_path / "b", "merge", "origin/main", "--message", "Ihop")
    assert check(config, "origin/main").exit_code == 0


def test_what_a_server_has_laid_out_is_compared_whatever_branch_its_repository_is_on(tmp_path):
    laid(tmp_path / "a")
    publish(tmp_path / "a")
    git(tmp_path / "a", "branch", "old")
    git(tmp_path / "a", "commit", "--allow-empty", "--message", "Nästa")
    git(tmp_path, "clone", "--bare", "a", "b.git")
    git(tmp_path / "b.git", "symbolic-ref", "HEAD", "refs/heads/old")
    config = laid(tmp_path / "c")
    env = {"GIT_DIR": str(tmp_path / "b.git"), "GIT_CEILING_DIRECTORIES": str(tmp_path)}
    assert check(config, "main", **env).stdout.partition(LATER)[0] == "Inga problem. Innehållet går att publicera.\n"


def test_in_a_shallow_clone_nothing_is_said_of_what_came_before_what(tmp_path):
    laid(tmp_path / "a")
    publish(tmp_path / "a")
    git(tmp_path / "a", "commit", "--allow-empty", "--message", "Nästa")
    git(tmp_path, "clone", "--depth", "1", f"file://{tmp_path / 'a'}", "b")
    git(tmp_path / "a", "tag", "published", "HEAD~1")
    git(tmp_path / "b", "fetch", "--depth", "1", "origin", "tag", "published")
    assert check(tmp_path / "b/mkdocs.yml", "published").exit_code == 0


def test_a_number_with_its_thousands_apart_is_told_whole(tmp_path):
    config = laid(tmp_path)
    update = tmp_path / UPDATE
    text = update.read_text("utf-8")
    update.write_text(f"{text}\nDet kostade 12 480 kronor år 2021.\n", "utf-8")
    publish(tmp_path)
    update.write_text(f"{text}\nDet kostade 12 481 kronor år 2021.\n", "utf-8")
    assert "”12 480” har blivit ”12 481”" in check(config).stdout


def test_what_is_gone_comes_back_as_it_says(tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    (tmp_path / UPDATE).unlink()
    command = re.search("git restore [^.]*[.]md", check(config).stdout)[0]
    git(tmp_path, *command.split()[1:])
    assert check(config).exit_code == 0


@pytest.mark.parametrize("is_partly", [False, True])
@pytest.mark.parametrize("is_staged", [False, True])
def test_what_was_renamed_gets_its_name_back_as_it_says_whether_git_knows_of_it_or_not(is_staged, is_partly, tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    old, new = tmp_path / "pledges/2021-2022/belysning", tmp_path / "pledges/2021-2022/lampor"
    old.rename(new)
    if is_partly:
        old.mkdir()
    if is_staged:
        git(tmp_path, "add", "--all")
    command = re.search(": (mv .*)", check(config).stdout)[1]
    subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=True)
    assert check(config).exit_code == 0, check(config).stdout


def test_what_git_refuses_is_told_in_its_own_words(tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    assert "detected dubious ownership" in check(config, GIT_TEST_ASSUME_DIFFERENT_OWNER="1").stdout
    for file in (tmp_path / ".git/objects").glob("??/*"):
        if b"Kommunstyrelsen" in zlib.decompress(file.read_bytes()):
            file.chmod(0o600)
            file.unlink()
    assert re.search("Git kan inte läsa det som är publicerat. Det säger: [0-9a-f]{40} missing", check(config).stdout)


@pytest.mark.parametrize("settings", ["site_name: [", "site_name: Provby\n"])
def test_settings_that_could_not_be_read_then_do_not_hide_the_content(settings, tmp_path):
    config = laid(tmp_path)
    good = config.read_text("utf-8")
    config.write_text(settings, "utf-8")
    publish(tmp_path)
    config.write_text(good, "utf-8")
    (tmp_path / UPDATE).unlink()
    told = check(config).stdout
    if "[" in settings:
        assert "mkdocs.yml:1: Varning: Så som filen ser ut i HEAD" in told
        assert "Uppdateringen är publicerad" in told
    else:
        assert "så inget har jämförts" in told


def test_what_is_wrong_with_the_content_is_told_also_where_git_can_not_tell(tmp_path):
    config = laid(tmp_path)
    update = tmp_path / UPDATE
    update.write_text(update.read_text("utf-8").replace("typ: beslut", "typ: beslutt"), "utf-8")
    told = check(config, GIT_CEILING_DIRECTORIES=str(tmp_path.parent)).stdout
    assert "”beslutt” går inte att välja" in told
    assert "hör inte till något git-förråd" in told


@pytest.mark.parametrize(
    "revision", ["HEAD~1", "ingenstans", "--output=x", "-1", "", "HEAD:mkdocs.yml", "HEAD..HEAD", "^HEAD", "HEAD\nHEAD"]
)
def test_a_version_that_git_does_not_know_is_told(revision, tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    result = check(config, revision)
    assert f"Git känner inte till ”{' '.join(revision.split())}”" in result.stdout
    assert result.exit_code == 1


def test_without_a_repository_or_git_it_says_so(tmp_path, monkeypatch):
    config = laid(tmp_path)
    assert "hör inte till något git-förråd" in check(config, GIT_CEILING_DIRECTORIES=str(tmp_path.parent)).stdout
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "behöver programmet git" in check(config).stdout


def test_every_message_about_the_published_stands_in_some_case():
    lines = "\n".join(line for case in HISTORY for line in case.expected)
    elsewhere = {
        "no-git",
        "no-repository",
        "unknown-revision",
        "shallow-repository",
        "git-refuses",
        "nothing-published",
        "newer-elsewhere",
    }
    for code, message in GROUPS["Det som redan är publicerat"].items():
        pieces = [piece.partition("}")[2] if index else piece for index, piece in enumerate(message.split("{"))]
        assert code in elsewhere or max(pieces, key=len).strip() in lines, code


def slips(draw):
    file = draw(
        strategies.sampled_from(sorted({*casefiles.BASE.rglob("*.md"), *casefiles.BASE.rglob("pledges/**/*.yml")}))
    )
    text = file.read_text("utf-8")
    at, dropped = draw(strategies.integers(0, len(text))), draw(strategies.integers(0, 60))
    piece = draw(
        strategies.sampled_from(["", "\n", "12", "inte ", "- ", "a: ", "<del>", "]", "\ufeff", " #", "2021-09-0"])
    )
    return file.relative_to(casefiles.BASE), text[:at] + piece + text[at + dropped :]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(slip=strategies.composite(slips)())
def test_no_slip_of_the_pen_then_or_now_ends_in_a_traceback(slip):
    path, text = slip
    with tempfile.TemporaryDirectory() as folder:
        good, slipped = (read_project(laid(Path(folder, name))) for name in ("good", "slipped"))
        (slipped.root / path).write_text(text, "utf-8", newline="")
        today, last = date(2021, 9, 1), len(text.splitlines()) + 1
        for before, after in ((good, slipped), (slipped, good)):
            problems = list(compare(known(read_as_written(before)[0], today), read(after), after, today))
            told = [problem for problem in problems if problem.path == path.as_posix()]
            assert all(1 <= problem.line <= (last if after is slipped else 60) for problem in told)


def test_comparing_answers_within_a_second(tmp_path):
    for part in ("pledges", "docs", "mkdocs.yml"):
        building.copy_part(building.ROOT / part, tmp_path / part)
    publish(tmp_path)
    command = [Path(sys.executable).with_name("foljmed"), "check", "--since", "HEAD"]
    subprocess.run(command, cwd=tmp_path, env=building.environment("2026-11-23"), check=True, capture_output=True)
    used = os.times()
    subprocess.run(command, cwd=tmp_path, env=building.environment("2026-11-23"), check=True, capture_output=True)
    # The processor's time: what else a machine is doing is not the command's fault.
    assert sum(os.times()[2:4]) - sum(used[2:4]) < 1
