"""Writes a list into a GitLab issue that stays the same from week to week. Run by .gitlab-ci.yml: FILE."""  # noqa: INP001 - a script, run by itself

import json
import os
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

LABEL = "väntas"
TITLE = "Det här väntas av oss"


def ask(method: str, path: str, **fields: str) -> Any:
    """Return what GitLab answers about this project's issues. Raises OSError where it refuses."""
    base = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}/issues"
    query = urllib.parse.urlencode(fields)
    address, data = (f"{base}{path}?{query}", None) if method == "GET" else (f"{base}{path}", query.encode())
    headers = {"PRIVATE-TOKEN": os.environ["FOLJMED_TOKEN"]}
    request = urllib.request.Request(address, data, headers, method=method)  # noqa: S310 - GitLab's own address, from its runner
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
        return json.load(answer)


def main(file: str) -> None:
    """Put a file's text into the open issue that has our label, or into a new one."""
    words = Path(file).read_text("utf-8")
    found = ask("GET", "", labels=LABEL, state="opened", per_page="1")
    if found:
        ask("PUT", f"/{found[0]['iid']}", description=words)
        # A note is what sends mail to those who follow the issue.
        ask("POST", f"/{found[0]['iid']}/notes", body="Listan överst är ny för den här veckan.")
    else:
        ask("POST", "", title=TITLE, labels=LABEL, description=words)


if __name__ == "__main__":
    main(sys.argv[1])
