"""``foljmed new``: what is asked, and what is written. Everything that is asked can be given as an option instead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from foljmed import desk
from foljmed.catalog import Period, Pledge, Update
from foljmed.guard import TEMPLATE_MARK, unwritten
from foljmed.problems import Fault, InvalidContent
from foljmed.reader import read
from foljmed.settings import Project
from foljmed.spans import day_in_words, in_words, parse_day, parse_span
from foljmed.terminal import (
    Choice,
    Group,
    ask,
    choose,
    choose_some,
    config_option,
    open_desk,
    perhaps,
    public,
    tell,
    text,
)
from foljmed.tree import CORRECTION, PLEDGE_FILE
from foljmed.values import Kind, Status, check_id, parse_number, slug

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])

KINDS: Mapping[str, str] = {
    Kind.ACTIVITY.value: "aktivitet – något som parterna har gjort",
    Kind.RESULT.value: "resultat – vad det ledde till, med källa",
    Kind.DECISION.value: "beslut – något som har bestämts",
    Kind.INFORMATION.value: "information – något att veta, också om det som ska ske",
    Kind.BACKGROUND.value: "bakgrund – hur det ser ut runt omkring; säger inget om löftet",
}
STATUSES: Mapping[str, str] = {status.value: status.value for status in Status}
_MOST_LISTED = 12


@dataclass(frozen=True)
class Form:
    """The options that were given, by their names; what is missing is asked for, if anything needed is."""

    given: Mapping[str, Any]
    asks: bool

    def get(self, option: str, question: Callable[[], T]) -> T | None:
        """Return what was given for an option, else the answer to a question, else None where nothing is asked."""
        if value := self.given.get(option):
            return value  # type: ignore[no-any-return]  # the option's own parser gave it this type
        return question() if self.asks else None


# --- Options


def _parsed(parse: Callable[[str], T]) -> Callable[..., Any]:
    """Return a callback that reads an option, or each of several, and says what is wrong with it."""

    def read(_context: click.Context, _option: click.Parameter, value: Any) -> Any:
        try:
            if isinstance(value, str):
                return parse(value)
            return value if value is None else tuple(parse(each) for each in value)
        except Fault as fault:
            raise click.BadParameter(fault.at("", 1).message) from None

    return read


def _span(value: str) -> str:
    """Return a time as it is written, if it can be read."""
    parse_span(value)
    return value


def _several(_context: click.Context, _option: click.Parameter, value: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(one.strip() for each in value for one in each.split(",") if one.strip()))


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_text_options = _options(
    click.option("--title", callback=_parsed(text), help="Rubriken."),
    click.option("--by", multiple=True, callback=_several, help="Vem som berättar: kommunen. Kan anges flera gånger."),
    click.option("--type", "kind", type=Choice(KINDS), help="Vad det är för slags uppdatering."),
    click.option("--happened", callback=_parsed(_span), help="När det hände: 2021-04-15, 2021-Q2 …"),
    click.option("--status", type=Choice(STATUSES), help="Löftets status, om den ändras."),
    click.option(
        "--reason",
        callback=_parsed(text),
        help="Skälet till statusen. Med delvis genomfört: vad som återstår.",
    ),
    click.option("--place", help="Id för platsen som det gäller, om det inte är den första."),
    click.option(
        "--value",
        "values",
        multiple=True,
        callback=_parsed(desk.parse_value),
        help="Måttets id och talet: deltagare=12. Kan anges flera gånger.",
    ),
    click.option(
        "--source",
        "sources",
        multiple=True,
        callback=_parsed(desk.parse_source),
        help="Källans titel, och sist adressen.",
    ),
    click.option(
        "--fulfils",
        multiple=True,
        callback=_several,
        help="Det i planen som redovisas: aktivitet eller aktivitet@2021-04.",
    ),
    click.option(
        "--also", multiple=True, callback=_several, help="Mappen för ett annat löfte som också ska visa uppdateringen."
    ),
    click.option("--text", "body", help="Texten. Utan den blir filen ett utkast att skriva färdigt."),
    click.option("--date", "day", callback=_parsed(parse_day), help="Dagen då den publiceras, om inte i dag."),
    click.option("--slug", callback=_parsed(slug), help="Ord till filens namn, om inte rubrikens."),
    click.option("--edit", is_flag=True, help="Öppna filen i din editor sedan ($EDITOR)."),
    config_option,
)


# --- foljmed new


class _NewGroup(Group):
    """The group of what can be new, where a pledge is easily taken for a command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say how a pledge is named."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise Fault("pledge-as-command", value=args[0])
        return super().resolve_command(ctx, args)


