"""What has been published stays: ``foljmed check --since``, in real repositories."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import building
import casefiles
from foljmed.cli import main
from foljmed.problems import GROUPS

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


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in HISTORY])
def test_what_breaks_with_the_published_is_told_at_its_line(case, tmp_path):
    config = case.lay(tmp_path)
    publish(tmp_path)
    for part in case.later:
        part.put(tmp_path)
    result = check(config)
    assert tuple(result.stdout.splitlines()) == (case.expected or ("Inga problem. Innehållet går att publicera.",))
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
    assert check(laid(tmp_path)).exit_code == 0


def test_the_folder_of_the_content_may_move(tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    (tmp_path / "pledges").rename(tmp_path / "innehall")
    config.write_text(config.read_text("utf-8").replace("  foljmed:\n", "  foljmed:\n    content: innehall\n"), "utf-8")
    assert check(config).stdout == "Inga problem. Innehållet går att publicera.\n"


@pytest.mark.parametrize("revision", ["HEAD~1", "ingenstans", "--output=x", "-1", "", "HEAD:mkdocs.yml"])
def test_a_version_that_git_does_not_know_is_told(revision, tmp_path):
    config = laid(tmp_path)
    publish(tmp_path)
    result = check(config, revision)
    assert f"Git känner inte till ”{revision}”" in result.stdout
    assert result.exit_code == 1


def test_without_a_repository_or_git_it_says_so(tmp_path, monkeypatch):
    config = laid(tmp_path)
    assert "hör inte till något git-förråd" in check(config, GIT_CEILING_DIRECTORIES=str(tmp_path.parent)).stdout
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "behöver programmet git" in check(config).stdout


def test_every_message_about_the_published_stands_in_some_case():
    lines = "\n".join(line for case in HISTORY for line in case.expected)
    elsewhere = {"no-git", "no-repository", "unknown-revision"}
    for code, message in GROUPS["Det som redan är publicerat"].items():
        pieces = [piece.partition("}")[2] if index else piece for index, piece in enumerate(message.split("{"))]
        assert code in elsewhere or max(pieces, key=len).strip() in lines, code


def test_comparing_answers_within_a_second(tmp_path):
    for part in ("pledges", "docs", "mkdocs.yml"):
        building.copy_part(building.ROOT / part, tmp_path / part)
    publish(tmp_path)
    command = [Path(sys.executable).with_name("foljmed"), "check", "--since", "HEAD"]
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run(command, cwd=tmp_path, env=building.environment("2026-11-23"), check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    assert min(times) < 1
