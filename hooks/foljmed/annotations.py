"""Problems in the forms that git hosts show beside the changed lines of a proposal."""

import json
from collections.abc import Sequence
from hashlib import sha256

from foljmed.problems import Problem


def for_github(problems: Sequence[Problem]) -> str:
    """Return a workflow command a line for each problem.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    return "".join(
        f"::{each.severity} file={_property(each.path)},line={each.line}::{_data(each.message)}\n" for each in problems
    )


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def for_gitlab(problems: Sequence[Problem]) -> str:
    """Return a code quality report, JSON.

    https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    """
    return json.dumps([_finding(each) for each in problems], ensure_ascii=False, indent=2) + "\n"


def _finding(problem: Problem) -> dict[str, object]:
    # GitLab tells old findings from new ones by this: a problem that only moves to another line stays the same.
    same = f"{problem.path}\0{problem.code}\0{problem.message}"
    return {
        "description": problem.message,
        "check_name": problem.code,
        "fingerprint": sha256(same.encode()).hexdigest(),
        "severity": "critical" if problem.is_error else "minor",
        "location": {"path": problem.path, "lines": {"begin": problem.line}},
    }