@click.group(cls=_NewGroup, invoke_without_command=True)
@click.option("--pledge", help="Löftets mapp, eller period/mapp.")
@click.option("--period", help="Periodens mapp. Utan --pledge: en uppdatering om hela perioden.")
@click.option("--each", is_flag=True, help="En fil i varje löfte, till exempel till halvårsrapporten.")
@_text_options
@click.pass_context
def new(context: click.Context, /, **given: Any) -> None:
    """Skriv en ny uppdatering.

    Programmet frågar efter det som behövs och inte är angivet. Filen skrivs i löftets mapp, och sökvägen visas.
    """
    if context.invoked_subcommand:
        return
    work = open_desk(given["config"])
    _write(work, _updates(work, given), given)


def _updates(work: desk.Desk, given: Mapping[str, Any]) -> list[desk.NewUpdate]:
    """Return the updates that were asked for: one, or one for each pledge."""
    if given["each"] and given["pledge"]:
        raise Fault("not-both", first="--each", second="--pledge")
    is_home_given = given["pledge"] or given["period"] or given["each"]
    is_by_given = given["by"] or given["each"]
    form = Form(given, asks=not (is_home_given and given["title"] and is_by_given and given["kind"]))
    if given["each"]:
        return _one_for_each(work, form)
    period, pledge = _home(work, given)
    return [_update(work, form, period, pledge)]


def _home(work: desk.Desk, given: Mapping[str, Any]) -> tuple[Period, Pledge | None]:
    """Return what an update is about: a pledge, or (then without one) a period as a whole."""
    name, period_name = given["pledge"], given["period"]
    if name and period_name and "/" not in name:
        name = f"{period_name}/{name}"
    if name:
        pledge = work.find_pledge(name)
        return work.find_period(pledge.period), pledge
    period = _given_period(work, given)
    if period_name:
        return period, None
    choices = {pledge.id: pledge.file.title for pledge in period.pledges} | {
        "": "Hela perioden, inte ett enskilt löfte"
    }
    chosen = choose(f"Vad handlar uppdateringen om? ({period.file.title})", choices, option="--pledge eller --period")
    return period, next((pledge for pledge in period.pledges if pledge.id == chosen), None)


def _given_period(work: desk.Desk, given: Mapping[str, Any]) -> Period:
    """Return the period that was given, else the current one."""
    if name := given["period"]:
        return work.find_period(name)
    return work.current()


def _one_for_each(work: desk.Desk, form: Form) -> list[desk.NewUpdate]:
    period = _given_period(work, form.given)
    title = form.get("title", lambda: ask("Rubrik, samma för alla", text, option="--title"))
    kind = form.get("kind", _ask_kind)
    shared = {**form.given, "title": title, "kind": kind}
    return [
        _update(work, Form({**shared, "by": shared["by"] or list(pledge.file.responsible)}, asks=False), period, pledge)
        for pledge in period.pledges
    ]


def _update(work: desk.Desk, form: Form, period: Period, pledge: Pledge | None) -> desk.NewUpdate:
    day = form.given["day"] or work.today
    values = _values(form, period, pledge, day)
    return desk.NewUpdate(period, pledge, day, values, _body(form), form.given["slug"] or "")


def _body(form: Form) -> str:
    return form.get("body", lambda: ask("Texten (tom rad: skriv den i filen sedan)", public, default="")) or ""


def _values(form: Form, period: Period, pledge: Pledge | None, day: date) -> desk.Values:
    """Return the keys of an update in the order of the file, without those that have no answer."""
    title = form.get("title", lambda: ask("Rubrik", text, option="--title"))
    by = form.get("by", lambda: _ask_by(period, pledge)) or ()
    kind = form.get("kind", _ask_kind) or ""
    happened = form.get("happened", lambda: _ask_when(day))
    status = form.get("status", lambda: _ask_status(pledge, kind))
    return _answered(
        {
            "titel": title,
            "av": list(by),
            "typ": str(kind),
            "hände": happened,
            "status": str(status or ""),
            "skäl": form.get("reason", lambda: _ask_reason(status)),
            "gäller": form.given["place"],
            "värden": dict(form.given["values"]),
            "källor": list(form.get("sources", lambda: _ask_source(kind)) or ()),
            "uppfyller": list(form.get("fulfils", lambda: _ask_fulfils(period, pledge, day, kind)) or ()),
            "även": list(form.given["also"]),
        }
    )


