"""Ways in: the pledges by status, area and party, and the updates by year and party.

Each is a plain page of links that works by itself. ``facets`` on each row are what a filter in the browser combines
them by: ``status-kept part-polisen``.
"""

import sys
from collections.abc import Container, Iterable, Mapping
from itertools import groupby

from markupsafe import Markup

from foljmed.catalog import UPDATES, Period, Pledge, Update, party_updates
from foljmed.shown import (
    SILENT,
    UNSTATED,
    Card,
    Group,
    Link,
    Month,
    PledgeLine,
    Row,
    UpdatesView,
    WayIn,
    capital,
    status_view,
)
from foljmed.spans import month_name
from foljmed.values import Kind
from foljmed.views import GLANCE, Views

# What a filter may ask for: its id, its name, and the ids and names of its choices.
_Choices = tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
# A first page of updates shows whole years, newest first, until it has at least so many.
UPDATES_AT_ONCE = 60


def pledge_ways(views: Views, period: Period) -> tuple[WayIn, ...]:
    """Return a period's pledges by area, status and party, each group with its rows in the document's order."""
    rows = [_row(views, pledge, period) for pledge in period.pledges]
    statuses = (*map(status_view, GLANCE), UNSTATED, SILENT)
    return (
        _way("omrade", "Område", ((area.id, area.title) for area in period.file.areas), rows),
        _way("status", "Status", ((each.name, each.label) for each in statuses), rows),
        _way("part", "Part", ((id_, party.name) for id_, party in period.file.parties.items()), rows),
    )


def _row(views: Views, pledge: Pledge, period: Period) -> PledgeLine:
    card = views.card(pledge)
    parties = (f"part-{each}" for each in pledge.file.responsible)
    area = period.areas[pledge.file.goal].id
    return PledgeLine(
        title=card.title,
        address=card.address,
        status=card.status,
        latest=card.latest.published if card.latest else None,
        note=_note(card),
        facets=" ".join((f"omrade-{area}", f"status-{card.status.name}", *parties)),
    )


def _note(card: Card) -> str:
    """Return what a status must not stand without."""
    place = f"Gäller: {card.status_place}" if card.status_place else ""
    return ". ".join(filter(None, (place, card.unfinished or (card.status_note if card.status is SILENT else ""))))


def _way(id_: str, title: str, groups: Iterable[tuple[str, str]], rows: Iterable[PledgeLine]) -> WayIn:
    """Return the groups, each with its rows."""
    found: dict[str, list[PledgeLine]] = {}
    for row in rows:
        for facet in row.facets.split():
            found.setdefault(facet, []).append(row)
    every = [Group(name, tuple(found.get(f"{id_}-{group}", ())), group) for group, name in groups]
    return _way_in(id_, title, every, found)


def _way_in(id_: str, title: str, every: Iterable[Group], held: Container[str]) -> WayIn:
    """Return a way in whose groups are those of ``every`` that the page's facets hold."""
    groups: list[Group] = []
    others: list[Group] = []
    for each in every:
        (groups if f"{id_}-{each.id}" in held else others).append(each)
    return WayIn(id_, title, tuple(groups), tuple(others))


def update_pages(views: Views, rows: Iterable[Row]) -> Mapping[str, UpdatesView]:
    """Return every page of updates by address within the site: all, each party's, and of both one for each year.

    ``rows`` are all updates' lines.
    """
    every = sorted(rows, reverse=True)
    names = views.catalog.parties
    told: dict[str, list[Row]] = {}
    for row in every:
        for facet in row.facets.split():
            told.setdefault(facet, []).append(row)
    by_party = {id_: told.get(f"part-{id_}", []) for id_ in names}
    parties = tuple(Link(names[id_], party_updates(id_), str(len(own))) for id_, own in by_party.items())
    kinds = tuple((kind.value, capital(kind)) for kind in Kind)
    choices = (("part", "Part", tuple(names.items())), ("typ", "Typ", kinds))
    pages = _by_year(UPDATES, "", every, choices)
    for id_, name in names.items():
        pages |= _by_year(party_updates(id_), name, by_party[id_], choices)
    return {address: page._replace(parties=parties) for address, page in pages.items()}


def facets(update: Update) -> str:
    """Return what a filter knows an update by."""
    # Interned, since most are the same: what is kept of many holds each once.
    return sys.intern(" ".join((*(f"part-{each}" for each in update.file.by), f"typ-{update.file.kind}")))


def _by_year(first: str, party: str, rows: list[Row], choices: _Choices) -> dict[str, UpdatesView]:
    years = {year: list(found) for year, found in groupby(rows, lambda row: row.id[:4])}
    links = tuple(Link(year, f"{first}{year}/", str(len(found))) for year, found in years.items())
    newest: list[Row] = []
    recent: set[str] = set()
    for year, found in years.items():
        if len(newest) < UPDATES_AT_ONCE:
            newest += found
            recent.add(year)
    is_all = len(newest) == len(rows)
    title = f"Uppdateringar: {party}" if party else "Uppdateringar"
    background = sum(f"typ-{Kind.BACKGROUND}" in row.facets for row in rows)
    pages = {first: ("", newest, recent)}
    pages |= {f"{first}{year}/": (year, found, {year}) for year, found in years.items()}
    return {
        address: UpdatesView(
            title=f"{title} {year}".strip(),
            address=address,
            first=first,
            is_all=is_all,
            year=year,
            party=party,
            total=len(rows),
            background=background,
            rows=tuple(found),
            years=links,
            elsewhere=tuple(link for link in links if link.title not in there),
            ways=_ways({row.facets for row in found}, choices),
        )
        for address, (year, found, there) in pages.items()
    }


def months(rows: Iterable[Row]) -> tuple[Month, ...]:
    """Return lines that are in order by their months."""
    return tuple(
        Month(
            f"{capital(month_name(int(month[5:])))} {month[:4]}",
            Markup("".join([row.html for row in found])),  # noqa: S704 - of lines that are safe
        )
        for month, found in groupby(rows, lambda row: row.id[:7])
    )


def _ways(facets: set[str], choices: _Choices) -> tuple[WayIn, ...]:
    """Return what the filter of a page of updates may choose among: what stands on the page, and what does not."""
    held = {facet for each in facets for facet in each.split()}
    return tuple(
        _way_in(way, title, (Group(name, (), id_) for id_, name in groups), held) for way, title, groups in choices
    )
