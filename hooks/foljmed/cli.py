"""The communicator's commands. What they ask and write is in ``new`` and ``desk``, what they say in ``problems``."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from foljmed.annotations import for_github, for_gitlab
from foljmed.catalog import Catalog, known
from foljmed.desk import Desk, withdraw, withdrawal
from foljmed.due import Due, When, due
from foljmed.history import since as compare
from foljmed.new import new
from foljmed.problems import Fault, InvalidContent, Problem
from foljmed.reader import read
from foljmed.settings import read_project, read_today
from foljmed.spans import day_in_words
from foljmed.terminal import (
    Choice,
    Group,
    ask,
    config_option,
    find_config,
    open_desk,
    open_project,
    open_told,
    tell,
    text,
)
from foljmed.watch import changes


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Verktyg för den som skriver uppdateringar om medborgarlöften.

    Fungerar i projektets mapp och i alla mappar under den. Skriv foljmed KOMMANDO --help för hjälp med ett kommando.
    """


main.add_command(new)


# --- check


# What a git host reads is all there is on standard output; people read the rest in the log.
_FORMS = {"github": for_github, "gitlab": for_gitlab}


@main.command()
@click.option(
    "--format",
    "form",
    type=Choice(["text", "json", *_FORMS]),
    default="text",
    help="text för att läsa här, json för program, github och gitlab för att visas vid de ändrade raderna.",
)
@click.option(
    "--since",
    metavar="VERSION",
    help="Jämför också med det som är publicerat i en version i git, till exempel origin/main.",
)
@config_option
def check(form: str, since: str | None, config: Path | None) -> None:
    """Läs allt innehåll och visa alla problem och varningar.

    Varje problem får en rad: filen, radens nummer, vad som är fel och vad som är rätt.
    """
    problems: tuple[Problem, ...] = ()
    drafts: list[str] = []
    later: Later = ()
    try:
        project = read_project(find_config(config))
        catalog, problems = read(project)
        drafts = [update.source.path for update in catalog.all_updates() if update.file.draft]
        today = read_today()
        later = tuple(sorted(set(_later(catalog, today))))
        if since is not None:
            problems = compare(project, since, (catalog, problems), today)
    except InvalidContent as invalid:
        problems = tuple(sorted({*problems, *invalid.problems}))
    if form == "json":
        shown = [{key: value for key, value in asdict(each).items() if key != "about"} for each in problems]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    elif form in _FORMS:
        click.echo(_FORMS[form](problems), nl=False)
        tell(problems, err=True)
        click.echo(_conclusion(problems, drafts, later), err=True)
    else:
        tell(problems)
        click.echo(_conclusion(problems, drafts, later), err=bool(problems))
    sys.exit(1 if any(problem.is_error for problem in problems) else 0)


Later = Sequence[tuple[date, str]]


def _later(catalog: Catalog, today: date) -> Iterator[tuple[date, str]]:
    """Yield the days on which something that has been written will be known, and what, with its file."""
    for period in catalog.periods:
        days = [(period.dated, period.source.path)]
        if plan := period.plan:
            path, every = plan.source.path, plan.file.activities
            days += [(plan.adopted, path)]
            days += [(each.added, f"en aktivitet i {path}") for each in every if each.added]
            days += [(change.decided, f"ett beslut i {path}") for each in every for change in each.changes]
        for update in period.all_updates():
            if not update.file.draft:
                days += [(update.day, update.source.path)]
                days += [(each.date, f"en ändring i {update.source.path}") for each in update.file.mended]
        yield from ((day, path) for day, path in days if day > today)