def _answered(values: Mapping[str, object]) -> desk.Values:
    return {key: value for key, value in values.items() if value}


def _ask_kind() -> str | None:
    return choose("Vad är det för slags uppdatering?", KINDS, option="--type")


def _ask_by(period: Period, pledge: Pledge | None) -> Sequence[str]:
    parties = {id_: party.name for id_, party in period.file.parties.items()}
    if len(parties) == 1:
        return list(parties)
    responsible = pledge.file.responsible if pledge else tuple(parties)
    return choose_some("Vem berättar?", parties, default=responsible, option="--by")


def _ask_when(day: date) -> str | None:
    return ask(f"När hände det? Till exempel {day} eller {day:%Y-%m} (tom rad: {day})", perhaps(_span), default="")


def _ask_status(pledge: Pledge | None, kind: str) -> str | None:
    if pledge is None or kind == Kind.BACKGROUND:
        return None
    return choose("Löftets status, om den ändras (tom rad: ingen ändring)", STATUSES, option="--status", optional=True)


def _ask_reason(status: str | None) -> str | None:
    if not status or not Status(status).needs_reason:
        return None
    question = "Vad återstår?" if status == Status.PARTLY else f"Skälet till att löftet är {status}"
    return ask(question, text, option="--reason")


def _ask_source(kind: str) -> Sequence[Mapping[str, str]]:
    if kind != Kind.RESULT:
        return ()
    question = "Källa, och webbadressen om det finns en (egen räkning: ”Egen uppgift: kommunen”)"
    return [desk.parse_source(ask(question, text, option="--source"))]


def _ask_fulfils(period: Period, pledge: Pledge | None, day: date, kind: str) -> Sequence[str]:
    waiting = () if kind == Kind.BACKGROUND else desk.awaited(period, pledge, day)[:_MOST_LISTED]
    if not waiting:
        return ()
    choices = {each.occurrence.ref: f"{each.occurrence.title}, {in_words(each.occurrence.span)}" for each in waiting}
    return choose_some("Redovisar den något i kommunikationsplanen? (tom rad: nej)", choices, default=())


# --- foljmed new correction


@new.command()
@click.argument("update", metavar="[LÖFTE/UPPDATERING]", required=False)
@_text_options
def correction(update: str | None, **given: Any) -> None:
    """Skriv en rättelse av en uppgift i en tidigare uppdatering.

    Den gamla uppdateringen står kvar och länkar till rättelsen. Ett stavfel rättar du i stället direkt i filen.
    """
    work = open_desk(given["config"])
    _write(work, [_correction(work, update, given)], given)


def _correction(work: desk.Desk, name: str | None, given: Mapping[str, Any]) -> desk.NewUpdate:
    wrong = work.find_update(name) if name else _ask_update(work)
    day = given["day"] or work.today
    desk.must_be_published(wrong, day)
    form = Form(given, asks=not (name and given["title"] and given["body"]))
    period, pledge = _where(work, wrong)
    old = desk.correction_of(wrong)
    # Not "Rättelse: …", which would tell once more, as what is right, what the headline told.
    headline = f"Rättelse av ”{wrong.file.title}”"
    title = form.get("title", lambda: ask("Rubrik", text, default=headline, option="--title"))
    values = {
        "titel": title,
        "av": list(given["by"]) or old["av"],
        "typ": given["kind"] or old["typ"],
        "hände": given["happened"] or old["hände"],
        "status": given["status"],
        "skäl": given["reason"],
        "gäller": given["place"] or old.get("gäller"),
        "rättar": wrong.id,
        "värden": dict(form.get("values", lambda: _ask_values(wrong, pledge)) or ()),
        "källor": list(given["sources"]) or old.get("källor"),
        "även": list(given["also"]) or list(wrong.file.also),
    }
    # Of two updates on a day the later one comes last by name.
    words = given["slug"] or (f"{wrong.id[len('2021-04-15-') :]}{CORRECTION}" if day == wrong.day else "")
    return desk.NewUpdate(period, pledge, day, _answered(values), _body(form), words)


def _where(work: desk.Desk, update: Update) -> tuple[Period, Pledge | None]:
    period = work.find_period(update.period)
    return period, next((pledge for pledge in period.pledges if pledge.id == update.pledge), None)


