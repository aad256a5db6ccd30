"""What the commands share: opening the content, telling what is wrong with it, and questions.

A question is asked again until the answer can be read.
"""

import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from foljmed.catalog import Catalog
from foljmed.desk import Desk
from foljmed.guard import check_text
from foljmed.problems import WARNINGS, Fault, InvalidContent, Problem, did_you_mean, refused
from foljmed.reader import read
from foljmed.settings import Project, read_project, read_today
from foljmed.source import must_be_writable
from foljmed.swedish import speak_swedish

speak_swedish()  # before the options are made: click names their kinds at once

T = TypeVar("T")


class Stop(click.ClickException):
    """Something that a command cannot go on with."""

    def __init__(self, fault: Fault) -> None:
        """Say what is wrong, as a problem in a file would."""
        super().__init__(fault.at("", 1).message)


class Command(click.Command):
    """A command whose usage line is in Swedish."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        """Name the options as click would, in Swedish."""
        super().__init__(*arguments, **{"options_metavar": "[VAL]", **more})


class Group(click.Group):
    """A group of such commands."""

    command_class = Command

    def main(self, *arguments: Any, **more: Any) -> Any:
        """Run, and write "?" for a sign that a terminal of another encoding does not have, instead of ending there."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        return super().main(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and say what is wrong: in what was asked, in the content, or in reading or writing a file."""
        try:
            return super().invoke(ctx)
        except Fault as fault:
            raise Stop(fault) from None
        except InvalidContent as invalid:
            sys.exit(tell(invalid.problems))
        except BrokenPipeError:  # which click knows: nobody reads on
            raise
        except OSError as error:
            raise Stop(refused(error)) from None

    def __init__(self, *arguments: Any, **more: Any) -> None:
        """Name the options and commands as click would, in Swedish."""
        words = {"options_metavar": "[VAL]", "subcommand_metavar": "[KOMMANDO]"}
        super().__init__(*arguments, **{**words, **more})


class Choice(click.Choice[str]):
    """One of several words, whatever their capitals."""

    def __init__(self, choices: Iterable[str]) -> None:
        """Take the words."""
        super().__init__(choices, case_sensitive=False)

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:  # noqa: ARG002 - as in click
        """Say it as all else is said."""
        return Fault("not-a-choice", value=value, choices=", ".join(self.choices)).at("", 1).message


config_option = click.option(
    "-f",
    "--config",
    type=click.Path(path_type=Path),
    metavar="SÖKVÄG",
    help="Webbplatsens mkdocs.yml.",
)


# --- Content


def find_config(config: Path | None) -> Path:
    """Return a mkdocs.yml, or where none is given the nearest one upwards. Raises Fault if there is none."""
    here = Path.cwd()
    above = (folder / "mkdocs.yml" for folder in (here, *here.parents))
    found = config or next((file for file in above if file.is_file()), None)
    if found is None:
        raise Fault("no-config")
    return found


def open_project(config: Path | None) -> Project:
    """Return the project of a mkdocs.yml, or of the nearest one upwards. Raises Fault and InvalidContent."""
    return read_project(find_config(config))


def open_desk(config: Path | None) -> Desk:
    """Return what a communicator needs to write. Raises Fault and InvalidContent."""
    project = open_project(config)
    catalog, problems = read(project)
    return Desk(project, catalog, read_today(), problems)


def open_told(project: Project) -> tuple[Catalog, date, str]:
    """Return the content, the day, and what to say of problems, empty without: for commands that only tell.

    Problems stop nothing that is read.
    """
    catalog, problems = read(project)
    errors = sum(problem.is_error for problem in problems)
    gaps = f"Innehållet har {errors} problem, så allt kanske inte är med. Kör foljmed check." if errors else ""
    return catalog, read_today(), gaps


def tell(problems: Sequence[Problem], *, err: bool = False) -> int:
    """Print problems, a line each, and return the exit code that they mean."""
    for problem in problems:
        click.echo(problem, err=err)
    return 1 if any(problem.is_error for problem in problems) else 0


# --- Questions


def ask(
    question: str, parse: Callable[[str], T], *, default: str | None = None, option: str = "", about: str = ""
) -> T:
    """Return the answer to a question. ``default`` is what an empty answer means; without one, an answer is needed.

    ``option`` is what could have been written instead, ``about`` the question in full where more stands above it.
    Raises Fault when nobody answers.
    """

    def read(answer: str) -> T:
        try:
            return parse(answer.strip())
        except Fault as fault:
            raise click.UsageError(fault.at("", 1).message) from None

    try:
        # click shows a default of its own kind; what an empty answer means is said in the question.
        return click.prompt(question, default=default, show_default=bool(default), value_proc=read, err=True)
    except click.Abort:
        raise Fault("no-answer", value=about or question, option=option or "ett val") from None


def text(answer: str) -> str:
    """Return an answer that is not only spaces and may be public, on one line. Raises Fault."""
    if not answer.strip():
        raise Fault("empty-answer")
    return " ".join(public(answer).split())


def public(answer: str) -> str:
    """Return an answer in which no number of a person stands. Raises Fault: then it is asked for again at once."""
    must_be_writable(answer)
    for fault in check_text(answer, ()):
        if fault.code not in WARNINGS:
            raise fault
    return answer.strip()


def perhaps(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """Return a parser to which an empty answer is None."""
    return lambda answer: parse(answer) if answer.strip() else None


def one_of(choices: Mapping[str, str]) -> Callable[[str], str]:
    """Return a parser of one choice: its number in the list, counted from 1, its id, or what stands in the list."""
    ids = list(choices)
    names = {name.lower(): id_ for id_, name in choices.items()} | {id_.lower(): id_ for id_ in ids if id_}

    def parse(answer: str) -> str:
        if answer.isdecimal() and 1 <= int(answer) <= len(ids):
            return ids[int(answer) - 1]
        if answer.lower() in names:
            return names[answer.lower()]
        hint = did_you_mean(answer, filter(None, choices.values())) if len(answer) > 1 else ""
        raise Fault("bad-answer", value=answer, most=len(ids), hint=hint)

    return parse


def some_of(choices: Mapping[str, str]) -> Callable[[str], list[str]]:
    """Return a parser of several choices with commas between them; ``alla`` means every one."""
    one = one_of(choices)

    def parse(answer: str) -> list[str]:
        if answer.strip().lower() == "alla":
            return list(choices)
        return list(dict.fromkeys(one(each.strip()) for each in answer.split(",") if each.strip()))

    return parse


def show_choices(question: str, choices: Mapping[str, str]) -> None:
    """Print a numbered list under a question."""
    click.echo(f"\n{question}", err=True)
    for number, name in enumerate(choices.values(), 1):
        click.echo(f"  {number:>2}  {name}", err=True)


def choose(question: str, choices: Mapping[str, str], *, option: str = "", optional: bool = False) -> str | None:
    """Return the id of what was chosen in a numbered list; None for an empty answer, where that is ``optional``."""
    show_choices(question, choices)
    if optional:
        return ask("Nummer", perhaps(one_of(choices)), default="", option=option, about=question)
    return ask("Nummer", one_of(choices), option=option, about=question)


def choose_some(
    question: str, choices: Mapping[str, str], *, default: Sequence[str], option: str = ""
) -> Sequence[str]:
    """Return the ids of what was chosen in a numbered list. ``default`` are those that an empty answer means."""
    show_choices(question, choices)
    numbers = ", ".join(str([*choices].index(each) + 1) for each in default)
    return ask("Nummer, med komma mellan", some_of(choices), default=numbers, option=option, about=question)