def _conclusion(problems: tuple[Problem, ...], drafts: Iterable[str] = (), later: Later = ()) -> str:
    errors = sum(problem.is_error for problem in problems)
    warnings = len(problems) - errors
    also = f" och {warnings} {'varning' if warnings == 1 else 'varningar'}" if warnings else ""
    if not errors:
        names = ", ".join(sorted(drafts))
        unpublished = f"\nUtkast, som inte publiceras: {names}." if names else ""
        days = ", ".join(f"{path} ({day_in_words(day)})" for day, path in later)
        unpublished += f"\nPubliceras först senare: {days}." if days else ""
        return f"Inga problem{also.replace(' och', ' men')}. Innehållet går att publicera.{unpublished}"
    return f"{errors} problem{also}. Inget publiceras förrän {'det är rättat' if errors == 1 else 'de är rättade'}."


@main.command("watch")
@config_option
@click.pass_context
def watch_command(context: click.Context, config: Path | None) -> None:
    """Kontrollera innehållet varje gång en fil sparas.

    Visar samma sak som foljmed check, tills du trycker på Ctrl+C. Så får VS Code veta vilka rader som är fel.
    """
    config = find_config(config)
    try:
        project = read_project(config)
    except InvalidContent:
        click.echo(READING)
        context.invoke(check, config=config)
        return
    with suppress(KeyboardInterrupt):
        for _ in changes((project.content, project.docs, project.root / "mkdocs.yml")):
            click.echo(READING)
            with suppress(SystemExit):  # only how check ends
                context.invoke(check, config=config)


# .vscode/tasks.json knows by this, and by how a conclusion begins, which lines belong together.
READING = "Läser innehållet …"


# --- due


@main.command("due")
@click.option(
    "--format",
    "form",
    type=Choice(["text", "json", "markdown"]),
    default="text",
    help="text för att läsa här, markdown för en påminnelse i ett ärende, json för program.",
)
@config_option
def due_command(form: str, config: Path | None) -> None:
    """Visa vad som väntas av parterna.

    Det som är försenat, det som väntas den här veckan och de fyra kommande: enligt kommunikationsplanen och enligt hur
    ofta löftena ska redovisas.
    """
    catalog, today, gaps = open_told(open_project(config))
    expected = due(known(catalog, today), today)
    if form == "json":
        if gaps:
            click.echo(gaps, err=True)
        click.echo(json.dumps([_as_json(each) for each in expected], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_due_lines(expected, today, gaps, is_markdown=form == "markdown")))


def _as_json(each: Due) -> dict[str, object]:
    return {**asdict(each), "when": each.when.value, "day": each.day.isoformat()}


def _due_lines(expected: Sequence[Due], today: date, gaps: str, *, is_markdown: bool) -> list[str]:
    head, item = ("## ", "- [ ] ") if is_markdown else ("", "  ")
    lines = [f"{head}Det här väntas, {day_in_words(today)}"]
    if gaps:  # in the list itself: who gets it as an issue or a letter sees nothing else
        lines += ["", gaps]
    elif not expected:
        lines += ["", "Ingenting är försenat, och ingenting väntas de närmaste veckorna."]
    for when in When:
        found = [each for each in expected if each.when is when]
        if found:
            lines += ["", f"{'### ' if is_markdown else ''}{when.heading}", *([""] if is_markdown else [])]
            shown = found[:_MOST_IN_ISSUE] if is_markdown else found
            lines += [line for each in shown for line in _due_item(each, item, is_markdown=is_markdown)]
            if shown != found:
                lines += ["", f"Och {len(found) - len(shown)} till. `foljmed due` visar alla."]
    return lines


# Of each of the four headings: an issue on GitHub takes 65,536 characters, and what never came only grows.
_MOST_IN_ISSUE = 75


def _due_item(each: Due, item: str, *, is_markdown: bool) -> list[str]:
    what = f"{_escaped(each.what) if is_markdown else each.what} ({', '.join(each.responsible)})"
    lines = [f"{item}{f'senast {day_in_words(each.day)}: ' if each.is_report else ''}{what}"]
    if each.fulfils:
        code = "`" if is_markdown else ""
        lines.append(f"{' ' * (len(item) + 2)}uppfyller: {code}{each.fulfils}{code}")
    return lines