def _ask_update(work: desk.Desk) -> Update:
    period = work.current()
    every = [each for each in period.all_updates() if desk.is_published(each, work.today) and not each.file.withdrawn]
    latest = sorted(every, key=lambda each: each.order, reverse=True)[:_MOST_LISTED]
    if not latest:
        raise Fault("nothing-to-correct", period=period.id)
    choices = {each.ref: f"{each.file.title} ({day_in_words(each.day)})" for each in latest}
    chosen = choose("Vilken uppdatering ska rättas?", choices, option="löfte/uppdatering")
    return next(each for each in latest if each.ref == chosen)


def _ask_values(wrong: Update, pledge: Pledge | None) -> list[tuple[str, str]]:
    names = {measure.id: measure.name for measure in pledge.file.measures} if pledge else {}
    found = []
    for id_, value in wrong.file.values.items():
        question = f"Rätt värde för {names[id_]} (tom rad: {value} stämmer)"
        if number := ask(question, perhaps(_number), default=""):
            found.append((id_, number))
    return found


def _number(answer: str) -> str:
    parse_number(answer)
    return answer


# --- foljmed new pledge


@new.command("pledge")
@click.option("--period", help="Periodens mapp, om det inte är den som pågår.")
@click.option("--id", "id_", callback=_parsed(check_id), help="Mappens namn. Det blir löftets adress.")
@click.option("--title", callback=_parsed(text), help="Löftet i några få ord.")
@click.option("--goal", help="Id för målet eller området som löftet hör till.")
@click.option("--by", multiple=True, callback=_several, help="De ansvariga parterna, i dokumentets ordning.")
@click.option("--summary", callback=_parsed(text), help="Löftet på vanlig svenska, i en eller två meningar.")
@click.option("--text", "body", help="Löftets ordalydelse, ord för ord.")
@click.option("--edit", is_flag=True, help="Öppna filen i din editor sedan ($EDITOR).")
@config_option
def pledge_command(**given: Any) -> None:
    """Lägg till ett löfte i en period."""
    work = open_desk(given["config"])
    period = _given_period(work, given)
    _finish(work, _pledge(work, given, period), edit=given["edit"])
    if desk.is_under_way(period, work.today):
        click.echo(_COUNTED_FROM.format(day=day_in_words(period.dated), today=work.today), err=True)


_COUNTED_FROM = """
Obs! redovisas_varje räknas från dokumentets datum, {day}. Kom löftet till senare: utelämna raden, annars säger sidan
genast att ingen redovisade det. Skriv i kommunikationsplanen när det ska redovisas, med redovisas: true och
tillagd: {today}."""


def _pledge(work: desk.Desk, given: Mapping[str, Any], period: Period) -> dict[Path, str]:
    form = Form(given, asks=not (given["title"] and given["goal"] and given["by"]))
    title = form.get("title", lambda: ask("Titel: löftet i några få ord", text, option="--title")) or ""
    folder = work.project.content / period.id / (given["id_"] or slug(title))
    _must_be_free(folder)
    goals = {goal.id: f"{goal.title} ({area.title})" for area in period.file.areas for goal in area.goals}
    goals |= {area.id: area.title for area in period.file.areas}
    parties = {id_: party.name for id_, party in period.file.parties.items()}
    goal = form.get("goal", lambda: choose("Vilket mål eller område hör det till?", goals, option="--goal"))
    by = form.get("by", lambda: choose_some("Vilka ansvarar?", parties, default=tuple(parties), option="--by"))
    summary = form.get("summary", lambda: ask("Sammanfattning på vanlig svenska (tom rad: senare)", public, default=""))
    wording = form.get("body", lambda: ask("Ordalydelsen (tom rad: skriv den i filen sedan)", public, default=""))
    values = {
        "nummer": str(desk.next_number(period)),
        "titel": title,
        "mål": str(goal),
        "ansvariga": list(by or ()),
        "sammanfattning": summary or desk.ASK_FOR_SUMMARY,
    }
    return {folder / PLEDGE_FILE: desk.pledge_content(values, wording or "")}


def _must_be_free(folder: Path) -> None:
    """Raise Fault for a folder that holds something; an empty one is often made before the command is run."""
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise Fault("folder-exists", value=folder.name)


# --- foljmed new period


@new.command("period")
@click.option("--id", "id_", callback=_parsed(check_id), help="Mappens namn, till exempel 2026-2027.")
@click.option("--title", callback=_parsed(text), help="Periodens namn: Medborgarlöften i Exempelby 2026–2027.")
@click.option("--first", callback=_parsed(parse_day), help="Periodens första dag.")
@click.option("--last", callback=_parsed(parse_day), help="Periodens sista dag.")
@click.option(
    "--continue",
    "continued",
    multiple=True,
    callback=_several,
    help="Ett löfte som fortsätter, eller alla. Flera går bra.",
)
@click.option("--edit", is_flag=True, help="Öppna period.md i din editor sedan ($EDITOR).")
@config_option
def period_command(**given: Any) -> None:
    """Lägg till en period, med de löften som fortsätter från den förra.

    Parter, platser och områden tas från den förra perioden. Det som står i det nya dokumentet skriver du själv in.
    """
    work = open_desk(given["config"])
    _finish(work, _period(work, given), edit=given["edit"])


