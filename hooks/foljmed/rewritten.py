"""What is otherwise than it was published: in an update, in what was promised, in what is noted of a change."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from foljmed import differences
from foljmed.catalog import Period, Pledge, Update
from foljmed.misread import as_meant
from foljmed.model import Activity, Change, Measure, Mending
from foljmed.plain_yaml import Place
from foljmed.problems import Fault, Problem
from foljmed.prose import Prose, nowhere, plain
from foljmed.source import Source
from foljmed.spans import day_in_words

# What an update says in keys: any change of these is a change of what was told.
_FACTS: Final = {
    "status": "status",
    "happened": "hände",
    "place": "gäller",
    "values": "värden",
    "kind": "typ",
    "by": "av",
    "corrects": "rättar",
}


def changed_promises(
    source: Source,
    before: Mapping[Place, str],
    after: Mapping[Place, str],
    code: str = "changed-promise",
    **details: object,
) -> Iterator[Problem]:
    """Yield what was promised and is not any more, or is otherwise. What is promised in addition is no problem."""
    for place, was in before.items():
        if after.get(place) != was:
            yield source.problem(code, *place, key=place[-1], value=was, **details)


def dates(period: Period) -> dict[Place, str]:
    """Return a period's first and last day, by their places."""
    return {("börjar",): str(period.file.first), ("slutar",): str(period.file.last)}


def answered_for(before: Activity, activity: Activity, index: int) -> dict[Place, str]:
    """Return who was to do what has been, and for which pledges; those that were added since are no matter."""
    said = {
        "ansvariga": [each for each in activity.responsible if each in before.responsible],
        "löften": [each for each in activity.pledges if each in before.pledges],
    }
    return {("aktiviteter", index, key): ", ".join(sorted(value)) for key, value in said.items() if value}


def promised(pledge: Pledge, before: Pledge, after: Pledge) -> dict[Place, str]:
    """Return what a pledge says in keys about its goal and who reports what how often, by the place it has now."""
    file = pledge.file
    said = {
        "mål": file.goal,
        "ansvariga": ", ".join(sorted(file.responsible)),
        "leder": file.leads,
        "redovisas_varje": file.reported_every,
    }
    found: dict[Place, str] = {(key,): str(value) for key, value in said.items() if value}
    places = {measure.id: index for index, measure in reversed([*enumerate(after.file.measures)])}
    told = _told_measures(before)
    defined = {each.id: each for each in before.file.measures if each.target is not None or each.id in told}
    for measure in reversed(file.measures):  # of two with one id, the first
        if measure.id in places and measure.id in defined:
            keys = _defined(measure, has_target=defined[measure.id].target is not None)
            found |= {("mått", places[measure.id], key): str(value or "inget") for key, value in keys}
    return found


def changed_sources(before: Pledge, after: Pledge) -> Iterator[Problem]:
    """Yield what measures the published values of are now said to come from somewhere else."""
    told = _told_measures(before)
    old = {each.id: each.source.title for each in before.file.measures if each.source and each.id in told}
    for index, measure in enumerate(after.file.measures):
        was, source = old.get(measure.id), measure.source
        if was and source and differences.is_another(was, source.title):
            details = {"name": measure.name, "was": was, "now": source.title}
            yield after.source.problem("changed-source", "mått", index, "källa", **details)


def _told_measures(pledge: Pledge) -> set[str]:
    return {id_ for update in pledge.updates for id_ in update.file.values}


def _defined(measure: Measure, *, has_target: bool) -> Iterator[tuple[str, object]]:
    """Yield the keys that decide what a measure's values and its target mean. A target may be added."""
    yield from (("namn", measure.name), ("enhet", measure.unit), ("typ", measure.kind))
    yield from (("per", measure.per), ("gäller", measure.place))
    if has_target:
        yield "målvärde", measure.target


def update_problems(before: Update, after: Update, today: date) -> Iterator[Problem]:
    """Yield what of an update is otherwise than it was published, unless it is noted as mended."""
    old, new, source = before.file, after.file, after.source
    if old == new and before.source.body == after.source.body:
        return
    if old.withdrawn and not new.withdrawn:
        yield Fault("unwithdrawn").at(source.path, 1)
    if old.withdrawn and new.withdrawn and new.withdrawn.date != old.withdrawn.date <= today:
        yield source.problem("changed-withdrawal", "tillbakadraget", "datum", day=old.withdrawn.date)
    if new.draft:
        yield source.problem("unpublished", "utkast")
    if old.withdrawn or new.withdrawn:
        yield from _gone_from_withdrawn(before, after)
        return
    if any(not _holds_mending(new.mended, mending) for mending in old.mended):
        yield source.problem("gone-mending", "rättat")
    # What is noted for a later day is not shown before that day; the change would be.
    noted = [(index, each.date) for index, each in enumerate(new.mended) if not _holds_mending(old.mended, each)]
    if any(date_ <= max(today, after.day) for _, date_ in noted):
        return
    told = [*_facts(before, after, today), *_text(before, after, today)]
    if told and noted:
        index, later = noted[0]
        details = {"day": day_in_words(later), "today": today}
        told = [source.problem("mended-later", "rättat", index, "datum", **details)]
    yield from told


