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
    """Läs allt innehåll och visa alla problem, en rad för varje: fil:rad: vad som är fel."""
    problems: tuple[Problem, ...] = ()
    try:
        read_catalog(read_project(config or _find_config()))
    except InvalidContent as invalid:
        problems = invalid.problems
    if form == "json":
        click.echo(json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(problem)
        click.echo(_conclusion(len(problems)), err=bool(problems))
    sys.exit(1 if problems else 0)


def _conclusion(count: int) -> str:
    if not count:
        return "Inga problem. Innehållet går att publicera."
    return f"{count} problem. Inget publiceras förrän {'det är rättat' if count == 1 else 'de är rättade'}."


def _find_config() -> Path:
    """Return the nearest mkdocs.yml from the current folder upwards."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "mkdocs.yml").is_file():
            return folder / "mkdocs.yml"
    raise click.ClickException(MESSAGES["no-config"])