def _period(work: desk.Desk, given: Mapping[str, Any]) -> dict[Path, str]:
    before = work.catalog.periods[-1] if work.catalog.periods else None
    form = Form(given, asks=not (given["title"] and given["first"] and given["last"]))
    title = form.get("title", lambda: ask("Periodens namn", text, option="--title")) or ""
    to_start = partial(_start_of, work.catalog.periods)
    begins = form.get("first", lambda: ask("Första dagen, ÅÅÅÅ-MM-DD", to_start, option="--first"))
    first = to_start(str(begins or work.today))
    to_end = partial(_end_of, first)
    last = to_end(str(form.get("last", lambda: ask("Sista dagen, ÅÅÅÅ-MM-DD", to_end, option="--last")) or first))
    years = f"{first.year}" if first.year == last.year else f"{first.year}-{last.year}"
    to_free = partial(_free_id, work.project)
    id_ = to_free(form.get("id_", lambda: ask("Mappens namn", to_free, default=years, option="--id")) or years)
    continued = form.get("continued", lambda: _ask_continued(before)) or ()
    content = desk.period_content(title, str(first), str(last), before)
    return desk.new_period(work.project, id_, content, _continued(work, before, continued))


def _start_of(periods: Sequence[Period], answer: str) -> date:
    """Return a period's first day. Raises Fault for one in another, before anything more has been answered in vain."""
    first = parse_day(answer)
    for each in periods:
        if each.file.first <= first <= each.file.last:
            days = {"first": day_in_words(first), "last": day_in_words(each.file.last)}
            raise Fault("overlapping-periods", **days, other=each.id)
    return first


def _end_of(first: date, answer: str) -> date:
    """Return a period's last day. Raises Fault for one before the first, which no check sees in a file half written."""
    last = parse_day(answer)
    if last < first:
        raise Fault("reversed-period", first=day_in_words(first), last=day_in_words(last))
    return last


def _free_id(project: Project, answer: str) -> str:
    _must_be_free(project.content / check_id(answer))
    return answer


def _ask_continued(before: Period | None) -> Sequence[str]:
    choices = {pledge.id: pledge.file.title for pledge in before.pledges} if before else {}
    question = "Vilka löften fortsätter? (alla, nummer, eller tom rad: inget)"
    return choose_some(question, choices, default=()) if choices else ()


def _continued(work: desk.Desk, before: Period | None, names: Sequence[str]) -> list[Pledge]:
    if before is None:
        return []
    if "alla" in names:
        return list(before.pledges)
    return [work.find_pledge(f"{before.id}/{name}") for name in names]


# --- Writing


def _write(work: desk.Desk, updates: Sequence[desk.NewUpdate], given: Mapping[str, Any]) -> None:
    _finish(work, {update.file(work.project): update.content() for update in updates}, edit=given["edit"])


def _finish(work: desk.Desk, files: Mapping[Path, str], *, edit: bool) -> None:
    """Write new files, print their paths, and say what is left to do."""
    try:
        found = desk.add(work, files)
    except InvalidContent as invalid:
        tell(invalid.problems)
        raise Fault("nothing-written") from None
    for file in files:
        click.echo(file.relative_to(work.project.root).as_posix())
    if edit:
        click.edit(filename=list(files))
        found = tuple(problem for problem in read(work.project)[1] if problem not in work.problems)
    for problem in found:
        click.echo(problem, err=True)
    unfinished = [] if edit else [content for content in files.values() if unwritten(content)]
    fill_in = _FILL_IN.format("filen" if len(unfinished) == 1 else "filerna") if unfinished else ""
    is_draft = any("\nutkast: true\n" in content for content in unfinished)
    click.echo(f"\n{fill_in}{_DRAFT if is_draft else ''}{_NEXT}", err=True)


_FILL_IN = f"Sök efter {TEMPLATE_MARK} i {{}} och skriv det som ska stå där. "
_DRAFT = "Ett utkast publiceras inte förrän du tar bort raden utkast: true. "
_NEXT = "Kontrollera med foljmed check, spara i git och skicka in."