def _gone_from_withdrawn(before: Update, after: Update) -> Iterator[Problem]:
    """Yield what says whom the notice of a withdrawal is for, and which sum what is withdrawn was part of."""
    old, new = before.file, after.file
    gone = [other for other in old.also if other not in new.also]
    kept = (("rättar", old.corrects, new.corrects == old.corrects), ("även", f"[{', '.join(gone)}]", not gone))
    for key, value, is_kept in kept:
        if not is_kept:
            yield after.source.problem("gone-from-withdrawn", key, key=key, value=value)


def _facts(before: Update, after: Update, today: date) -> Iterator[Problem]:
    old, new, source = before.file, after.file, after.source
    facts = [key for name, key in _FACTS.items() if getattr(old, name) != getattr(new, name)]
    if any(other not in new.also for other in old.also):  # it would vanish from their pages and feeds
        facts.append("även")
    if facts:
        keys, place = ", ".join(facts), next((key for key in facts if key in source.values), facts[0])
        yield source.problem("changed-facts", place, keys=keys, ref=after.ref, today=today)


def _text(before: Update, after: Update, today: date) -> Iterator[Problem]:
    old, new = _told(before), _told(after)
    if differences.matter("\n".join(old.values()), "\n".join(new.values())):
        key = next(key for key in (*new, *old) if old.get(key, "") != new.get(key, ""))
        change = differences.in_words(old.get(key, ""), new.get(key, ""))
        fault = Fault("changed-text", change=change, ref=after.ref, most=differences.SMALL, today=today)
        line = body_line(before.source, after.source) if key == "" else after.source.line(key)
        yield fault.at(after.source.path, line)


def _told(update: Update) -> dict[str, str]:
    """Return what an update says in words, by the key they stand under; its text's is empty."""
    file = update.file
    sources = "\n".join(f"{each.title} {each.date or ''}" for each in file.sources)
    return {"titel": file.title or "", "skäl": file.reason or "", "källor": sources, "": seen(update.source)}


def raw(source: Source) -> str:
    """Return a body as it is written, whatever its lines."""
    return " ".join(source.body.split())


def seen(source: Source) -> str:
    """Return a body's words as they are read, whatever the links and lines; what is struck out is not the same.

    Nor do signs of lists and tables count: who heeds a warning of them changes nothing that was told.
    """
    html = Prose().convert(as_meant(source.body), 1, nowhere()).html.replace("\u00ad", "")
    # "2024. Det året …" is a list that begins with 2024.
    return " ".join(plain(re.sub("</?del>", "~~", re.sub(r'<ol start="(\d+)">', r"\1. ", html))).split())


def body_line(before: Source, after: Source) -> int:
    """Return the line of the first word of a body that is another than it was."""
    old = before.body.split()
    words = list(re.finditer(r"\S+", after.body))
    at = next((word.start() for index, word in enumerate(words) if [word[0]] != old[index : index + 1]), None)
    end = at if at is not None else words[-1].end() if words else 0
    return after.body_line + after.body.count("\n", 0, end)


def holds_decision(among: Iterable[Change], decision: Change) -> bool:
    """Whether a decision is among others, but for slips of the pen in its words."""
    wordless = {"cancelled": None, "note": None}
    return any(
        other.model_copy(update=wordless) == decision.model_copy(update=wordless)
        and _is_same_note(other.cancelled, decision.cancelled)
        and _is_same_note(other.note, decision.note)
        for other in among
    )


def _holds_mending(among: Iterable[Mending], mending: Mending) -> bool:
    """Whether what is noted as mended is among others, but for slips of the pen in its words."""
    return any(other.date == mending.date and _is_same_note(other.what, mending.what) for other in among)


def _is_same_note(was: str | None, now: str | None) -> bool:
    """Whether a note says the same; so few words may be others altogether with few letters changed."""
    if was is None or now is None:
        return was == now
    return not differences.matter(was, now) and not differences.is_another(was, now)