def _escaped(words: str) -> str:
    """Return a text that says itself in Markdown, and mentions nobody on a git host."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|~" else sign for sign in words).replace("@", "@\u200b")


# --- show


@main.command()
@click.argument("pledge", metavar="LÖFTE")
@config_option
def show(pledge: str, config: Path | None) -> None:
    """Visa hur det går med ett löfte: status, senaste nytt och vad som väntas.

    LÖFTE är mappens namn. Finns det i flera perioder gäller det den som pågår; skriv period/mapp för en annan.
    """
    from foljmed.views import Views

    project = open_project(config)
    catalog, today, gaps = open_told(project)
    if gaps:
        click.echo(gaps, err=True)
    views = Views(catalog, today)
    found = Desk(project, views.catalog, views.today).find_pledge(pledge)
    card = views.card(found)
    rows = [("Löfte", card.title), ("Ansvariga", card.responsible)]
    place = f"Gäller: {card.status_place}" if card.status_place else ""
    status = (f"{card.status.symbol} {card.status.label}", card.status_note, place, card.unfinished)
    rows.append(("Status", ". ".join(filter(None, status))))
    if card.reason:
        rows.append((card.reason_label, card.reason))
    latest = card.latest
    rows.append(("Senaste nytt", f"{latest.title} ({latest.published.words})" if latest else "Inget än"))
    waits = (card.expected.overdue, card.expected.next, card.expected.gaps)
    rows.append(("Väntas", " ".join(filter(None, waits)) or "Inget har sagts om när nästa uppdatering kommer"))
    width = max(len(label) for label, _ in rows) + len(": ")
    for label, words in rows:
        click.echo(f"{label + ':':<{width}}{words}")
    for each in due(views.catalog, views.today):
        if each.period == found.period and found.id in each.pledges:
            click.echo("\n".join(_due_item(each, f"{'':<{width}}{each.when.heading}: ", is_markdown=False)))


# --- withdraw


@main.command("withdraw")
@click.argument("update", metavar="LÖFTE/UPPDATERING")
@click.option("--reason", help="Varför den dras tillbaka. Syns för alla; upprepa inte det olämpliga.")
@config_option
def withdraw_command(update: str, reason: str | None, config: Path | None) -> None:
    """Dra tillbaka en uppdatering som inte borde ha publicerats.

    Titeln, texten och bilderna tas bort. På sidan, i flödena och på samma adress står att den är tillbakadragen, och
    varför. LÖFTE/UPPDATERING är till exempel trygghetsvandringar/2021-04-15-vandring, eller filens sökväg.
    """
    work = open_desk(config)
    found = work.find_update(update)
    words = text(reason) if reason is not None else ask("Skälet, som alla kan läsa", text, option="--reason")
    try:
        removal = withdrawal(work, found, words)
    except InvalidContent as invalid:
        tell(invalid.problems)
        raise Fault("nothing-written") from None
    withdraw(removal)
    tell(removal.warnings, err=True)
    click.echo(found.source.path)
    for image in removal.images:
        click.echo(f"{image.relative_to(work.project.root).as_posix()} (borttagen)")
    for each in removal.corrections:
        counted = ", och dess värden räknas fortfarande" if each.file.values else ""
        click.echo(f"\nRättelsen ”{each.file.title}” står kvar{counted}.", err=True)
        click.echo(f"Ska den också bort: foljmed withdraw {each.ref}", err=True)
    click.echo(_AFTER_WITHDRAWAL, err=True)


_AFTER_WITHDRAWAL = """
Uppdateringen är tillbakadragen i filen ovan. Spara i git och skicka in, så syns det på webbplatsen.

Obs! Texten och bilderna finns kvar i gits historik, och flödesläsare och sökmotorer kan ha sparat dem. Gäller det
personuppgifter: säg till den som sköter webbplatsen och till er dataskyddsfunktion nu. Står uppgiften i filens namn
följer den med i adressen; då behöver den som sköter webbplatsen ta bort filen."""
