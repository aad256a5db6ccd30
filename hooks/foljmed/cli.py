"""The communicator's commands."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from foljmed.problems import MESSAGES, InvalidContent, Problem
from foljmed.reader import read_catalog
from foljmed.settings import read_project


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Verktyg för den som skriver uppdateringar om medborgarlöften."""


@main.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Hur problemen skrivs ut.")
@click.option("-f", "--config", type=click.Path(path_type=Path), help="Webbplatsens mkdocs.yml.")
def check(form: str, config: Path | None) -> None:
    """Läs allt innehåll och visa alla problem och varningar, en rad för varje: fil:rad: vad som är fel."""
    problems: tuple[Problem, ...] = ()
    try:
        problems = read_catalog(read_project(config or _find_config())).warnings
    except InvalidContent as invalid:
        problems = invalid.problems
    if form == "json":
        click.echo(json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(problem)
        click.echo(_conclusion(problems), err=bool(problems))
    sys.exit(1 if any(problem.is_error for problem in problems) else 0)


def _conclusion(problems: tuple[Problem, ...]) -> str:
    errors = sum(problem.is_error for problem in problems)
    warnings = len(problems) - errors
    also = f" och {warnings} {'varning' if warnings == 1 else 'varningar'}" if warnings else ""
    if not errors:
        return f"Inga problem{also.replace(' och', ' men')}. Innehållet går att publicera."
    return f"{errors} problem{also}. Inget publiceras förrän {'det är rättat' if errors == 1 else 'de är rättade'}."


def _find_config() -> Path:
    """Return the nearest mkdocs.yml from the current folder upwards."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "mkdocs.yml").is_file():
            return folder / "mkdocs.yml"
    raise click.ClickException(MESSAGES["no-config"])
